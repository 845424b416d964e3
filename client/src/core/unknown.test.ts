/** Rule 4: unknown is invalidation. */

import { expect, test } from 'vitest';
import {
  type Asked,
  at,
  broad,
  flush,
  kit,
  loaded,
  look,
  quietly,
  rename,
  userOf,
} from '../../test/core/kit.js';

const endings: [string, (asked: Asked, abort: AbortController, wait: () => void) => unknown][] = [
  ['a network error', (asked) => asked.fail()],
  ['an abort', (_asked, abort) => abort.abort()],
  ['a time-out', (_asked, _abort, wait) => wait()],
  ['a 500', (asked) => asked.refuse(500)],
  ['a 504 of a proxy', (asked) => asked.answer('<html>', {}, 504)],
  ['a success that is no JSON', (asked) => asked.answer('<html>')],
  ['a success without a result', (asked) => asked.answer({})],
];

test.each(endings)(
  '%s invalidates what is declared, now and after the deadline',
  async (_n, end) => {
    const k = kit();
    const one = await loaded(k, 1);
    const two = await loaded(k, 2, 'Bob');
    const abort = new AbortController();
    const call = quietly(k.client.call(rename, { user_id: 1 }, { signal: abort.signal }));
    end(k.next(), abort, () => k.clock.advance(30_000));
    await flush();
    expect(await call).toMatchObject({ unknown: true });
    expect(one.snapshot().stale).toBe(true);
    expect(two.snapshot().stale).toBe(false);
    await k.next().answer(userOf('Ada'), at(1));
    expect(one.snapshot().stale).toBe(false);
    k.clock.advance(4999);
    expect(one.snapshot().stale).toBe(false);
    k.clock.advance(1);
    expect(one.snapshot().stale).toBe(true);
    expect(k.next().url).toContain('user_id=1');
    expect(k.timers()).toBe(1);
  },
);

test('without a deadline it is thirty seconds; with affects_params it is broad', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2);
  void quietly(k.client.call({ ...rename, scoped: true as const }, { user_id: 1 }));
  await k.next().fail();
  expect([one.snapshot().stale, two.snapshot().stale]).toEqual([true, true]);
  for (const read of k.fresh()) await read.answer(userOf('x'), at(read.url.endsWith('1') ? 1 : 2));
  void quietly(k.client.call(broad, {}));
  await k.next().fail();
  for (const read of k.fresh()) await read.answer(userOf('x'), at(read.url.endsWith('1') ? 1 : 2));
  k.clock.advance(5000);
  expect(one.snapshot().stale).toBe(true);
  for (const read of k.fresh()) await read.answer(userOf('x'), at(read.url.endsWith('1') ? 1 : 2));
  k.clock.advance(24_999);
  expect(one.snapshot().stale).toBe(false);
  k.clock.advance(1);
  expect(one.snapshot().stale).toBe(true);
});

test('text does not scope: the server may have put it into another form', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  void quietly(k.client.call(rename, { user_id: '0001' as never }));
  await k.next().fail();
  expect(one.snapshot().stale).toBe(true);
});

test('a 5xx that says what it may have changed is believed', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2);
  void quietly(k.client.call(broad, {}));
  await k.next().refuse(500, {}, { 'X-Mizan-Invalidate': 'user;user_id=2, team' });
  expect([one.snapshot().stale, two.snapshot().stale]).toEqual([false, true]);
  await k.next().answer(userOf('x'), at(2));
  k.clock.advance(30_000);
  expect([one.snapshot().stale, two.snapshot().stale]).toEqual([false, true]);
});

test('a header that cannot be read hits everything', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  void quietly(k.client.call(rename, { user_id: 5 }));
  await k.next().refuse(500, {}, { 'X-Mizan-Invalidate': 'user;user_id=2, ???' });
  expect(one.snapshot().stale).toBe(true);
});

test.each([400, 401, 403, 404, 409, 422, 429])(
  '%i promises that nothing changed',
  async (status) => {
    const k = kit();
    const one = await loaded(k, 1);
    const call = quietly(k.client.call(rename, { user_id: 1 }));
    await k.next().refuse(status);
    expect(await call).toMatchObject({ status, code: `E${status}`, unknown: false });
    expect(one.snapshot().stale).toBe(false);
    expect(k.timers()).toBe(0);
  },
);

test('what was not sent changed nothing', async () => {
  const k = kit({ token: () => Promise.reject(new Error('no storage')) });
  const abort = new AbortController();
  abort.abort();
  const aborted = k.client.call(rename, { user_id: 1 }, { signal: abort.signal });
  expect(await quietly(aborted)).toMatchObject({ unknown: false });
  const failed = k.client.call(rename, { user_id: 1 });
  expect(await quietly(failed)).toMatchObject({ code: 'NETWORK', unknown: false });
  expect(k.timers()).toBe(0);
  expect(k.fresh()).toHaveLength(0);
});

test('a mutation is never retried, and not aborted by what unmounts', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  void quietly(k.client.call(rename, { user_id: 1 }));
  const call = k.next();
  one.mounted.end();
  await flush();
  expect(call.signal.aborted).toBe(false);
  await call.refuse(503, {}, { 'Retry-After': '1' });
  k.clock.advance(60_000);
  await flush();
  expect(k.fresh()).toHaveLength(0);
});

test('a function that reads is retried and invalidates nothing', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const call = k.client.call(look, {});
  await k.next().fail();
  expect(one.snapshot().stale).toBe(false);
  k.clock.advance(1000);
  await flush();
  await k.next().answer({ result: 'seen' });
  expect(await call).toBe('seen');
  expect(k.timers()).toBe(0);
});

test('an answer that refuses, as that of a form, changed nothing', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const submit = { ...broad, refused: (output: unknown) => output === 'no' };
  const call = k.client.call(submit, {});
  await k.next().answer({ result: 'no', invalidate: ['user'] });
  expect(await call).toBe('no');
  expect(one.snapshot().stale).toBe(false);
});
