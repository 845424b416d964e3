/** The socket of a client, against a server with real ones. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { api, type ChannelKit, channelKit, chat, news, told } from '../../test/channels/kit.js';
import { createClient } from '../core/index.js';
import { type JoinOptions, joinChannel, observeChannel } from './index.js';

const A = '{"page":1,"room":"a"}';

function join(k: ChannelKit, room = 'a', options?: JoinOptions<{ readonly n: number }>) {
  return joinChannel(api, chat, { room }, { client: k.client, ...options });
}

async function joined() {
  const k = await channelKit();
  const a = join(k);
  await k.calm();
  const say = (n: number) => k.server.broadcast('chat', { page: 1, room: 'a' }, () => ({ n }));
  const numbers = () => a.messages.map(({ n }) => n);
  return { k, a, say, numbers };
}

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

test('equal subscriptions are one, whatever the order, the defaults and what is unknown', async () => {
  const k = await channelKit();
  const given = [
    { room: 'a', page: 1 },
    { page: 1, room: 'a', other: true },
    { room: 'a', page: undefined },
  ];
  const all = given.map((params) =>
    joinChannel(api, chat, params as { room: string }, { client: k.client }),
  );
  await k.calm();
  expect(told(k.peer())).toEqual([`subscribe chat ${A}`]);
  k.server.broadcast('chat', { room: 'a', page: 1 }, () => ({ n: 1 }));
  await k.calm();
  expect(all.map(({ messages }) => messages)).toEqual([[{ n: 1 }], [{ n: 1 }], [{ n: 1 }]]);
  all[0]?.leave();
  all[1]?.leave();
  await k.calm();
  expect(k.peer().joined.size).toBe(1);
  expect(all[2]?.status).toBe('open');
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

test('messages are held up to a limit, and every one is told of', async () => {
  const { k, say, numbers } = await joined();
  const heard: number[] = [];
  const few = join(k, 'a', { keep: 2, onMessage: ({ n }) => heard.push(n) });
  const none = join(k, 'a', { keep: 0 });
  for (let n = 0; n < 120; n += 1) say(n);
  await k.calm();
  expect(numbers()).toHaveLength(100);
  expect(numbers().at(-1)).toBe(119);
  expect(few.messages).toEqual([{ n: 118 }, { n: 119 }]);
  expect(few.messages).toBe(few.messages);
  expect(none.messages).toEqual([]);
  expect(heard).toHaveLength(120);
});

test('snapshots stay the same until something changed', async () => {
  const { k, a, say } = await joined();
  const before = a.snapshot();
  let calls = 0;
  const unlisten = a.subscribe(() => {
    calls += 1;
  });
  k.server.say(k.peer(), { channel: 'chat', params: { room: 'b' }, type: 'ServerMessage' });
  k.server.say(k.peer(), { channel: 'chat', params: { room: 'a', page: 1 }, type: 'Later' });
  await k.calm();
  expect(a.snapshot()).toBe(before);
  expect(calls).toBe(0);
  say(1);
  await k.calm();
  expect(calls).toBe(1);
  unlisten();
  say(2);
  await k.calm();
  expect(calls).toBe(1);
});

test('what cannot be understood is ignored', async () => {
  const { k, a, say, numbers } = await joined();
  for (const frame of ['', '[', '[]', '1', 'null', '"x"', '{}', '{"channel":1,"type":"x"}']) {
    k.server.say(k.peer(), frame);
  }
  k.peer().said += 1;
  k.peer().socket.send(Buffer.from([1, 2]));
  k.server.say(k.peer(), { authenticated: true });
  k.server.say(k.peer(), { error: 'Something else' });
  k.server.say(k.peer(), { id: 1, ok: true, data: {} });
  k.server.say(k.peer(), { type: 'invalidate', cursor: '1', invalidate: [] });
  say(1);
  await k.calm();
  expect(numbers()).toEqual([1]);
  expect(a.error).toBeUndefined();
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

test('messages wait while it is away, but not for ever', async () => {
  const k = await channelKit();
  const a = join(k);
  const sent = Array.from({ length: 33 }, (_, n) => a.send({ n }));
  expect(sent.indexOf(false)).toBe(32);
  await k.calm();
  expect(told(k.peer())).toHaveLength(33);
  expect(told(k.peer())[1]).toBe(`message chat ${A} {"n":0}`);
  expect(told(k.peer())[32]).toBe(`message chat ${A} {"n":31}`);
  expect(a.send({ n: 33 })).toBe(true);
  k.server.drop();
  await k.calm();
  expect(a.send({ n: 34 })).toBe(true);
  await k.pass(1500);
  expect(told(k.peer())).toEqual([`subscribe chat ${A}`, `message chat ${A} {"n":34}`]);
  a.leave();
  expect(a.send({ n: 35 })).toBe(false);
});

test('more than the browser may hold back is not sent', async () => {
  const { k, a } = await joined();
  const [end] = k.ends;
  Object.defineProperty(end, 'bufferedAmount', { value: 2 ** 20 + 1, configurable: true });
  expect(a.send({ n: 1 })).toBe(false);
  Object.defineProperty(end, 'bufferedAmount', { value: 0 });
  expect(a.send({ n: 1 })).toBe(true);
});

test('a refused subscription says why, and is asked for again with the next connection', async () => {
  const k = await channelKit();
  k.server.refuse = (_, channel) => (channel === 'chat' ? 'Not authorized' : undefined);
  const a = join(k);
  const b = joinChannel(api, news, {}, { client: k.client });
  a.send({ n: 1 });
  await k.calm();
  expect([a.status, b.status]).toEqual(['refused', 'open']);
  expect(a.error).toMatchObject({ code: 'REFUSED', message: 'Not authorized' });
  expect(a.send({ n: 2 })).toBe(false);
  expect(k.events).toEqual([{ type: 'error', kind: 'channel', name: 'chat', error: a.error }]);
  const statuses: string[] = [];
  a.subscribe(() => statuses.push(a.status));
  k.server.drop();
  await k.calm();
  k.server.refuse = () => undefined;
  await k.pass(1500);
  expect(statuses).toEqual(['open']);
  expect(a.error).toBeUndefined();
  // Refused, it is nothing that the server would have to be told of.
  expect(told(k.peer())).toEqual([`subscribe chat ${A}`, 'subscribe news {}']);
});

test('what becomes of a message', async () => {
  const { k, a, say, numbers } = await joined();
  const fail = (error: string) =>
    k.server.say(k.peer(), { error, channel: 'chat', params: { page: 1, room: 'a' } });
  a.send({ n: 1 });
  await k.calm();
  fail('Invalid message: too bad');
  await k.calm();
  expect(a.status).toBe('open');
  expect(a.error).toMatchObject({ code: 'MESSAGE_REFUSED', message: 'Invalid message: too bad' });
  say(1);
  await k.calm();
  expect(numbers()).toEqual([1]);
  a.send({ n: 2 });
  expect(a.error).toBeUndefined();
});

test.each(['Not authorized', 'Authorization failed', 'Not subscribed to chat'])(
  'an application may say “%s” of a message',
  async (words) => {
    const { k, a, say, numbers } = await joined();
    a.send({ n: 1 });
    await k.calm();
    k.server.say(k.peer(), { error: words, channel: 'chat', params: { page: 1, room: 'a' } });
    await k.calm();
    expect(a.status).toBe('reconnecting');
    expect(k.peer().joined.size).toBe(0);
    await k.pass(0);
    expect(a.status).toBe('open');
    expect(a.error).toMatchObject({ code: 'MESSAGE_REFUSED', message: words });
    say(1);
    await k.calm();
    expect(numbers()).toEqual([1]);
    // What it says beyond that is of the message alone.
    a.send({ n: 2 });
    await k.calm();
    k.server.say(k.peer(), {
      error: `${words}, Ada`,
      channel: 'chat',
      params: { page: 1, room: 'a' },
    });
    await k.calm();
    expect(a.status).toBe('open');
  },
);

test('a subscription that ended after something was sent is refused', async () => {
  const { k, a } = await joined();
  a.send({ n: 1 });
  await k.calm();
  k.server.refuse = () => 'Not authorized';
  k.server.checkAnew(k.peer());
  await k.calm();
  await k.pass(0);
  expect(a.status).toBe('refused');
  expect(a.error).toMatchObject({ code: 'REFUSED', message: 'Not authorized' });
});

test('a check anew that fails passes', async () => {
  const { k, a } = await joined();
  let fault: string | undefined = 'Authorization failed';
  k.server.refuse = () => fault;
  k.server.checkAnew(k.peer());
  await k.pass(1500);
  expect(a.status).toBe('reconnecting');
  fault = undefined;
  k.signal('visible');
  await k.calm();
  expect(a.status).toBe('open');
  expect(a.missed).toBe(1);
  expect(k.ends).toHaveLength(1);
});

test.each(['Authorization failed', 'An internal error occurred', 'Too many subscriptions'])(
  '“%s” passes',
  async (words) => {
    const k = await channelKit();
    let fault: string | undefined = words;
    k.server.refuse = () => fault;
    const a = join(k);
    expect(a.send({ n: 1 })).toBe(true);
    await k.calm();
    expect(a.status).toBe('connecting');
    expect(a.error).toMatchObject({ code: 'REFUSED', message: words });
    await k.pass(1500);
    await k.pass(1500);
    expect(a.status).toBe('connecting');
    fault = undefined;
    await k.pass(3000);
    expect(a.status).toBe('open');
    expect(a.error).toBeUndefined();
    expect(a.missed).toBe(0);
    expect(told(k.peer()).at(-1)).toBe(`message chat ${A} {"n":1}`);
    expect(k.ends).toHaveLength(1);
  },
);

test.each(['Not authorized', 'Unknown channel: chat', 'Invalid params: room: Field required'])(
  '“%s” is final, until it is asked for again',
  async (words) => {
    const k = await channelKit();
    k.server.refuse = () => words;
    const a = join(k);
    await k.calm();
    expect(a.status).toBe('refused');
    k.server.refuse = () => undefined;
    k.signal('visible');
    await k.pass(60_000);
    expect(a.status).toBe('refused');
    a.retry();
    await k.calm();
    expect(a.status).toBe('open');
  },
);

test('a message of the identity before is not shown to the next', async () => {
  const { k, say } = await joined();
  const heard: number[] = [];
  const first = join(k, 'a', {
    onMessage: ({ n }) => {
      heard.push(n);
      k.client.logout();
    },
  });
  const second = join(k, 'a', { onMessage: ({ n }) => heard.push(n) });
  await k.calm();
  say(1);
  await k.calm();
  expect(heard).toEqual([1]);
  expect([first.messages, second.messages]).toEqual([[], []]);
});

test('who is told of a message may dispose the client', async () => {
  const { k, say } = await joined();
  const last = join(k, 'a', { onMessage: () => k.client.dispose() });
  await k.calm();
  say(1);
  await k.pass(0);
  expect(last.snapshot()).toEqual({ status: 'closed', messages: [], error: undefined, missed: 0 });
});

test('who holds no messages hears of nothing else either', async () => {
  const { k, say } = await joined();
  const none = join(k, 'a', { keep: 0 });
  const before = none.snapshot();
  say(1);
  say(2);
  await k.calm();
  expect(none.snapshot()).toBe(before);
  k.server.drop();
  await k.calm();
  expect(none.status).toBe('reconnecting');
});

test('what is sent just before somebody joins waits', async () => {
  const { k } = await joined();
  const b = observeChannel(k.client, chat, { room: 'b' });
  expect(b.send({ n: 1 })).toBe(true);
  const end = b.subscribe(() => {});
  await k.calm();
  expect(told(k.peer()).at(-1)).toBe('message chat {"page":1,"room":"b"} {"n":1}');
  end();
  await k.calm();
  const { length } = k.peer().frames;
  // Nobody comes.
  b.send({ n: 2 });
  await k.calm();
  b.subscribe(() => {});
  await k.calm();
  expect(told(k.peer()).slice(length)).toEqual(['subscribe chat {"page":1,"room":"b"}']);
});

test('sending alone opens nothing', async () => {
  const k = await channelKit();
  observeChannel(k.client, chat, { room: 'b' }).send({ n: 1 });
  await k.calm();
  expect([k.ends.length, k.timers()]).toEqual([0, 0]);
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

test('a subscription that ends as it begins', async () => {
  const k = await channelKit();
  k.server.connected = () => 'The room is full';
  const a = join(k);
  await k.calm();
  expect(a.status).toBe('refused');
  expect(a.error?.message).toBe('The room is full');
});

test('the reason is not lost where something waited to be sent', async () => {
  const k = await channelKit();
  k.server.connected = () => 'The room is full';
  const a = join(k);
  a.send({ n: 1 });
  await k.calm();
  await k.pass(0);
  expect(a.status).toBe('refused');
  expect(a.error?.message).toBe('The room is full');
});

test('a message that was too large is told of', async () => {
  const { k, a } = await joined();
  const b = join(k, 'b');
  await k.calm();
  a.send({ n: 1 });
  await k.calm();
  k.server.drop(1009);
  await k.calm();
  expect(a.error?.code).toBe('MESSAGE_TOO_LARGE');
  expect(b.error).toBeUndefined();
  expect(a.status).toBe('reconnecting');
});

test('numbers that would be rounded are an error', async () => {
  const { k, a, numbers } = await joined();
  const frame = `{"channel":"chat","params":${A},"type":"ServerMessage","data":{"n":9007199254740993}}`;
  k.server.say(k.peer(), frame);
  await k.calm();
  expect(numbers()).toEqual([]);
  expect(a.missed).toBe(1);
  expect(a.error?.code).toBe('INVALID_RESPONSE');
});

test('what is said of a past subscription is not said of the next', async () => {
  const { k, a, say } = await joined();
  a.send({ n: 1 });
  a.leave();
  await Promise.resolve();
  k.server.receive = (peer) =>
    k.server.say(peer, { error: 'no', channel: 'chat', params: { page: 1, room: 'a' } });
  say(1);
  const b = join(k);
  await k.calm();
  expect(b.status).toBe('open');
  expect(b.error).toBeUndefined();
  expect(b.messages).toEqual([]);
  expect(told(k.peer()).map((text) => text.split(' ')[0])).toEqual([
    'subscribe',
    'message',
    'unsubscribe',
    'subscribe',
  ]);
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

test('listeners that throw end nothing', async () => {
  const { k, a, say, numbers } = await joined();
  const reported: unknown[] = [];
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  onTestFinished(() => void vi.unstubAllGlobals());
  const unlisten = a.subscribe(() => {
    throw new Error('mine');
  });
  say(1);
  say(2);
  await k.calm();
  unlisten();
  expect(numbers()).toEqual([1, 2]);
  expect(reported).toHaveLength(2);
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
