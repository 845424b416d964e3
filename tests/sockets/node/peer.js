// A socket of either kind, read frame by frame.

import { WebSocket as Undici } from 'undici';
import { WebSocket as Ws } from 'ws';

export const WHOAMI = { action: 'rpc', id: 'w', fn: 'ws_whoami' };

export function isUser(id) {
  return { id: 'w', ok: true, data: { result: { id, staff: false, superuser: false } } };
}

export function echoed(text) {
  return { id: 'e', ok: true, data: { result: { message: text } } };
}

export class Peer {
  #heard = [];
  #waiting = [];

  constructor(socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code, reason }) => {
        resolve({ code, reason });
        for (const { reject } of this.#waiting.splice(0)) reject(new Error(`closed with ${code}`));
      });
    });
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      const first = this.#waiting.shift();
      if (first) first.resolve(message);
      else this.#heard.push(message);
    });
  }

  tell(message) {
    this.socket.send(JSON.stringify(message));
  }

  /** The next message. */
  hear() {
    if (this.#heard.length > 0) return Promise.resolve(this.#heard.shift());
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  ask(message) {
    this.tell(message);
    return this.hear();
  }

  echo(text) {
    return this.ask({ action: 'rpc', id: 'e', fn: 'ws_echo', args: { text } });
  }

  /** Closes, and gives what came that nobody waited for. */
  async close(code = 1000, reason = '') {
    this.socket.close(code, reason);
    const { code: answered } = await this.closed;
    if (answered !== code) throw new Error(`closed with ${answered} instead of ${code}`);
    return this.#heard;
  }
}

/** Each opens a socket, or fails with the reason. */
export const kinds = {
  ws: (url, { protocols = [], headers, origin, ...options } = {}) =>
    opened(new Ws(url, protocols, { headers, origin, ...options })),
  undici: (url, { protocols = [], headers = {}, origin } = {}) =>
    opened(new Undici(url, { protocols, headers: { ...headers, ...(origin && { origin }) } })),
};

function opened(socket) {
  const peer = new Peer(socket);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(peer));
    socket.addEventListener('error', (event) => reject(event.error ?? new Error(event.message)));
    socket.on?.('unexpected-response', async (_request, response) => {
      const body = [];
      for await (const chunk of response) body.push(chunk);
      reject(
        Object.assign(new Error(`refused with ${response.statusCode}`), {
          status: response.statusCode,
          headers: response.headers,
          body: JSON.parse(Buffer.concat(body)),
        }),
      );
    });
  });
}
