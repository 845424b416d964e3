// Renders the page in Node, and passes everything else on to the demo server.

import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';

import { render } from './dist/server/server.js';

const demo = process.env.MIZAN_SERVER ?? 'http://127.0.0.1:8000';
const port = Number(process.env.PORT ?? 3000);
const template = await readFile(new URL('dist/client/index.html', import.meta.url), 'utf8');

const server = createServer((incoming, response) => {
  if (incoming.method === 'GET' && incoming.url === '/') {
    page(incoming, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end('The page could not be rendered');
    });
  } else {
    passOn(incoming, response);
  }
});

async function page(incoming, response) {
  const { html, state } = await render(`${demo}/api/mizan`, incoming.headers.cookie);
  const data = `<script type="application/json" id="__STATE__">${escaped(state)}</script>`;
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'private, no-store',
  });
  // A function, so that `$` in the page stays what it is.
  response.end(template.replace('<!--app-->', () => html).replace('<!--head-->', () => data));
}

/** JSON that cannot end the element it stands in. */
function escaped(json) {
  return json.replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function passOn(incoming, response) {
  const { method, headers } = incoming;
  const outgoing = request(new URL(incoming.url ?? '/', demo), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  });
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}

server.listen(port, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
