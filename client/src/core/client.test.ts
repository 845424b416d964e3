/** A client as a whole: developer tools, the end of it, servers. */

import { expect, test } from 'vitest';
import {
  api,
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
import {
  createClient,
  fetchContext,
  inspect,
  MizanError,
  observe,
  onInspect,
  pageClient,
  patch,
  run,
  upsertBy,
} from './index.js';

test('developer tools see instances, their state, and what hit them when', async () => {
  const k = kit({ retries: 0, subject: 'a' });
  let told = 0;
  const end = onInspect(k.client, () => {
    told += 1;
  });
  const one = await loaded(k);
  expect(told).toBeGreaterThan(0);
  void k.client.call(rename, { user_id: 1 });
  expect(inspect(k.client).pending).toBe(1);
  await k.next().answer({ result: 1, invalidate: ['user'] });
  const time = k.clock.now();
  expect(inspect(k.client)).toMatchObject({
    subject: 'a',
    epoch: 0,
    pending: 1,
    instances: [
      {
        context: 'user',
        key: 'user?page=1&user_id=1',
        instance: 'user;page=1;user_id=1',
        state: 'stale',
        mounted: 1,
        layers: 0,
        reads: 2,
        time,
        hits: [{ time, by: 'rename' }],
      },
    ],
  });
  await k.next().refuse(404);
  expect(inspect(k.client)).toMatchObject({ pending: 0, instances: [{ state: 'failed' }] });
  void quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().fail();
  for (let i = 0; i < 20; i += 1) k.client.invalidate('user');
  const [instance] = inspect(k.client).instances;
  expect(instance?.hits).toHaveLength(8);
  expect(instance?.hits[0]?.by).toBe('invalidate');
  await flush();
  end();
  const before = told;
  one.mounted.end();
  await flush();
  expect(told).toBe(before);
});

test('after dispose nothing is left: no timer, no listener, nobody who waits', async () => {
  const tabs = openTabs();
  const k = kit({ tabs });
  const one = observe(k.client, user, { user_id: 1 });
  mount(one, { every: 1000 });
  const two = observe(k.client, user, { user_id: 2 });
  const ready = two.ready();
  const value = quietly(k.client.fetch(user, { user_id: 3 }));
  const call = quietly(k.client.call(rename, { user_id: 1 }));
  const resting = quietly(k.client.call(look, {}));
  const [first] = k.fresh();
  await k.asked.find(({ fn }) => fn === 'look')?.fail();
  void quietly(k.client.call(rename, { user_id: 4 }));
  await k.next().fail();
  expect(k.timers()).toBeGreaterThan(3);
  k.client.dispose();
  expect(await value).toMatchObject({ code: 'DISPOSED' });
  expect(await call).toMatchObject({ code: 'DISPOSED', unknown: true });
  expect(await resting).toBeInstanceOf(MizanError);
  await ready;
  await flush();
  expect(k.timers()).toBe(0);
  expect(k.listeners()).toBe(0);
  expect(first?.signal.aborted).toBe(true);
  expect(inspect(k.client).pending).toBe(0);

  expect(await quietly(k.client.call(rename, { user_id: 1 }))).toMatchObject({ unknown: false });
  expect(await quietly(k.client.fetch(user, { user_id: 1 }))).toMatchObject({ code: 'DISPOSED' });
  await one.ready();
  // An adapter that suspends must not be told to try again for ever.
  expect(one.failing()?.code).toBe('DISPOSED');
  await one.retry();
  mount(one, { every: 1000 });
  k.client.prefetch(user, { user_id: 9 });
  k.client.invalidate('user');
  await flush();
  expect(k.fresh()).toHaveLength(0);
  expect(k.timers()).toBe(0);
});

test('on a server the functions need a client, and a client needs no page', async () => {
  expect(() => run(api, rename, { user_id: 1 })).toThrow('client');
  expect(() => pageClient(api)).toThrow();
  const asked: string[] = [];
  const client = createClient(api, {
    baseUrl: 'http://inner:8000/api/mizan',
    fetch: async (url) => {
      asked.push(String(url));
      return new Response(JSON.stringify(userOf('Ada')), { headers: at(1) });
    },
  });
  expect(client.url).toBe('/api/mizan');
  const value = await fetchContext(api, user, { user_id: 1 }, { client });
  expect(value.user_profile.name).toBe('Ada');
  expect(asked).toEqual(['http://inner:8000/api/mizan/ctx/user/?page=1&user_id=1']);
  const observed = observe(client, user, { user_id: 1 });
  expect(observed.initial()).toBe(observed.snapshot());
  client.dispose();
  const given = createClient(api, { publicUrl: 'https://site/api/mizan', environment: {} });
  expect(given.url).toBe('https://site/api/mizan');
  given.dispose();
});

test('importing does nothing, and no client is shared', () => {
  expect(createClient(api, { environment: {} })).not.toBe(createClient(api, { environment: {} }));
});

test('upsertBy replaces by the text of the key, or appends', () => {
  const list = [
    { id: 1, n: 1 },
    { id: 2, n: 2 },
  ];
  expect(upsertBy('id', { id: 2, n: 9 })(list)).toEqual([list[0], { id: 2, n: 9 }]);
  expect(upsertBy('id', { id: 3, n: 9 })(list)).toHaveLength(3);
  expect(list).toHaveLength(2);
  const filled = patch(user, 'user_orders', { user_id: 1 }, (orders) => orders);
  expect(filled.at).toEqual({ page: 1, user_id: 1 });
});
