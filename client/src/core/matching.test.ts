/** Rule 1: matching, and all changes of one answer at once. */

import { expect, test } from 'vitest';
import {
  at,
  broad,
  flush,
  global,
  kit,
  loaded,
  mount,
  rename,
  uncaught,
  user,
  userOf,
} from '../../test/core/kit.js';
import { observe } from './index.js';

test('an entry reads the instances that agree with it, and spares the others', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2, 'Bob');
  void k.client.call(rename, { user_id: 1 });
  await k
    .next()
    .answer({ result: null, invalidate: [{ context: 'user', params: { user_id: 1 } }] });
  expect(one.snapshot().stale).toBe(true);
  expect(two.snapshot().stale).toBe(false);
  const read = k.next();
  expect(read.url).toBe('/api/mizan/ctx/user/?page=1&user_id=1');
  await read.answer(userOf('Eve'), at(1));
  expect(one.shown()).toBe('Eve');
  expect(one.snapshot()).toMatchObject({ stale: false, refreshing: false });
});

test('values compare as text, and names that only one side has spare nothing', async () => {
  const k = kit();
  const one = await loaded(k);
  for (const params of [{ user_id: '1' }, { other: 5 }, { user_id: null }, { user_id: [2] }]) {
    void k.client.call(rename, { user_id: 1 });
    await k.next().answer({ result: 1, invalidate: [{ context: 'user', params }] });
    expect(one.snapshot().stale).toBe(true);
    await k.next().answer(userOf('Ada'), at(1));
  }
  void k.client.call(rename, { user_id: 1 });
  await k.next().answer({ result: 1, invalidate: [{ context: 'user', params: { page: 2 } }] });
  expect(one.snapshot().stale).toBe(false);
});

test('before its first answer everything hits an instance', async () => {
  const k = kit();
  mount(observe(k.client, user, { user_id: 1 }));
  const first = k.next();
  k.client.invalidate('user', { user_id: 2 });
  await first.answer(userOf('Ada'), at(1));
  expect(k.fresh()).toHaveLength(1);
});

test('it is matched by what the server answered, not by what was asked', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  await k.next().answer(userOf('Ada'), at(7));
  k.client.invalidate('user', { user_id: 1 });
  expect(observed.snapshot().stale).toBe(false);
  k.client.invalidate('user', { user_id: 7 });
  expect(observed.snapshot().stale).toBe(true);
});

test.each([{}, { 'X-Mizan-Instance': 'user' }, { 'X-Mizan-Instance': '%%' }])(
  'an answer that does not say which instance it is, %o, is hit by everything',
  async (headers) => {
    const k = kit();
    const observed = observe(k.client, user, { user_id: 1 });
    mount(observed);
    await k.next().answer(userOf('Ada'), headers);
    k.client.invalidate(user, { user_id: 5 });
    expect(observed.snapshot().stale).toBe(true);
  },
);

test('defaults are filled in, and the same instance is one record', async () => {
  const k = kit();
  const one = observe(k.client, user, { user_id: 1 });
  expect(observe(k.client, user, { page: 1, user_id: 1 })).toBe(one);
  expect(observe(k.client, user, { user_id: 1, page: 2 })).not.toBe(one);
  mount(one);
  mount(observe(k.client, user, { user_id: 1, page: undefined as never }));
  expect(k.next().url).toBe('/api/mizan/ctx/user/?page=1&user_id=1');
});

test('all changes of one answer are one notification, after all of them', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2);
  const seen: boolean[][] = [];
  const both = () => seen.push([one.snapshot().stale, two.snapshot().stale]);
  one.observed.subscribe(both);
  two.observed.subscribe(both);
  void k.client.call(broad, {});
  await k.next().answer({ result: 1, invalidate: ['user'] });
  expect(seen).toEqual([[true, true]]);
  expect(k.fresh()).toHaveLength(2);
});

test('the caller goes on before those who look are told', async () => {
  const k = kit();
  const one = await loaded(k);
  const order: string[] = [];
  one.observed.subscribe(() => queueMicrotask(() => order.push('listener')));
  void k.client.call(broad, {}).then(() => order.push('caller'));
  await k.next().answer({ result: 1, invalidate: ['user'] });
  expect(order).toEqual(['caller', 'listener']);
});

test('hit while unmounted, a new mount waits; merely old, it shows', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  k.clock.advance(60_000);
  expect(one.shown()).toBe('Ada');
  k.client.invalidate('user');
  expect(one.snapshot().data).toBeUndefined();
  expect(k.fresh()).toHaveLength(0);

  const two = await loaded(k, 2, 'Bob');
  two.mounted.end();
  await flush();
  k.clock.advance(30_000);
  mount(two.observed);
  expect(two.snapshot()).toMatchObject({ stale: false, refreshing: true });
  expect(two.shown()).toBe('Bob');
});

test('wrong when the last one unmounts, it is not shown to the next', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  one.mounted.end();
  await flush();
  expect(one.snapshot().data).toBeUndefined();
});

test('nor while somebody waits for it without having mounted', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  const value = k.client.fetch(user, { user_id: 1 }, { staleAfter: 0 });
  const read = k.next();
  k.client.invalidate('user');
  expect(one.snapshot().data).toBeUndefined();
  await read.answer(userOf('Bob'), at(1));
  await k.next().answer(userOf('Eve'), at(1));
  expect((await value).user_profile.name).toBe('Eve');
});

test('entries that cannot be understood hit everything', async () => {
  const k = kit();
  const one = await loaded(k);
  for (const invalidate of ['user', [7], [{ params: {} }], {}]) {
    void k.client.call(rename, { user_id: 9 });
    await k.next().answer({ result: 1, invalidate });
    expect(one.snapshot().stale).toBe(true);
    await k.next().answer(userOf('Ada'), at(1));
  }
});

test('values that did not change keep their identity', async () => {
  const k = kit();
  const one = await loaded(k, 1, 'Ada', 1, 2);
  const before = one.snapshot().data;
  k.client.invalidate('user');
  await k.next().answer(userOf('Eve', 1, 2), at(1));
  expect(one.snapshot().data?.user_orders).toBe(before?.user_orders);
  expect(one.snapshot().data?.user_profile).not.toBe(before?.user_profile);
  const between = one.snapshot();
  k.client.invalidate('user');
  await k.next().answer(userOf('Eve', 1, 2), at(1));
  expect(one.snapshot().data).toBe(between.data);
});

test('a snapshot is the same object while nothing changed', async () => {
  const k = kit();
  const one = await loaded(k);
  const before = one.snapshot();
  k.client.invalidate('team');
  await loaded(k, 2);
  expect(one.snapshot()).toBe(before);
  expect(one.mounted.calls).toBe(0);
});

test('the global context has no parameters', async () => {
  const k = kit();
  mount(observe(k.client, global, {}));
  expect(k.next().url).toBe('/api/mizan/ctx/global/');
});

test('a listener that throws keeps nobody else from hearing', async () => {
  const errors = uncaught();
  const k = kit();
  const one = observe(k.client, user, { user_id: 1 });
  let told = 0;
  one.subscribe(() => {
    throw new Error('of the application');
  });
  one.subscribe(() => {
    told += 1;
  });
  await k.next().answer(userOf('Ada'), at(1));
  expect(told).toBe(1);
  expect(errors).toHaveLength(1);
});
