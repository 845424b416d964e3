/** What is said and heard over a subscription. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { A, join, joined } from '../../test/channels/joined.js';
import { api, channelKit, chat, told } from '../../test/channels/kit.js';
import { joinChannel, observeChannel } from './index.js';

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
