/** Rule 7: errors, retries, the renewal of the credential. */

import { expect, test } from 'vitest';
import {
  at,
  flush,
  kit,
  loaded,
  mount,
  openTabs,
  quietly,
  rename,
  user,
  userOf,
} from '../../test/core/kit.js';
import type { Environment } from './index.js';
import { observe } from './index.js';

test.each([500, 502, 503, 429, 400, 422])('%i keeps the data and reports', async (status) => {
  const k = kit({ retries: 0 });
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().refuse(status);
  expect(one.shown()).toBe('Ada');
  expect(one.snapshot().error).toMatchObject({ status, code: `E${status}`, message: 'no' });
  expect(k.events).toMatchObject([{ type: 'error', kind: 'read', name: 'user' }]);
});

test.each([401, 403, 404])('%i on a refetch removes it', async (status) => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().refuse(status);
  expect(one.snapshot()).toMatchObject({ data: undefined, error: { status }, stale: false });
  k.clock.advance(100_000);
  await flush();
  expect(k.fresh()).toHaveLength(0);
});

test('a read is tried again three times, each pause longer, with jitter', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  for (const pause of [750, 1500, 3000]) {
    await k.next().fail();
    expect(observed.snapshot()).toMatchObject({ error: undefined, refreshing: true });
    k.clock.advance(pause - 1);
    await flush();
    expect(k.fresh()).toHaveLength(0);
    k.clock.advance(1);
    await flush();
  }
  await k.next().fail();
  expect(observed.snapshot().error).toMatchObject({ code: 'NETWORK', status: 0 });
  expect(k.timers()).toBe(0);
});

test.each([
  ['3', 3000],
  ['0', 0],
])('Retry-After: %s is honoured', async (header, pause) => {
  const k = kit();
  mount(observe(k.client, user, { user_id: 1 }));
  await k.next().refuse(503, {}, { 'Retry-After': header });
  k.clock.advance(pause + 749);
  await flush();
  expect(k.fresh()).toHaveLength(0);
  k.clock.advance(1);
  await flush();
  expect(k.fresh()).toHaveLength(1);
});

test('as a date too; what is long is left to whoever asks', async () => {
  const k = kit();
  mount(observe(k.client, user, { user_id: 1 }), { every: 1000 });
  const date = new Date(k.clock.now() + 120_000).toUTCString();
  await k.next().refuse(429, {}, { 'Retry-After': date });
  expect(observe(k.client, user, { user_id: 1 }).snapshot().error?.status).toBe(429);
  k.signal('focus');
  k.clock.advance(110_000);
  await flush();
  expect(k.fresh()).toHaveLength(0);
  k.clock.advance(10_000);
  expect(k.fresh()).toHaveLength(1);
});

test.each([400, 409, 422, 501])('%i is not tried again', async (status) => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  await k.next().refuse(status);
  expect(observed.snapshot().error?.status).toBe(status);
  expect(k.timers()).toBe(0);
});

test('a read that takes too long is a failure that passes', async () => {
  const k = kit({ timeout: 2000, retries: 1 });
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  const read = k.next();
  k.clock.advance(2000);
  await flush();
  expect(read.signal.aborted).toBe(true);
  k.clock.advance(750);
  await flush();
  k.next();
  k.clock.advance(2000);
  await flush();
  expect(observed.snapshot().error?.code).toBe('TIMEOUT');
});

test.each(['<html>', '[]x', '7', 'null', '{"user_orders":[{"id":12345678901234567890}]}'])(
  'an answer like %s is an error',
  async (body) => {
    const k = kit();
    const observed = observe(k.client, user, { user_id: 1 });
    mount(observed);
    await k.next().answer(body);
    expect(observed.snapshot().error?.code).toBe('INVALID_RESPONSE');
  },
);

test('retry reads at once, also in a pause, and settles with the read', async () => {
  const k = kit();
  const one = await loaded(k);
  k.client.invalidate('user');
  await k.next().fail();
  let done = false;
  void one.observed.retry().then(() => {
    done = true;
  });
  const read = k.next();
  void one.observed.retry();
  expect(k.fresh()).toHaveLength(0);
  expect(done).toBe(false);
  await read.answer(userOf('Bob'), at(1));
  expect(done).toBe(true);
  expect(k.timers()).toBe(0);
});

test('retry settles with a failure as well, and never rejects', async () => {
  const k = kit({ retries: 0 });
  const observed = observe(k.client, user, { user_id: 1 });
  const retried = observed.retry();
  await k.next().refuse(500);
  await retried;
  expect(observed.snapshot().error?.status).toBe(500);
});

test('fields of a validation error are at hand', async () => {
  const k = kit();
  const call = quietly(k.client.call(rename, { user_id: 1 }));
  const fields = { 'items.1': ['too long'], name: ['missing', 'really'] };
  await k.next().refuse(422, { code: 'VALIDATION_ERROR', details: { fields } });
  expect(await call).toMatchObject({ code: 'VALIDATION_ERROR', fields, details: { fields } });
});

const credential = { code: 'UNAUTHORIZED', details: { reason: 'credential' } };

test('a refused credential is renewed once for all, and the call made again', async () => {
  let token = 'old';
  let renewals = 0;
  const k = kit({
    token: () => token,
    refresh: async () => {
      renewals += 1;
      await flush();
      token = 'new';
      return true;
    },
  });
  const one = observe(k.client, user, { user_id: 1 });
  mount(one);
  const call = k.client.call(rename, { user_id: 1 });
  await flush();
  const both = k.fresh();
  expect(both.map((each) => each.headers.get('Authorization'))).toEqual([
    'Bearer old',
    'Bearer old',
  ]);
  await Promise.all(both.map((each) => each.refuse(401, credential)));
  await flush();
  expect(renewals).toBe(1);
  const again = k.fresh();
  expect(again.map((each) => each.headers.get('Authorization'))).toEqual([
    'Bearer new',
    'Bearer new',
  ]);
  for (const each of again) await each.answer(each.fn ? { result: 1 } : userOf('Ada'), at(1));
  expect(await call).toBe(1);
  expect(one.snapshot().data?.user_profile.name).toBe('Ada');
});

test('only once, and only where the answer says that it is the credential', async () => {
  let renewals = 0;
  const refresh = async () => {
    renewals += 1;
    return true;
  };
  const k = kit({ refresh });
  const first = quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().refuse(401, credential);
  await k.next().refuse(401, credential);
  expect(await first).toMatchObject({ status: 401, unknown: false });
  expect(renewals).toBe(1);
  const second = quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().refuse(401);
  expect(await second).toMatchObject({ status: 401 });
  expect(renewals).toBe(1);
});

test.each([
  ['says no', () => Promise.resolve(false)],
  ['fails', () => Promise.reject(new Error('offline'))],
])('where the renewal %s, the refusal is the answer', async (_how, refresh) => {
  const k = kit({ refresh });
  const call = quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().refuse(401, credential);
  expect(await call).toMatchObject({ status: 401 });
  expect(k.fresh()).toHaveLength(0);
});

test('what was sent before a renewal does not renew again', async () => {
  let renewals = 0;
  const refresh = async () => {
    renewals += 1;
    return true;
  };
  const k = kit({ refresh });
  void quietly(k.client.call(rename, { user_id: 1 }));
  void quietly(k.client.call(rename, { user_id: 2 }));
  const [first, second] = k.fresh();
  await first?.refuse(401, credential);
  await k.next().answer({ result: 1 });
  await second?.refuse(401, credential);
  await k.next().answer({ result: 1 });
  expect(renewals).toBe(1);
});

test.each([
  ['by their token', true],
  ['with cookies, by what the other says', false],
])('tabs renew one at a time, and see what the other did: %s', async (_how, tokens) => {
  const tabs = openTabs();
  let queue: Promise<unknown> = Promise.resolve();
  const names: string[] = [];
  const environment: Environment = {
    lock(name, run) {
      names.push(name);
      const turn = queue.then(run);
      queue = turn.catch(() => {});
      return turn;
    },
  };
  let token = 'old';
  let renewals = 0;
  const options = {
    tabs,
    environment,
    ...(tokens && { token: () => token }),
    refresh: async () => {
      renewals += 1;
      await flush();
      token = 'new';
      return true;
    },
  };
  const here = kit(options);
  const there = kit(options);
  void quietly(here.client.call(rename, { user_id: 1 }));
  void quietly(there.client.call(rename, { user_id: 1 }));
  await flush();
  await Promise.all([here.next().refuse(401, credential), there.next().refuse(401, credential)]);
  await flush();
  await flush();
  expect(renewals).toBe(1);
  expect(names).toEqual(['mizan-refresh:/api/mizan', 'mizan-refresh:/api/mizan']);
  const sent = [here.next(), there.next()].map(({ headers }) => headers.get('Authorization'));
  expect(sent).toEqual(tokens ? ['Bearer new', 'Bearer new'] : [null, null]);
});

test('a mutation is not sent again for somebody else', async () => {
  let renew: (done: boolean) => void = () => {};
  const k = kit({ refresh: () => new Promise<boolean>((resolve) => (renew = resolve)) });
  const call = quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().refuse(401, credential);
  k.client.login('b');
  renew(true);
  await flush();
  expect(await call).toMatchObject({ code: 'IDENTITY_CHANGED', unknown: false });
  expect(k.fresh()).toHaveLength(0);
});

test('a token of its own kind has its own header, and further headers go along', async () => {
  const k = kit({
    token: async () => ({ mwt: 'm.w.t' }),
    headers: async () => ({ 'X-Tenant': '7' }),
  });
  void quietly(k.client.call(rename, { user_id: 1 }));
  await flush();
  const { headers } = k.next();
  expect(headers.get('X-Mizan-Token')).toBe('m.w.t');
  expect(headers.get('X-Tenant')).toBe('7');
  expect(headers.has('Authorization')).toBe(false);
});
