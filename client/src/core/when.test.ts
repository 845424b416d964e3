/** Rule 8: when to read. */

import { expect, test } from 'vitest';
import { at, flush, kit, loaded, mount, plain, user, userOf } from '../../test/core/kit.js';
import { observe } from './index.js';

test.each(['focus', 'visible', 'online'] as const)('on %s what is old is read', async (signal) => {
  const k = kit();
  await loaded(k);
  k.clock.advance(29_999);
  k.signal(signal);
  expect(k.fresh()).toHaveLength(0);
  k.clock.advance(1);
  k.signal(signal);
  k.signal('focus');
  expect(k.fresh()).toHaveLength(1);
});

test('what failed is read whatever its age, what nobody looks at is not', async () => {
  const k = kit({ retries: 0 });
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().fail();
  k.signal('online');
  await k.next().answer(userOf('Ada'), at(1));
  expect(one.snapshot().error).toBeUndefined();
  one.mounted.end();
  await flush();
  k.clock.advance(100_000);
  k.signal('focus');
  expect(k.fresh()).toHaveLength(0);
});

test('online again, the pause before the next try is over', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().fail();
  k.signal('focus');
  expect(k.fresh()).toHaveLength(0);
  k.signal('online');
  await k.next().answer(userOf('Bob'), at(1));
  expect(one.shown()).toBe('Bob');
  expect(k.timers()).toBe(0);
});

test('staleAfter counts: of the client, of a mount, of a fetch', async () => {
  const k = kit({ staleAfter: 1000 });
  const one = await loaded(k);
  k.clock.advance(999);
  mount(one.observed);
  await k.client.fetch(user, { user_id: 1 });
  expect(k.fresh()).toHaveLength(0);
  mount(one.observed, { staleAfter: 500 });
  await k.next().answer(userOf('Ada'), at(1));
  k.clock.advance(500);
  k.signal('focus');
  await k.next().answer(userOf('Ada'), at(1));
  void k.client.fetch(user, { user_id: 1 }, { staleAfter: 0 });
  await k.next().answer(userOf('Ada'), at(1));
  k.client.prefetch(user, { user_id: 1 }, { staleAfter: 0 });
  expect(k.fresh()).toHaveLength(1);
});

test('polls from the end of one read to the next, and stops with the last mount', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  const slow = mount(observed, { every: 5000 });
  const quick = mount(observed, { every: 1000 });
  await k.next().answer(userOf('Ada'), at(1));
  k.clock.advance(1000);
  const read = k.next();
  k.clock.advance(3000);
  expect(k.fresh()).toHaveLength(0);
  await read.answer(userOf('Ada'), at(1));
  quick.end();
  k.clock.advance(4999);
  expect(k.fresh()).toHaveLength(0);
  k.clock.advance(1);
  await k.next().answer(userOf('Ada'), at(1));
  slow.end();
  await flush();
  expect(k.timers()).toBe(0);
});

test('a failed poll is followed by the next', async () => {
  const k = kit({ retries: 0 });
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed, { every: 1000 });
  await k.next().fail();
  k.clock.advance(1000);
  await k.next().answer(userOf('Ada'), at(1));
  expect(observed.snapshot().error).toBeUndefined();
});

test('hidden, nothing is polled; visible again, what is due is', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed, { every: 10_000 });
  await k.next().answer(userOf('Ada'), at(1));
  k.hide(true);
  expect(k.timers()).toBe(0);
  k.clock.advance(9000);
  k.hide(false);
  k.clock.advance(999);
  expect(k.fresh()).toHaveLength(0);
  k.clock.advance(1);
  await k.next().answer(userOf('Ada'), at(1));
  k.hide(true);
  k.clock.advance(20_000);
  expect(k.fresh()).toHaveLength(0);
  k.hide(false);
  k.clock.advance(0);
  expect(k.fresh()).toHaveLength(1);
});

test('a page that was restored is old, unmounted instances too', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2);
  two.mounted.end();
  await flush();
  k.signal('restored');
  expect(one.snapshot()).toMatchObject({ stale: false, refreshing: true });
  expect(k.next().url).toContain('user_id=1');
  mount(two.observed);
  expect(k.next().url).toContain('user_id=2');
});

test('apply takes the header of a plain route, and tells it again after a 5xx', async () => {
  const k = kit();
  const one = await loaded(k, 1);
  const two = await loaded(k, 2);
  const headers = { 'X-Mizan-Invalidate': 'team, user;user_id=1' };
  k.client.apply(new Response(null, { headers }));
  expect([one.snapshot().stale, two.snapshot().stale]).toEqual([true, false]);
  await k.next().answer(userOf('Ada'), at(1));
  expect(k.timers()).toBe(0);
  k.client.apply(new Response(null, { headers, status: 502 }));
  await k.next().answer(userOf('Ada'), at(1));
  k.clock.advance(30_000);
  expect(one.snapshot().stale).toBe(true);
  k.client.apply(new Response(null));
  expect(two.snapshot().stale).toBe(false);
});

test('another contract raises an event, once', async () => {
  const k = kit();
  const call = async (contract: string) => {
    void k.client.call(plain, {});
    await k.next().answer({ result: 1 }, { 'X-Mizan-Contract': contract });
  };
  await call('00112233445566ff');
  expect(k.events).toEqual([]);
  await call('ffffffffffffffff');
  await call('ffffffffffffffff');
  k.client.apply(new Response(null, { headers: { 'X-Mizan-Contract': 'ffffffffffffffff' } }));
  const expected = '00112233445566ff';
  expect(k.events).toEqual([{ type: 'contract', expected, received: 'ffffffffffffffff' }]);
});
