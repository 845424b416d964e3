/** Who is asking, and what becomes of that. */

import { expect, test, vi } from 'vitest';
import { api, channelKit, chat, tokenUntil, told } from '../../test/channels/kit.js';
import type { MizanOptions, Token } from '../core/index.js';
import { joinChannel } from './index.js';

const SUBSCRIBE = 'subscribe chat {"page":1,"room":"a"}';
const START = 1_000_000;

/** Only Ada may join. */
async function setUp(options: MizanOptions) {
  const k = await channelKit(options);
  k.server.refuse = (who) => (who === 'ada' ? undefined : 'Not authorized');
  k.server.identify = (token) => (/^ada|^head/.exec(token) ? 'ada' : undefined);
  const a = joinChannel(api, chat, { room: 'a' }, { client: k.client });
  const say = async (n: number) => {
    k.server.broadcast('chat', { room: 'a', page: 1 }, () => ({ n }));
    await k.calm();
  };
  await k.calm();
  return { k, a, say };
}

/** Tokens that a server hands out one after another, each for a time. */
function session(lifetime: number) {
  const given = { count: 0, works: true, token: tokenUntil('ada', START + lifetime) };
  const refresh = vi.fn(async () => {
    given.count += 1;
    given.token = tokenUntil('ada', START + lifetime * (given.count + 1));
    return given.works;
  });
  return { given, refresh, token: () => given.token };
}

test.each<[string, MizanOptions]>([
  ['a token', { token: () => 'ada' }],
  ['a token that takes its time', { token: async () => 'ada' }],
  ["one of Mizan's own", { token: (): Token => ({ mwt: 'ada' }) }],
  ['a header', { headers: { Authorization: 'bearer ada' } }],
  ['a header that is asked for', { headers: () => ({ 'X-Mizan-Token': 'ada' }) }],
])('%s is told before anything else', async (_, options) => {
  const { k, a } = await setUp(options);
  expect(told(k.peer())).toEqual(['auth ada', SUBSCRIBE]);
  expect(a.status).toBe('open');
});

test.each<[string, MizanOptions]>([
  ['nothing', {}],
  ['no token', { token: () => undefined }],
  ['another scheme', { headers: { Authorization: 'Basic ada' } }],
])('with %s the handshake says it all', async (_, options) => {
  const { k, a } = await setUp(options);
  expect(told(k.peer())).toEqual([SUBSCRIBE]);
  expect(a.status).toBe('refused');
});

test('a token that is refused is renewed once', async () => {
  const tokens = ['bob', 'ada'];
  const refresh = vi.fn(async () => !!tokens.shift());
  const { k, a } = await setUp({ token: () => tokens[0], refresh });
  expect(told(k.peer())).toEqual(['auth bob', 'auth ada', SUBSCRIBE]);
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(a.status).toBe('open');
  expect(k.events).toEqual([]);
});

test.each<[string, MizanOptions, number]>([
  ['is not renewed', { refresh: async () => false }, 1],
  ['cannot be renewed', {}, 1],
  ['is no better when it is renewed', { refresh: async () => true }, 2],
])('a token that %s', async (_, options, times) => {
  const { k, a } = await setUp({ token: () => 'bob', ...options });
  expect(told(k.peer())).toEqual([...Array(times).fill('auth bob'), SUBSCRIBE]);
  await k.pass(10_000);
  expect(a.status).toBe('refused');
  expect(k.events[0]).toMatchObject({ name: 'ws', error: { code: 'UNAUTHORIZED' } });
});

/** A renewal that can be made to fail in passing, and to say no. */
function renewal() {
  const now = { token: 'ada', next: 'ada again', works: true, fails: false };
  const refresh = vi.fn(async () => {
    if (now.fails) throw new Error('no');
    if (now.works) now.token = now.next;
    return now.works;
  });
  return { now, refresh, token: () => now.token };
}

test.each(['fails', 'says no'])(
  'an identity is taken up again when its renewal first %s',
  async (how) => {
    const { now, refresh, token } = renewal();
    now.fails = how === 'fails';
    now.works = false;
    const { k, a } = await setUp({ token, refresh });
    k.server.expire(k.peer());
    await k.calm();
    expect(a.status).toBe('reconnecting');
    await k.pass(60_000);
    expect(a.status).toBe('refused');
    // Told of once.
    expect(k.events).toMatchObject([{ name: 'ws' }, { name: 'chat' }]);
    now.fails = false;
    now.works = true;
    k.signal('visible');
    await k.calm();
    expect(a.status).toBe('open');
    expect(a.error).toBeUndefined();
    expect(k.ends).toHaveLength(1);
  },
);

test('a renewal that failed is tried again by itself', async () => {
  const { now, refresh, token } = renewal();
  now.fails = true;
  const { k, a } = await setUp({ token, refresh });
  k.server.expire(k.peer());
  await k.calm();
  now.fails = false;
  await k.pass(1499);
  expect(a.status).toBe('reconnecting');
  await k.pass(1);
  expect(a.status).toBe('open');
  await k.pass(600_000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

test.each(['The deadline has passed', 'An internal error occurred'])(
  'a token of which the server says “%s” is told again',
  async (words) => {
    const { now, refresh, token } = renewal();
    const k = await channelKit({ token, refresh });
    k.server.refuse = (who) => (who ? undefined : 'Not authorized');
    k.server.identify = () => undefined;
    k.server.unidentified = words;
    const a = joinChannel(api, chat, { room: 'a' }, { client: k.client });
    a.send({ n: 1 });
    await k.calm();
    expect(a.status).toBe('connecting');
    k.server.identify = (given) => given;
    now.works = false;
    await k.pass(1500);
    // A renewal that says no is no reason to doubt what there is.
    now.works = true;
    await k.pass(30_000);
    expect(a.status).toBe('open');
    expect(told(k.peer()).at(-1)).toBe(`message chat {"page":1,"room":"a"} {"n":1}`);
  },
);

test('an early renewal does not overtake one that is due', async () => {
  let now = tokenUntil('ada', START + 60_000);
  const waiting: ((renewed: boolean) => void)[] = [];
  const refresh = () => new Promise<boolean>((done) => waiting.push(done));
  const { k, a } = await setUp({ token: () => now, refresh });
  k.server.expire(k.peer());
  await k.calm();
  await k.pass(29_990);
  await k.pass(5);
  expect(waiting).toHaveLength(1);
  k.clock.advance(5);
  for (const done of waiting) done(false);
  await k.calm();
  // Without it, it is served as nobody: the socket is not stuck.
  const open = joinChannel(api, chat, { room: 'open' }, { client: k.client });
  k.server.refuse = (who, _, params) =>
    who || (params as { room: string }).room === 'open' ? undefined : 'Not authorized';
  await k.calm();
  expect([a.status, open.status]).toEqual(['reconnecting', 'open']);
  now = 'ada';
  k.signal('online');
  await k.calm();
  expect(a.status).toBe('open');
});

test('what waits is not sent as nobody', async () => {
  const { now, refresh, token } = renewal();
  const { k, a } = await setUp({ token, refresh });
  k.server.refuse = () => undefined;
  const senders: unknown[] = [];
  k.server.receive = (peer) => senders.push(peer.who);
  now.fails = true;
  k.server.expire(k.peer());
  await k.calm();
  expect(a.send({ n: 1 })).toBe(true);
  await k.pass(2000);
  expect(senders).toEqual([]);
  now.fails = false;
  k.signal('focus');
  await k.calm();
  expect(senders).toEqual(['ada']);
  now.fails = true;
  k.server.expire(k.peer());
  await k.calm();
  expect(a.send({ n: 2 })).toBe(true);
  now.fails = false;
  now.works = false;
  await k.pass(20_000);
  expect(senders).toEqual(['ada']);
  expect(a.error).toMatchObject({ code: 'MESSAGE_REFUSED' });
  // What is sent from here on is sent by nobody, who was told of it.
  expect(a.send({ n: 3 })).toBe(true);
  await k.calm();
  expect(senders).toEqual(['ada', undefined]);
});

test('a credential that cannot be had now may be later', async () => {
  let works = false;
  const token = async () => {
    if (works) return 'ada';
    throw new Error('no');
  };
  const { k, a } = await setUp({ token });
  expect(a.status).toBe('connecting');
  expect(k.events).toMatchObject([
    { name: 'ws', error: { code: 'NETWORK', cause: { message: 'no' } } },
  ]);
  works = true;
  await k.pass(1500);
  expect(a.status).toBe('open');
  expect(k.ends).toHaveLength(1);
});

test('a token is renewed before it ends, on the living socket', async () => {
  const { refresh, token } = session(300_000);
  const { k, a, say } = await setUp({ token, refresh });
  await say(1);
  await k.pass(269_999);
  expect(refresh).not.toHaveBeenCalled();
  await k.pass(1);
  expect(told(k.peer())).toEqual([
    `auth ${tokenUntil('ada', START + 300_000)}`,
    SUBSCRIBE,
    `auth ${tokenUntil('ada', START + 600_000)}`,
  ]);
  await say(2);
  expect(a.messages).toHaveLength(2);
  expect(a.missed).toBe(0);
  await k.pass(300_000);
  expect(refresh).toHaveBeenCalledTimes(2);
});

test('a token of a short life is not asked for all the time', async () => {
  const { refresh, token } = session(10_000);
  const { k } = await setUp({ token, refresh });
  await k.pass(4999);
  expect(refresh).not.toHaveBeenCalled();
  await k.pass(1);
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('what the application renewed by itself is taken', async () => {
  let now = tokenUntil('ada', START + 60_000);
  const { k } = await setUp({ token: () => now });
  now = tokenUntil('ada', START + 900_000);
  await k.pass(30_000);
  expect(told(k.peer()).at(-1)).toBe(`auth ${now}`);
});

test('a token that nobody renews is not told again', async () => {
  const { k, a } = await setUp({ token: () => tokenUntil('ada', START + 60_000) });
  await k.pass(600_000);
  expect(told(k.peer())).toHaveLength(2);
  expect(a.status).toBe('open');
  // The socket's own.
  expect(k.timers()).toBe(1);
});

test('an identity that ended is renewed, and what it ended begins again', async () => {
  const { refresh, token } = session(Number.POSITIVE_INFINITY);
  const { k, a, say } = await setUp({ token, refresh });
  await say(1);
  const statuses: string[] = [];
  a.subscribe(() => statuses.push(a.status));
  k.server.expire(k.peer());
  expect(k.peer().joined.size).toBe(0);
  await k.calm();
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(statuses).toEqual(['reconnecting', 'open']);
  expect(a.missed).toBe(1);
  await say(2);
  expect(a.messages).toEqual([{ n: 1 }, { n: 2 }]);
  expect(k.ends).toHaveLength(1);
});

test('what is sent while the identity is away waits for it', async () => {
  let renew = (_: boolean): void => {};
  let now = 'ada';
  const refresh = () =>
    new Promise<boolean>((done) => {
      renew = done;
    });
  const { k, a } = await setUp({ token: () => now, refresh });
  k.server.refuse = () => undefined;
  const senders: unknown[] = [];
  k.server.receive = (peer) => senders.push(peer.who);
  k.server.expire(k.peer());
  await k.calm();
  expect(a.send({ n: 1 })).toBe(true);
  await k.calm();
  expect(senders).toEqual([]);
  expect(a.status).toBe('open');
  now = 'ada again';
  renew(true);
  await k.calm();
  expect(senders).toEqual(['ada']);
  expect(a.missed).toBe(0);
});

test('an identity that ends while its successor is being told', async () => {
  const { refresh, token } = session(60_000);
  const { k, a } = await setUp({ token, refresh });
  const identify = k.server.identify;
  k.server.identify = (given) => {
    k.server.expire(k.peer());
    return identify(given);
  };
  await k.pass(30_000);
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(a.status).toBe('open');
  expect(told(k.peer()).map((text) => text.split(' ')[0])).toEqual([
    'auth',
    'subscribe',
    'auth',
    'unsubscribe',
    'subscribe',
  ]);
});

test('an identity that nobody renews is gone, for who needs it', async () => {
  const { k, a } = await setUp({ token: () => 'ada' });
  const open = joinChannel(api, chat, { room: 'open' }, { client: k.client });
  await k.calm();
  k.server.refuse = (who, _, params) =>
    who || (params as { room: string }).room === 'open' ? undefined : 'Not authorized';
  k.server.expire(k.peer());
  await k.calm();
  expect([a.status, open.status]).toEqual(['refused', 'open']);
  expect(k.ends).toHaveLength(1);
});

test('a cookie that ended is read again by a new handshake, at once', async () => {
  const { k, a } = await setUp({});
  k.server.refuse = () => undefined;
  k.signal('visible');
  a.retry();
  await k.pass(900_000);
  expect(a.status).toBe('open');
  k.server.expire(k.peer());
  await k.calm();
  await k.pass(0);
  expect(k.ends).toHaveLength(2);
  expect(a.status).toBe('open');
  // One that ends as it begins is not read all the time.
  k.server.expire(k.peer());
  await k.calm();
  expect(a.status).toBe('reconnecting');
  await k.pass(1500);
  expect(k.ends).toHaveLength(3);
});

test('somebody else has a socket of their own, and nothing of what was', async () => {
  let who = 'ada';
  const { k, a, say } = await setUp({ token: () => who });
  k.server.identify = (token) => token;
  await say(1);
  k.server.drop();
  await k.calm();
  a.send({ n: 1 });
  const seen: unknown[] = [];
  a.subscribe(() => seen.push(a.snapshot()));
  who = 'bob';
  k.client.login('bob');
  expect(seen).toEqual([{ status: 'connecting', messages: [], error: undefined, missed: 0 }]);
  await k.calm();
  expect(told(k.peer())).toEqual(['auth bob', SUBSCRIBE]);
  expect(a.status).toBe('refused');
  who = 'ada';
  k.client.login('ada');
  await k.calm();
  expect(a.status).toBe('open');
  expect(a.missed).toBe(0);
  expect(told(k.peer())).toEqual(['auth ada', SUBSCRIBE]);
});

test('a token that was asked for somebody else is not told', async () => {
  const asked: ((token: string) => void)[] = [];
  const { k, a } = await setUp({ token: () => new Promise((give) => asked.push(give)) });
  k.client.logout();
  await k.calm();
  asked[0]?.('ada of the past');
  await k.calm();
  expect(told(k.peer())).toEqual([]);
  asked[1]?.('ada');
  await k.calm();
  expect(told(k.peer())).toEqual(['auth ada', SUBSCRIBE]);
  expect(a.status).toBe('open');
});
