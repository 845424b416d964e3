// A member of a room, for the tests that another kind of client is in it: `member.js ws|undici URL
// ROOM`. Says each line that it reads, and writes each frame that it hears as a line.

import { createInterface } from 'node:readline';

import { WebSocket as Undici } from 'undici';
import { WebSocket as Ws } from 'ws';

const [kind, url, room] = process.argv.slice(2);
const channel = { channel: 'chat', params: { room } };

const socket = kind === 'ws' ? new Ws(url, 'mizan.v1') : new Undici(url, 'mizan.v1');
socket.addEventListener('open', () => {
  socket.send(JSON.stringify({ action: 'subscribe', ...channel }));
});
socket.addEventListener('message', ({ data }) => console.log(data));
socket.addEventListener('close', ({ code }) => process.exit(code === 1000 ? 0 : 1));
socket.addEventListener('error', ({ message }) => {
  console.error(message);
  process.exit(1);
});

for await (const text of createInterface(process.stdin)) {
  socket.send(JSON.stringify({ action: 'message', ...channel, data: { text } }));
}
socket.close(1000);
