/** Rule 5: layers. */

import { expect, test } from 'vitest';
import {
  at,
  broad,
  flush,
  kit,
  loaded,
  mount,
  plain,
  quietly,
  rename,
  uncaught,
  user,
  userOf,
} from '../../test/core/kit.js';
import { inspect, observe, patch, upsertBy } from './index.js';

const naming = (name: string, user_id = 1) =>
  patch(user, 'user_profile', { user_id }, () => ({ name }));
const merged = (name: string) => ({
  result: 1,
  merge: [{ context: 'user', slot: 'user_profile', value: { name }, params: { user_id: 1 } }],
});
const hit = { result: 1, invalidate: [{ context: 'user', params: { user_id: 1 } }] };

test('a layer shows at once and stays until a read that began after the answer', async () => {
  const k = kit();
  const one = await loaded(k);
  void k.client.call(rename, { user_id: 1 }, { optimistic: naming('Eve') });
  expect(one.shown()).toBe('Eve');
  expect(one.snapshot()).toMatchObject({ stale: false });
  await k.next().answer(hit);
  expect(one.shown()).toBe('Eve');
  expect(one.snapshot().stale).toBe(true);
  await k.next().answer(userOf('EVE'), at(1));
  expect(one.shown()).toBe('EVE');
  expect(inspect(k.client).instances[0]?.layers).toBe(0);
});

test('it goes with a refusal', async () => {
  const k = kit();
  const one = await loaded(k);
  const before = one.snapshot().data;
  void quietly(k.client.call(rename, { user_id: 1 }, { optimistic: naming('Eve') }));
  await k.next().refuse(422);
  expect(one.snapshot().data).toEqual(before);
  expect(k.fresh()).toHaveLength(0);
});

test('it goes with its merge, and with an answer that does not hit', async () => {
  const k = kit();
  const one = await loaded(k);
  void k.client.call(plain, {}, { optimistic: naming('Eve') });
  await k.next().answer(merged('Merged'));
  expect(one.shown()).toBe('Merged');
  void k.client.call(plain, {}, { optimistic: naming('Eve') });
  expect(one.shown()).toBe('Eve');
  await k.next().answer({ result: 1 });
  expect(one.shown()).toBe('Merged');
  expect(k.fresh()).toHaveLength(0);
});

test('it survives a failed refetch, and an unknown effect', async () => {
  const k = kit({ retries: 0 });
  const one = await loaded(k);
  void quietly(k.client.call(rename, { user_id: 1 }, { optimistic: naming('Eve') }));
  await k.next().fail();
  expect(one.shown()).toBe('Eve');
  await k.next().refuse(500);
  expect(one.shown()).toBe('Eve');
  expect(one.snapshot()).toMatchObject({ stale: true, error: { status: 500 } });
  k.signal('online');
  await k.next().answer(userOf('Ada'), at(1));
  expect(one.shown()).toBe('Ada');
});

test('a read in flight does not commit, and is made up for', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  const before = k.next();
  void quietly(k.client.call(rename, { user_id: 1 }, { optimistic: naming('Eve') }));
  const call = k.next();
  await before.answer(userOf('Old'), at(1));
  expect(one.shown()).toBe('Eve');
  expect(one.snapshot()).toMatchObject({ stale: true, refreshing: true });
  await call.refuse(422);
  expect(one.shown()).toBe('Ada');
  await k.next().answer(userOf('New'), at(1));
  expect(one.shown()).toBe('New');
  expect(one.snapshot()).toMatchObject({ stale: false, refreshing: false });
});

test('no read begins on the instance until the mutation is settled', async () => {
  const k = kit();
  const one = await loaded(k);
  void k.client.call(plain, {}, { optimistic: naming('Eve') });
  const call = k.next();
  k.client.invalidate('user');
  expect(one.snapshot()).toMatchObject({ stale: true, refreshing: true });
  expect(k.fresh()).toHaveLength(0);
  const value = k.client.fetch(user, { user_id: 1 });
  await call.answer({ result: 1 });
  await k.next().answer(userOf('New'), at(1));
  expect((await value).user_profile.name).toBe('New');
});

test('layers are replayed in order over what the server sends', async () => {
  const k = kit();
  const one = await loaded(k, 1, 'Ada', 1);
  const adding = (id: number, n: number) =>
    patch(user, 'user_orders', { user_id: 1 }, upsertBy('id', { id, n }));
  void k.client.call(rename, { user_id: 1 }, { optimistic: adding(2, 1) });
  const first = k.next();
  void quietly(
    k.client.call(rename, { user_id: 1 }, { optimistic: [adding(2, 2), naming('Eve')] }),
  );
  const second = k.next();
  const orders = () => one.snapshot().data?.user_orders.map(({ id, n }) => `${id}:${n}`);
  expect(orders()).toEqual(['1:0', '2:2']);
  await first.answer(hit);
  // The second is in flight: nobody reads yet.
  expect(k.fresh()).toHaveLength(0);
  await second.refuse(422);
  expect(orders()).toEqual(['1:0', '2:1']);
  expect(one.shown()).toBe('Ada');
  await k.next().answer(userOf('Ada', 1, 2), at(1));
  expect(orders()).toEqual(['1:0', '2:0']);
});

test('it concerns every instance in which the slot has these parameters, and no other', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2, 'Bob');
  const page = observe(k.client, user, { user_id: 1, page: 2 });
  mount(page);
  await k.next().answer(userOf('Ada'), at(1, 2));
  void quietly(k.client.call(rename, { user_id: 1 }, { optimistic: naming('Eve') }));
  expect(one.shown()).toBe('Eve');
  expect(page.snapshot().data?.user_profile.name).toBe('Eve');
  expect(two.shown()).toBe('Bob');
});

test('what is not loaded gets none, and loads meanwhile', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  const read = k.next();
  void k.client.call(rename, { user_id: 1 }, { optimistic: naming('Eve') });
  const call = k.next();
  await read.answer(userOf('Ada'), at(1));
  expect(observed.snapshot().data?.user_profile.name).toBe('Ada');
  await call.answer(hit);
  expect(k.fresh()).toHaveLength(1);
});

test('unmounted and hit, it goes with the value', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  void k.client.call(broad, {}, { optimistic: naming('Eve') });
  expect(one.shown()).toBe('Eve');
  await k.next().answer({ result: 1, invalidate: ['user'] });
  expect(one.snapshot().data).toBeUndefined();
});

test('an update that throws shows nothing and breaks nothing', async () => {
  const errors = uncaught();
  const k = kit();
  const one = await loaded(k);
  const broken = patch(user, 'user_profile', { user_id: 1 }, () => {
    throw new Error('of the application');
  });
  const call = k.client.call(rename, { user_id: 1 }, { optimistic: broken });
  expect(one.shown()).toBe('Ada');
  await k.next().answer(hit);
  expect(await call).toBe(1);
  await flush();
  expect(errors).not.toHaveLength(0);
});
