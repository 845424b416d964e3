/** Rule 2: ticks, not flags. */

import { expect, test } from 'vitest';
import { at, flush, kit, loaded, mount, quietly, user, userOf } from '../../test/core/kit.js';
import { observe } from './index.js';

test('an invalidation during a read leads to one more, however many there were', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  const read = k.next();
  k.client.invalidate('user');
  k.client.invalidate('user');
  expect(k.fresh()).toHaveLength(0);
  await read.answer(userOf('Bob'), at(1));
  expect(one.snapshot()).toMatchObject({ stale: true, refreshing: true });
  await k.next().answer(userOf('Eve'), at(1));
  expect(one.snapshot()).toMatchObject({ stale: false, refreshing: false });
  expect(one.shown()).toBe('Eve');
  expect(k.fresh()).toHaveLength(0);
});

test('so does one during the first read; what was mounted shows and says that it is stale', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  const first = k.next();
  k.client.invalidate('user');
  await first.answer(userOf('Ada'), at(1));
  expect(observed.snapshot()).toMatchObject({ stale: true, refreshing: true });
  await k.next().answer(userOf('Bob'), at(1));
  expect(observed.snapshot().stale).toBe(false);
});

test('who waits without having mounted waits for the second', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  let ready = false;
  const promise = observed.ready();
  void promise.then(() => {
    ready = true;
  });
  const first = k.next();
  k.client.invalidate('user');
  await first.answer(userOf('Ada'), at(1));
  expect(observed.snapshot().data).toBeUndefined();
  expect(observed.ready()).toBe(promise);
  expect(ready).toBe(false);
  await k.next().answer(userOf('Bob'), at(1));
  expect(ready).toBe(true);
  expect(observed.snapshot().data?.user_profile.name).toBe('Bob');
});

test('a fetch gives a value that was read after the last invalidation', async () => {
  const k = kit();
  const value = k.client.fetch(user, { user_id: 1 });
  const first = k.next();
  k.client.invalidate('user');
  await first.answer(userOf('Ada'), at(1));
  await k.next().answer(userOf('Bob'), at(1));
  expect((await value).user_profile.name).toBe('Bob');
});

test('a failed read leaves what is wrong wrong', async () => {
  const k = kit({ retries: 0 });
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().refuse(500);
  expect(one.snapshot()).toMatchObject({ stale: true, refreshing: false });
  k.signal('focus');
  await k.next().answer(userOf('Bob'), at(1));
  expect(one.snapshot()).toMatchObject({ stale: false, error: undefined });
});

test('an invalidation during a read that fails leads to one more too', async () => {
  const k = kit({ retries: 0 });
  const one = await loaded(k);
  k.client.invalidate('user');
  const read = k.next();
  k.client.invalidate('user');
  await read.refuse(500);
  expect(one.snapshot().error).toBeUndefined();
  await k.next().answer(userOf('Bob'), at(1));
  expect(one.snapshot().stale).toBe(false);
});

test('a retry begins later than the invalidation before it', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().refuse(500);
  k.client.invalidate('user');
  k.clock.advance(1000);
  await flush();
  await k.next().answer(userOf('Bob'), at(1));
  expect(one.snapshot().stale).toBe(false);
  expect(k.fresh()).toHaveLength(0);
});

test('unmounting aborts a read, in the end, and leaves what is wrong wrong', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  const read = k.next();
  one.mounted.end();
  expect(read.signal.aborted).toBe(false);
  await flush();
  expect(read.signal.aborted).toBe(true);
  await read.answer(userOf('Bob'), at(1));
  expect(one.snapshot().data).toBeUndefined();
  mount(one.observed);
  await k.next().answer(userOf('Eve'), at(1));
  expect(one.shown()).toBe('Eve');
});

test('unmounting and mounting at once, as StrictMode does, reads once', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed).end();
  mount(observed);
  await flush();
  const read = k.next();
  expect(read.signal.aborted).toBe(false);
  await read.answer(userOf('Ada'), at(1));
  expect(observed.snapshot().data).toBeDefined();
});

test('an old value survives an aborted read', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  k.clock.advance(30_000);
  const again = mount(one.observed);
  k.next();
  again.end();
  await flush();
  expect(one.snapshot()).toMatchObject({ stale: false, refreshing: false });
  expect(one.shown()).toBe('Ada');
});

test('what waits for a value keeps the read alive', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  const mounted = mount(observed);
  const value = k.client.fetch(user, { user_id: 1 });
  mounted.end();
  await flush();
  await k.next().answer(userOf('Ada'), at(1));
  expect((await value).user_profile.name).toBe('Ada');
});

test('a fetch that is aborted aborts its read', async () => {
  const k = kit();
  const abort = new AbortController();
  const value = quietly(k.client.fetch(user, { user_id: 1 }, { signal: abort.signal }));
  const read = k.next();
  abort.abort();
  expect(await value).toMatchObject({ code: 'ABORTED', unknown: false });
  await flush();
  expect(read.signal.aborted).toBe(true);
  const never = k.client.fetch(user, { user_id: 1 }, { signal: abort.signal });
  expect(await quietly(never)).toMatchObject({ code: 'ABORTED' });
  expect(k.fresh()).toHaveLength(0);
});

test('ready is one promise while it lasts, and reads once', async () => {
  const k = kit({ retries: 0 });
  const observed = observe(k.client, user, { user_id: 1 });
  const promise = observed.ready();
  expect(observed.ready()).toBe(promise);
  await k.next().refuse(500);
  await promise;
  expect(observed.snapshot().error?.status).toBe(500);
  expect(observed.failing()?.status).toBe(500);
  const second = observed.ready();
  expect(second).not.toBe(promise);
  expect(observed.snapshot().error).toBeUndefined();
  await k.next().answer(userOf('Ada'), at(1));
  await second;
  expect(observed.failing()).toBeUndefined();
  await observed.ready();
  expect(k.fresh()).toHaveLength(0);
});

test('what failed is failing for a second', async () => {
  const k = kit({ retries: 0 });
  const observed = observe(k.client, user, { user_id: 1 });
  void observed.ready();
  await k.next().refuse(500);
  mount(observed);
  expect(k.fresh()).toHaveLength(0);
  k.clock.advance(1001);
  expect(observed.failing()).toBeUndefined();
  mount(observed);
  expect(k.fresh()).toHaveLength(1);
});

test('what nobody looks at is forgotten some time', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  k.clock.advance(700_000);
  await loaded(k, 2);
  expect(one.snapshot().data).toBeUndefined();
  expect(observe(k.client, user, { user_id: 1 })).toBe(one.observed);
});
