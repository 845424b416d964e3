/** Rule 9: what comes with the page. */

import { expect, test } from 'vitest';
import { at, broad, global, kit, loaded, mount, plain, user, userOf } from '../../test/core/kit.js';
import type { MizanOptions, PageData } from './index.js';
import { type Dehydrated, dehydrate, hydrate, observe } from './index.js';

const TEXT = '{"global":{"me":"Ada"}}';

function carrying(page: Partial<PageData> | undefined, options: MizanOptions = {}) {
  let reads = 0;
  const k = kit({
    environment: {
      page() {
        reads += 1;
        return page && { text: TEXT, old: false, age: 0, ...page };
      },
    },
    ...options,
  });
  return { ...k, observed: observe(k.client, global, {}), reads: () => reads };
}

test('the block is the global context: no request, read once', () => {
  const k = carrying({});
  mount(k.observed);
  mount(observe(k.client, user, { user_id: 1 }));
  expect(k.observed.snapshot()).toEqual({
    data: { me: 'Ada' },
    error: undefined,
    stale: false,
    refreshing: false,
  });
  expect(k.observed.initial()).toBe(k.observed.snapshot());
  expect(k.next().url).toContain('user');
  expect(k.reads()).toBe(1);
});

test.each([
  ['came from a cache', { old: true }],
  ['was made long ago', { age: 30_000 }],
])('where the page %s it shows and is read', async (_why, page) => {
  const k = carrying(page);
  const initial = k.observed.initial();
  mount(k.observed);
  expect(k.observed.snapshot()).toMatchObject({ data: { me: 'Ada' }, refreshing: true });
  await k.next().answer({ me: 'Eve' });
  expect(k.observed.snapshot().data).toEqual({ me: 'Eve' });
  // Hydration still sees what was rendered.
  expect(k.observed.initial()).toBe(initial);
  expect(initial.data).toEqual({ me: 'Ada' });
});

test.each([undefined, '', 'no JSON', '[]', '{"global":null}', '{}'])(
  'a block like %o is none',
  (text) => {
    const k = carrying({ text });
    mount(k.observed);
    expect(k.observed.snapshot().data).toBeUndefined();
    expect(k.fresh()).toHaveLength(1);
  },
);

test('hit before anybody looked, it is outdated; hydration still sees it', () => {
  let page: PageData | undefined;
  const k = kit({ environment: { page: () => page } });
  k.client.invalidate('global');
  page = { text: TEXT, old: false, age: 0 };
  const observed = observe(k.client, global, {});
  expect(observed.snapshot().data).toBeUndefined();
  expect(observed.initial().data).toEqual({ me: 'Ada' });
  mount(observed);
  expect(k.fresh()).toHaveLength(1);
});

test.each(['login', 'logout', 'reset', 'restored'] as const)(
  'after %s the block is of no use, also where it was not read before',
  (how) => {
    const k = kit({ environment: { page: () => ({ text: TEXT, old: false, age: 0 }) } });
    if (how === 'login') k.client.login('b');
    else if (how === 'restored') k.signal('restored');
    else k.client[how]();
    expect(observe(k.client, global, {}).snapshot().data).toBeUndefined();
    expect(observe(k.client, global, {}).initial().data).toBeUndefined();
  },
);

test('a page that is still being parsed is asked again later', () => {
  let page: PageData | undefined;
  const k = kit({ environment: { page: () => page } });
  expect(observe(k.client, user, { user_id: 1 }).snapshot().data).toBeUndefined();
  page = { text: TEXT, old: false, age: 0 };
  expect(observe(k.client, global, {}).snapshot().data).toEqual({ me: 'Ada' });
});

async function rendered(subject?: string) {
  const server = kit({ ...(subject && { subject }) });
  await loaded(server, 1, 'Ada', 5);
  await loaded(server, 2, 'Bob');
  server.client.invalidate('user', { user_id: 2 });
  server.clock.advance(1000);
  return JSON.parse(JSON.stringify(dehydrate(server.client))) as Dehydrated;
}

test('what one client dehydrates another one hydrates: no request, matched, merged', async () => {
  const data = await rendered();
  expect(data.instances).toHaveLength(1);
  const k = kit();
  hydrate(k.client, data);
  const one = observe(k.client, user, { user_id: 1 });
  mount(one);
  expect(one.snapshot().data).toEqual(userOf('Ada', 5));
  expect(one.initial()).toBe(one.snapshot());
  expect(k.fresh()).toHaveLength(0);
  k.client.invalidate('user', { user_id: 2 });
  expect(one.snapshot().stale).toBe(false);
  void k.client.call(plain, {});
  const value = { context: 'user', slot: 'user_profile', value: { name: 'Eve' } };
  await k.next().answer({ result: 1, merge: [{ ...value, params: { user_id: 1 } }] });
  expect(one.snapshot().data?.user_profile.name).toBe('Eve');
  k.clock.advance(29_000);
  k.signal('focus');
  expect(k.fresh()).toHaveLength(1);
});

test('it comes too late where the context was hit or the instance loaded', async () => {
  const data = await rendered();
  const k = kit();
  void k.client.call(broad, {});
  await k.next().answer({ result: 1, invalidate: ['user'] });
  hydrate(k.client, data);
  expect(observe(k.client, user, { user_id: 1 }).snapshot().data).toBeUndefined();

  const l = kit();
  const one = await loaded(l, 1, 'Newer');
  hydrate(l.client, data);
  expect(one.shown()).toBe('Newer');

  const m = kit();
  const reading = observe(m.client, user, { user_id: 1 });
  mount(reading);
  hydrate(m.client, data);
  await m.next().answer(userOf('Newer'), at(1));
  expect(reading.snapshot().data?.user_profile.name).toBe('Newer');
});

test('streamed later, it reaches what is mounted and was not read', async () => {
  const data = await rendered();
  const k = kit();
  const one = observe(k.client, user, { user_id: 1 });
  hydrate(k.client, data);
  expect(one.snapshot().data).toBeDefined();
});

test('another contract, another subject, another epoch: nothing', async () => {
  const data = await rendered('a');
  const data_ = (k: ReturnType<typeof kit>) =>
    observe(k.client, user, { user_id: 1 }).snapshot().data;
  const other = kit({ subject: 'b' });
  hydrate(other.client, data);
  expect(data_(other)).toBeUndefined();
  const newer = kit();
  hydrate(newer.client, { ...data, contract: 'x' });
  expect(data_(newer)).toBeUndefined();
  const raised = kit({ subject: 'a' });
  raised.client.reset();
  hydrate(raised.client, data);
  expect(data_(raised)).toBeUndefined();
  const unknown = kit();
  hydrate(unknown.client, data);
  expect(unknown.client.subject).toBe('a');
  expect(data_(unknown)).toBeDefined();
});
