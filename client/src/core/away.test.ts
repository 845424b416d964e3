// @vitest-environment jsdom
/** The page was away, offline, or its clock was set back; and what goes when it leaves. */

import { afterEach, expect, test, vi } from 'vitest';
import {
  at,
  flush,
  kit,
  loaded,
  look,
  mount,
  openTabs,
  quietly,
  rename,
  user,
  userOf,
} from '../../test/core/kit.js';
import { browser } from './environment.js';
import { inspect, observe, patch } from './index.js';

afterEach(() => {
  document.body.innerHTML = '';
  vi.unstubAllGlobals();
});

const _credential = { code: 'UNAUTHORIZED', details: { reason: 'credential' } };
const _YEAR = 365 * 24 * 3600 * 1000;

/** Whether a promise has settled by now. */
async function state(promise: Promise<unknown>): Promise<unknown> {
  let now: unknown = 'pending';
  void quietly(promise).then((value) => {
    now = value;
  });
  await flush();
  return now;
}

test('a clock that was set back: what failed is not failing for an hour', async () => {
  let shift = 0;
  const base = kit().clock;
  const k = kit({ retries: 0, clock: { ...base, now: () => base.now() - shift } });
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed).end();
  void observed.ready();
  await k.next().refuse(500);
  shift = 3600_000;
  base.advance(5000);
  expect(observed.failing()).toBeUndefined();
});

test('a clock that was set back: focus reads', async () => {
  let shift = 0;
  const base = kit().clock;
  const k = kit({ clock: { ...base, now: () => base.now() - shift } });
  await loaded(k);
  shift = 600_000;
  base.advance(60_000);
  k.signal('focus');
  expect(k.fresh()).toHaveLength(1);
});

test('online again does not overrule Retry-After', async () => {
  const k = kit();
  mount(observe(k.client, user, { user_id: 1 }));
  await k.next().refuse(503, {}, { 'Retry-After': '30' });
  k.signal('online');
  expect(k.fresh()).toHaveLength(0);
});

test('online again: who asked for a newer value gets one, not the old one', async () => {
  const k = kit();
  await loaded(k);
  const fetched = k.client.fetch(user, { user_id: 1 }, { staleAfter: 0 });
  await k.next().fail();
  k.signal('online');
  await flush();
  expect(k.fresh()).toHaveLength(1);
  expect(await state(fetched)).toBe('pending');
});

test('online again: who waits without having mounted (suspended) does not wait longer', async () => {
  const k = kit();
  void observe(k.client, user, { user_id: 1 }).ready();
  await k.next().fail();
  k.signal('online');
  expect(k.fresh()).toHaveLength(1);
});

test('a read that was in flight while the page was away does not count as new', async () => {
  const k = kit();
  const { observed } = await loaded(k);
  void observed.retry();
  const before = k.next();
  // The channel is shut while the page is away: nobody told it what another tab changed.
  k.signal('restored');
  await before.answer(userOf('before'), at(1));
  expect(k.fresh()).toHaveLength(1);
});

test('restored, a tab listens to all: it may have missed a login', async () => {
  const tabs = openTabs();
  const here = kit({ tabs, subject: 'a' });
  const there = kit({ tabs, subject: 'b' });
  await loaded(here);
  here.signal('restored');
  await here.next().answer(userOf('B'), at(1));
  void quietly(there.client.call(rename, { user_id: 1 }));
  await there.next().answer({ result: 1, invalidate: ['user'] });
  expect(here.fresh()).toHaveLength(1);
});

test('an abort by the caller is no error event', async () => {
  const k = kit();
  const abort = new AbortController();
  const call = quietly(k.client.call(look, {}, { signal: abort.signal }));
  abort.abort();
  await call;
  expect(k.events).toEqual([]);
});

test('done, but with a number that was rounded: the error does not say that nothing happened', async () => {
  const k = kit();
  const call = quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().answer('{"result":{"id":9007199254740993}}');
  expect(await call).toMatchObject({ code: 'INVALID_RESPONSE', unknown: true });
});

test('a client that is disposed tells the other tabs of the mutations it leaves behind', async () => {
  const { channel } = browser();
  const there = kit({ environment: channel ? { channel } : {} });
  const here = kit({ environment: channel ? { channel } : {} });
  await loaded(there);
  void quietly(here.client.call(rename, { user_id: 1 }));
  await flush();
  here.client.dispose();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(there.fresh()).toHaveLength(1);
});

test('a fetch does not give what is only hoped for', async () => {
  const k = kit();
  await loaded(k);
  const hope = patch(user, 'user_profile', { user_id: 1 }, () => ({ name: 'hoped' }));
  void quietly(k.client.call(rename, { user_id: 1 }, { optimistic: hope }));
  const call = k.next();
  const fetched = k.client.fetch(user, { user_id: 1 });
  await call.refuse(422);
  expect(await state(fetched)).toMatchObject({ user_profile: { name: 'Ada' } });
});

test('a merge without a value is doubt', async () => {
  const k = kit();
  const { snapshot } = await loaded(k);
  void quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().answer({
    result: 7,
    merge: [{ context: 'user', slot: 'user_profile', params: { user_id: 1 } }],
  });
  expect(snapshot().data?.user_profile).toEqual({ name: 'Ada' });
  expect(k.fresh()).toHaveLength(1);
});

test('a mutation that hits nothing does not walk through all that is held', async () => {
  const k = kit();
  const rows = (round: number) =>
    Array.from({ length: 2000 }, (_, id) => ({ id, n: id ? 0 : round, text: `row ${id}` }));
  for (let user_id = 0; user_id < 100; user_id += 1) {
    const observed = observe(k.client, user, { user_id });
    mount(observed);
    for (const round of [1, 2]) {
      if (round > 1) void observed.retry();
      await k.next().answer({ user_profile: { name: 'x' }, user_orders: rows(round) }, at(user_id));
    }
  }
  const call = quietly(k.client.call(rename, { user_id: -1 }));
  const began = performance.now();
  await k.next().answer({ result: 1 });
  await call;
  const took = performance.now() - began;
  expect(took).toBeLessThan(50);
});

test('a page that lives for days with ever new parameters holds little', async () => {
  const k = kit({ fetch: async () => new Response('{"user_profile":{},"user_orders":[]}') });
  for (let user_id = 0; user_id < 500; user_id += 1) {
    const mounted = mount(observe(k.client, user, { user_id }));
    await flush();
    mounted.end();
    k.clock.advance(60_000);
  }
  expect(inspect(k.client).instances.length).toBeLessThan(20);
});
