/** What becomes of what a server refuses. */

import { expect, test } from 'vitest';
import { A, join, joined } from '../../test/channels/joined.js';
import { api, channelKit, news, told } from '../../test/channels/kit.js';
import { joinChannel } from './index.js';

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
