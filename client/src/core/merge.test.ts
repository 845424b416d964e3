/** Rule 3: overlap is doubt. */

import { expect, test } from 'vitest';
import { at, flush, kit, loaded, mount, plain, user, userOf } from '../../test/core/kit.js';
import { observe } from './index.js';

const merge = (name: string, params: object = { user_id: 1 }) => ({
  context: 'user',
  slot: 'user_profile',
  value: { name },
  params,
});
const upsert = (value: object, params: object = { user_id: 1, page: 1 }, key = 'id') => ({
  context: 'user',
  slot: 'user_orders',
  value,
  params,
  key,
});

test('a merge is applied without a read, and no other instance is touched', async () => {
  const k = kit();
  const one = await loaded(k, 1, 'Ada', 5);
  const two = await loaded(k, 2, 'Bob');
  const orders = one.snapshot().data?.user_orders;
  const result = k.client.call(plain, {});
  await k.next().answer({ result: 7, merge: [merge('Eve')] });
  expect(await result).toBe(7);
  expect(one.shown()).toBe('Eve');
  expect(one.snapshot()).toMatchObject({ stale: false, refreshing: false });
  expect(one.snapshot().data?.user_orders).toBe(orders);
  expect(two.shown()).toBe('Bob');
  expect(k.fresh()).toHaveLength(0);
});

test('an item is replaced by its key, or appended', async () => {
  const k = kit();
  const one = await loaded(k, 1, 'Ada', 5, 6);
  const first = one.snapshot().data?.user_orders[0];
  void k.client.call(plain, {});
  await k.next().answer({ result: 1, merge: [upsert({ id: 6, n: 9 }), upsert({ id: '7', n: 1 })] });
  expect(one.snapshot().data?.user_orders).toEqual([
    { id: 5, n: 0 },
    { id: 6, n: 9 },
    { id: '7', n: 1 },
  ]);
  expect(one.snapshot().data?.user_orders[0]).toBe(first);
  expect(k.fresh()).toHaveLength(0);
});

test.each([
  ['does not name every parameter of the slot', upsert({ id: 1 }, { user_id: 1 })],
  ['has no key in its value', upsert({ n: 1 })],
  ['is for a slot that is no list', { ...merge('Eve'), key: 'id' }],
  ['is for a slot that is not there', { ...merge('Eve'), slot: 'user_other' }],
  ['is broad', { ...merge('Eve'), params: undefined }],
])('a merge that %s is an invalidation', async (_why, given) => {
  const k = kit();
  const one = await loaded(k, 1, 'Ada', 5);
  void k.client.call(plain, {});
  await k.next().answer({ result: 1, merge: [given] });
  expect(one.snapshot()).toMatchObject({ stale: true, refreshing: true });
  expect(one.shown()).toBe('Ada');
  expect(k.fresh()).toHaveLength(1);
});

test('a read in flight at the answer overlaps', async () => {
  const k = kit({ staleAfter: 1000 });
  const one = await loaded(k);
  void k.client.call(plain, {});
  const call = k.next();
  k.clock.advance(1000);
  k.signal('focus');
  const read = k.next();
  await call.answer({ result: 1, merge: [merge('Eve')] });
  expect(one.shown()).toBe('Ada');
  expect(one.snapshot().stale).toBe(true);
  await read.answer(userOf('Ada'), at(1));
  await k.next().answer(userOf('Eve'), at(1));
  expect(one.shown()).toBe('Eve');
});

test('so does one in flight at the sending, and one in between', async () => {
  const k = kit({ staleAfter: 1000 });
  const one = await loaded(k);
  k.clock.advance(1000);
  k.signal('focus');
  const before = k.next();
  void k.client.call(plain, {});
  const first = k.next();
  await before.answer(userOf('Ada'), at(1));
  await first.answer({ result: 1, merge: [merge('Eve')] });
  expect(one.snapshot().stale).toBe(true);
  await k.next().answer(userOf('Eve'), at(1));

  void k.client.call(plain, {});
  const second = k.next();
  k.clock.advance(1000);
  k.signal('focus');
  await k.next().answer(userOf('Eve'), at(1));
  await second.answer({ result: 1, merge: [merge('Bob')] });
  expect(one.snapshot().stale).toBe(true);
});

test('two merges that overlap: the first answer is taken, the second is doubt', async () => {
  const k = kit();
  const one = await loaded(k);
  void k.client.call(plain, {});
  const first = k.next();
  void k.client.call(plain, {});
  const second = k.next();
  await second.answer({ result: 1, merge: [merge('Second')] });
  expect(one.shown()).toBe('Second');
  expect(one.snapshot().stale).toBe(false);
  await first.answer({ result: 1, merge: [merge('First')] });
  expect(one.shown()).toBe('Second');
  expect(one.snapshot().stale).toBe(true);
  expect(k.fresh()).toHaveLength(1);
});

test('what an entry of the same answer hits is read', async () => {
  const k = kit();
  const one = await loaded(k);
  void k.client.call(plain, {});
  await k.next().answer({ result: 1, invalidate: ['user'], merge: [merge('Eve')] });
  expect(one.shown()).toBe('Ada');
  expect(k.fresh()).toHaveLength(1);
});

test('what is not held is wrong, a wrong value is not merged', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  one.mounted.end();
  await flush();
  k.fresh();
  void k.client.call(plain, {});
  await k.next().answer({ result: 1, merge: [merge('Eve')] });
  expect(one.snapshot().data).toBeUndefined();
});

test('an unmounted value is merged', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  void k.client.call(plain, {});
  await k.next().answer({ result: 1, merge: [merge('Eve')] });
  expect(one.shown()).toBe('Eve');
});

test('a merge in a first read is an invalidation of it', async () => {
  const k = kit();
  mount(observe(k.client, user, { user_id: 1 }));
  const read = k.next();
  void k.client.call(plain, {});
  await k.next().answer({ result: 1, merge: [merge('Eve')] });
  await read.answer(userOf('Ada'), at(1));
  expect(k.fresh()).toHaveLength(1);
});

test('an answer with an integer that was rounded is not merged, and fails', async () => {
  const k = kit();
  const one = await loaded(k);
  const call = k.client.call(plain, {}).catch((error: unknown) => error);
  await k
    .next()
    .answer(
      `{"result":1,"merge":[{"context":"user","slot":"user_profile","params":{"user_id":1},"value":{"name":9007199254740993}}]}`,
    );
  expect(await call).toMatchObject({ code: 'INVALID_RESPONSE', unknown: true });
  expect(one.snapshot().stale).toBe(true);
});
