/** Rule 6: identity, and the other tabs. */

import { expect, test } from 'vitest';
import {
  at,
  broad,
  flush,
  global,
  kit,
  loaded,
  mount,
  openTabs,
  plain,
  quietly,
  rename,
  user,
  userOf,
} from '../../test/core/kit.js';
import { observe, patch } from './index.js';

test.each([
  ['login', 'b'],
  ['logout', undefined],
  ['reset', 'a'],
] as const)('%s drops what is held and reads it again', async (how, subject) => {
  const k = kit({ subject: 'a' });
  const one = await loaded(k);
  if (how === 'login') k.client.login('b');
  else k.client[how]();
  expect(k.client.subject).toBe(subject);
  expect(one.snapshot()).toMatchObject({ data: undefined, error: undefined, refreshing: true });
  expect(one.mounted.calls).toBe(1);
  expect(k.events).toContainEqual({ type: 'identity', subject, from: 'here' });
  await k.next().answer(userOf('Bob'), at(1));
  expect(one.shown()).toBe('Bob');
  expect(observe(k.client, user, { user_id: 1 })).toBe(one.observed);
});

test('a read of the earlier identity is aborted, and its answer dropped', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  const before = k.next();
  k.client.login('b');
  await flush();
  expect(before.signal.aborted).toBe(true);
  await before.answer(userOf('Secret'), at(1));
  expect(observed.snapshot().data).toBeUndefined();
  await k.next().answer(userOf('Bob'), at(1));
  expect(observed.snapshot().data?.user_profile.name).toBe('Bob');
});

test('who shows nothing yet is told as well: beside it may stand what was of the other', async () => {
  const k = kit();
  const mounted = mount(observe(k.client, user, { user_id: 1 }));
  const before = mounted.calls;
  k.client.login('b');
  expect(mounted.calls).toBe(before + 1);
});

test('so is its error', async () => {
  const k = kit({ retries: 0 });
  const one = await loaded(k);
  k.client.invalidate('user');
  const before = k.next();
  k.client.logout();
  await before.refuse(403);
  expect(one.snapshot().error).toBeUndefined();
});

test('what nobody looks at is gone', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  k.client.login('b');
  expect(one.snapshot().data).toBeUndefined();
  expect(k.fresh()).toHaveLength(0);
});

test('a mutation of the earlier identity invalidates, and is not merged', async () => {
  const k = kit();
  const one = await loaded(k);
  const optimistic = patch(user, 'user_profile', { user_id: 1 }, () => ({ name: 'Layer' }));
  const call = k.client.call(plain, {}, { optimistic });
  const sent = k.next();
  k.client.login('b');
  await k.next().answer(userOf('Bob'), at(1));
  expect(one.shown()).toBe('Bob');
  const value = { context: 'user', slot: 'user_profile', value: { name: 'Secret' } };
  await sent.answer({ result: 1, merge: [{ ...value, params: { user_id: 1 } }] });
  expect(await call).toBe(1);
  expect(one.shown()).toBe('Bob');
  expect(one.snapshot().stale).toBe(true);
});

test('a call that waited for a token is not sent for somebody else', async () => {
  let give: (token: string) => void = () => {};
  const k = kit({ token: () => new Promise<string>((resolve) => (give = resolve)) });
  const call = quietly(k.client.call(rename, { user_id: 1 }));
  k.client.login('b');
  give('token of b');
  expect(await call).toMatchObject({ code: 'IDENTITY_CHANGED', unknown: false });
  expect(k.fresh()).toHaveLength(0);
});

test('who waits gets the value of the new identity', async () => {
  const k = kit();
  const value = k.client.fetch(user, { user_id: 1 });
  k.fresh();
  k.client.login('b');
  await k.next().answer(userOf('Bob'), at(1));
  expect((await value).user_profile.name).toBe('Bob');
});

test('other tabs are told of a change of identity, and do not tell it on', async () => {
  const tabs = openTabs();
  const here = kit({ tabs, subject: 'a' });
  const there = kit({ tabs, subject: 'a' });
  const shown = await loaded(there);
  here.client.login('b');
  expect(there.client.subject).toBe('b');
  expect(shown.snapshot().data).toBeUndefined();
  expect(there.events).toEqual([{ type: 'identity', subject: 'b', from: 'tab' }]);
  expect(here.events).toHaveLength(1);
  here.client.logout();
  expect(there.client.subject).toBeUndefined();
});

test('other tabs of the same identity are told of mutations, merges as invalidations', async () => {
  const tabs = openTabs();
  const here = kit({ tabs, subject: 'a' });
  const there = kit({ tabs, subject: 'a' });
  const other = kit({ tabs, subject: 'b' });
  const one = await loaded(there, 1);
  const two = await loaded(there, 2);
  const others = await loaded(other, 1);
  void here.client.call(rename, { user_id: 1 });
  await here.next().answer({
    result: 1,
    merge: [{ context: 'user', slot: 'user_profile', value: {}, params: { user_id: 1 } }],
  });
  expect(one.snapshot()).toMatchObject({ stale: true, refreshing: true });
  expect(two.snapshot().stale).toBe(false);
  expect(others.snapshot().stale).toBe(false);
});

test('a tab that does not know who is logged in listens to all', async () => {
  const tabs = openTabs();
  const here = kit({ tabs, subject: 'a' });
  const there = kit({ tabs });
  const one = await loaded(there, 1);
  void here.client.call(broad, {});
  await here.next().answer({ result: 1, invalidate: ['user'] });
  expect(one.snapshot().stale).toBe(true);
});

test('unknown effects are told too, and told again there by itself', async () => {
  const tabs = openTabs();
  const here = kit({ tabs });
  const there = kit({ tabs });
  const one = await loaded(there, 1);
  void quietly(here.client.call(rename, { user_id: 1 }));
  await here.next().fail();
  expect(one.snapshot().stale).toBe(true);
  here.client.dispose();
  await there.next().answer(userOf('Ada'), at(1));
  there.clock.advance(5000);
  expect(one.snapshot().stale).toBe(true);
});

test('what another tab says is not trusted to be sensible', () => {
  const tabs = openTabs();
  const k = kit({ tabs });
  const [hear] = [...tabs.open];
  const entries = [{ context: 'user', params: 7 }];
  for (const message of [null, 1, 'x', [], {}, { entries: 3 }, { entries: [1] }]) hear?.(message);
  hear?.({ entries, subject: {}, again: 'soon' });
  expect(k.timers()).toBe(0);
});

test('an identity change empties also the global context', async () => {
  const k = kit();
  const observed = observe(k.client, global, {});
  mount(observed);
  await k.next().answer({ me: 'Ada' }, { 'X-Mizan-Instance': 'global' });
  k.client.logout();
  expect(observed.snapshot().data).toBeUndefined();
});
