/** The socket of a client, against a server with real ones. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { A, join, joined } from '../../test/channels/joined.js';
import { api, channelKit, news, told } from '../../test/channels/kit.js';
import { createClient } from '../core/index.js';
import { joinChannel } from './index.js';

test('opens with the first channel, and closes a moment after the last', async () => {
  const k = await channelKit();
  expect(k.ends).toHaveLength(0);
  const a = join(k);
  expect(a.status).toBe('connecting');
  const b = joinChannel(api, news, {}, { client: k.client });
  await k.calm();
  expect([a.status, b.status]).toEqual(['open', 'open']);
  expect(told(k.peer())).toEqual([`subscribe chat ${A}`, 'subscribe news {}']);
  a.leave();
  b.leave();
  await k.calm();
  expect(told(k.peer()).slice(2)).toEqual([`unsubscribe chat ${A}`, 'unsubscribe news {}']);
  expect(k.peer().joined.size).toBe(0);
  await k.pass(4999);
  expect(k.server.peers.size).toBe(1);
  await k.pass(1);
  expect(k.server.peers.size).toBe(0);
  expect(k.timers()).toBe(0);
  expect(a.status).toBe('closed');
});

test('who joins again in time finds the socket open', async () => {
  const { k, a } = await joined();
  a.leave();
  await k.pass(4000);
  const again = join(k);
  await k.pass(10_000);
  expect(again.status).toBe('open');
  expect(k.ends).toHaveLength(1);
});

test('leaving and joining in the same moment tells the server nothing', async () => {
  const { k, a, say } = await joined();
  say(1);
  await k.calm();
  a.leave();
  const again = join(k);
  await k.calm();
  expect(told(k.peer())).toHaveLength(1);
  expect(again.messages).toEqual([{ n: 1 }]);
});

test('a lost connection comes back, and says that something may be missed', async () => {
  const { k, a, say, numbers } = await joined();
  say(1);
  await k.calm();
  k.server.drop(1001);
  await k.calm();
  expect(a.status).toBe('reconnecting');
  expect(a.missed).toBe(0);
  await k.pass(1499);
  expect(k.ends).toHaveLength(1);
  await k.pass(1);
  expect(a.status).toBe('open');
  expect(a.missed).toBe(1);
  say(2);
  await k.calm();
  expect(numbers()).toEqual([1, 2]);
  k.server.say(k.peer(), { channel: 'chat', params: { room: 'a', page: 1 }, type: 'Missed' });
  await k.calm();
  expect(a.missed).toBe(2);
});

test.each([1008, 1011, 1013, undefined])('pauses grow, also after %s', async (code) => {
  const { k } = await joined();
  const pauses: number[] = [];
  for (let at = 0; at < 7; at += 1) {
    const before = k.ends.length;
    k.server.drop(code);
    await k.calm();
    let pause = 0;
    while (k.ends.length === before) {
      k.clock.advance(250);
      pause += 250;
    }
    pauses.push(pause);
    await k.calm();
  }
  expect(pauses).toEqual([1500, 1500, 3000, 6000, 12_000, 22_500, 22_500]);
  await k.pass(10_000);
  k.server.drop(code);
  await k.calm();
  await k.pass(1500);
  expect(k.server.peers.size).toBe(1);
});

test('a handshake that is refused is tried again', async () => {
  const k = await channelKit();
  k.server.unwilling = 503;
  const a = join(k);
  await k.calm();
  expect(a.status).toBe('connecting');
  k.server.unwilling = undefined;
  await k.pass(1500);
  expect(a.status).toBe('open');
  expect(a.missed).toBe(0);
});

test('a handshake, and an answer, that do not come', async () => {
  const { k, a } = await joined();
  k.server.mute = true;
  const b = join(k, 'b');
  await k.pass(29_999);
  expect(k.server.peers.size).toBe(1);
  k.server.mute = false;
  await k.pass(1);
  expect([a.status, b.status]).toEqual(['reconnecting', 'connecting']);
  await k.pass(1500);
  expect([a.status, b.status]).toEqual(['open', 'open']);
});

test.each(['visible', 'focus'] as const)(
  'a dead socket is found when the page is %s',
  async (signal) => {
    const { k, a } = await joined();
    k.server.mute = true;
    k.signal(signal);
    // Behind the hooks of a channel an answer may take as long as they may.
    await k.pass(24_999);
    expect(a.status).toBe('open');
    await k.pass(1);
    expect(a.status).toBe('reconnecting');
    k.server.mute = false;
    await k.pass(1500);
    k.signal('online');
    await k.calm();
    await k.pass(60_000);
    expect(a.status).toBe('open');
    expect(k.ends).toHaveLength(2);
  },
);

test('a dead socket is found on a page that nobody turns to', async () => {
  const { k, a, say } = await joined();
  await k.pass(40_000);
  say(1);
  await k.calm();
  k.server.mute = true;
  const { length } = k.peer().frames;
  await k.pass(44_999);
  expect(k.peer().frames).toHaveLength(length);
  await k.pass(1);
  expect(k.peer().frames).toHaveLength(length + 1);
  await k.pass(25_000);
  expect(a.status).toBe('reconnecting');
  k.server.mute = false;
  await k.pass(1500);
  expect(a.status).toBe('open');
  await k.pass(600_000);
  expect(k.ends).toHaveLength(2);
});

test('what is heard is no answer to everything', async () => {
  const { k, say } = await joined();
  const deaf = new Set(['b']);
  k.server.deaf = ({ params }) => deaf.has((params as { room: string }).room);
  const b = join(k, 'b');
  await k.calm();
  say(1);
  await k.calm();
  await k.pass(29_999);
  expect(k.ends).toHaveLength(1);
  deaf.clear();
  await k.pass(1);
  await k.pass(1500);
  expect(b.status).toBe('open');
  expect(k.ends).toHaveLength(2);
});

test('without a network it tries seldom, and at once when there is one', async () => {
  const { k, a } = await joined();
  k.online = false;
  k.server.unwilling = 503;
  k.server.drop();
  await k.calm();
  await k.pass(22_499);
  expect(k.ends).toHaveLength(1);
  await k.pass(1);
  expect(k.ends).toHaveLength(2);
  k.server.unwilling = undefined;
  // Browsers may be wrong about it.
  await k.pass(22_500);
  expect(a.status).toBe('open');
  k.server.drop();
  await k.calm();
  k.online = true;
  k.signal('online');
  await k.calm();
  expect(a.status).toBe('open');
});

test('a page that is looked at does not wait for the pause to end', async () => {
  const { k, a } = await joined();
  k.server.drop();
  await k.calm();
  k.signal('visible');
  await k.calm();
  expect(a.status).toBe('open');
  await k.pass(60_000);
  expect(k.ends).toHaveLength(2);
});

test('the back/forward cache takes a page without socket', async () => {
  const { k, a, say, numbers } = await joined();
  say(1);
  await k.calm();
  k.signal('left');
  await k.calm();
  expect(k.server.peers.size).toBe(0);
  expect(k.timers()).toBe(0);
  k.signal('visible');
  k.signal('online');
  const b = join(k, 'b');
  k.client.login('7');
  await k.pass(60_000);
  expect(k.ends).toHaveLength(1);
  k.signal('restored');
  await k.calm();
  expect([a.status, b.status]).toEqual(['open', 'open']);
  // Somebody else logged in.
  expect(numbers()).toEqual([]);
});

test('what keeps the socket from opening is told of once', async () => {
  const k = await channelKit();
  k.server.unwilling = 401;
  join(k);
  await k.calm();
  await k.pass(30_000);
  expect(k.events).toMatchObject([{ type: 'error', name: 'ws', error: { code: 'NETWORK' } }]);
  k.server.unwilling = undefined;
  await k.pass(30_000);
  k.server.unwilling = 401;
  k.server.drop();
  await k.calm();
  await k.pass(30_000);
  expect(k.events).toHaveLength(2);
});

test('nothing is left after dispose', async () => {
  const { k, a } = await joined();
  k.client.dispose();
  await k.calm();
  expect(a.status).toBe('closed');
  expect(a.send({ n: 1 })).toBe(false);
  expect([k.server.peers.size, k.timers(), k.listeners()]).toEqual([0, 0, 0]);
  const late = join(k);
  expect(late.status).toBe('closed');
  await k.calm();
  expect(k.ends).toHaveLength(1);
});

test('a listener may dispose the client, or change who is asking', async () => {
  const { k, a } = await joined();
  let then = (): void => k.client.login('7');
  a.subscribe(() => {
    const now = then;
    then = () => {};
    now();
  });
  k.server.drop();
  await k.calm();
  expect(a.status).toBe('open');
  a.send({ n: 1 });
  await k.calm();
  then = () => k.client.dispose();
  k.server.drop(1009);
  await k.calm();
  expect(a.status).toBe('closed');
  await k.pass(60_000);
  expect([k.server.peers.size, k.timers()]).toEqual([0, 0]);
});

test('without sockets nothing is opened', async () => {
  vi.stubGlobal('WebSocket', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createClient(api, {});
  const a = joinChannel(api, news, {}, { client });
  expect(a.status).toBe('connecting');
  client.dispose();
  expect(a.status).toBe('closed');
});

test('a socket that cannot be made is told of and tried again', async () => {
  const k = await channelKit({ baseUrl: '/api/mizan' });
  const a = join(k);
  expect(a.status).toBe('connecting');
  expect(k.events).toMatchObject([{ type: 'error', name: 'ws', error: { code: 'NETWORK' } }]);
  expect(k.timers()).toBe(1);
});
