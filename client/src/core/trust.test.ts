// @vitest-environment jsdom
/** What is believed, and what survives of an environment that refuses. */

import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  api,
  flush,
  global,
  kit,
  loaded,
  mount,
  quietly,
  rename,
  uncaught,
  user,
  userOf,
} from '../../test/core/kit.js';
import { browser } from './environment.js';
import {
  createClient,
  type Dehydrated,
  dehydrate,
  hydrate,
  inspect,
  MizanError,
  multipart,
  observe,
} from './index.js';

afterEach(() => {
  document.body.innerHTML = '';
  vi.unstubAllGlobals();
});

const credential = { code: 'UNAUTHORIZED', details: { reason: 'credential' } };
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

test.each([
  ['/', '/call/'],
  ['/api/mizan/', '/api/mizan/call/'],
])('baseUrl %s is no other host (`//call/`)', (baseUrl, url) => {
  const k = kit({ baseUrl });
  void quietly(k.client.call(rename, { user_id: 1 }));
  expect(k.next().url).toBe(url);
});

test('redirects are not followed: X-Mizan-Token would go to another origin', async () => {
  const inits: (RequestInit | undefined)[] = [];
  const k = kit({
    fetch: (_url, init) => {
      inits.push(init);
      return new Promise(() => {});
    },
  });
  void quietly(k.client.call(rename, { user_id: 1 }));
  await flush();
  expect(inits[0]?.redirect).toBe('manual');
});

test('only a script is the block: an element with that id is anybody’s', () => {
  document.body.innerHTML = '<p id="__MIZAN_DATA__">{"global":{"me":"Eve"}}</p>';
  const client = createClient(api, { fetch: () => new Promise(() => {}) });
  onTestFinished(() => client.dispose());
  expect(observe(client, global, {}).snapshot().data).toBeUndefined();
});

test('a JSON that is no answer of this context is not shown', async () => {
  const k = kit({ retries: 0 });
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  await k.next().answer({ status: 'please log in' });
  expect(observed.snapshot()).toMatchObject({
    data: undefined,
    error: { code: 'INVALID_RESPONSE' },
  });
});

test('a BroadcastChannel that throws (Firefox without storage) breaks no page', () => {
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      constructor() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      }
    },
  );
  const make = () => createClient(api, { fetch: () => new Promise(() => {}) });
  expect(make).not.toThrow();
});

test('a lock that cannot be had (sandboxed frame) does not keep from refreshing', async () => {
  const k = kit({
    environment: { lock: () => Promise.reject(new DOMException('no', 'SecurityError')) },
    refresh: async () => true,
  });
  void quietly(k.client.call(rename, { user_id: 1 }));
  await k.next().refuse(401, credential);
  await flush();
  expect(k.fresh()).toHaveLength(1);
});

test('a channel that throws does not keep the caller waiting', async () => {
  const errors = uncaught();
  const k = kit({
    environment: {
      channel: () => ({
        post() {
          throw new Error('closed');
        },
        close() {},
      }),
    },
  });
  const call = k.client.call(rename, { user_id: 1 });
  await k.next().answer({ result: 7, invalidate: ['user'] });
  expect(await state(call)).toBe(7);
  expect(errors.length).toBeLessThan(2);
});

test('a browser without Web Locks or BroadcastChannel still works', () => {
  vi.stubGlobal('BroadcastChannel', undefined);
  expect(browser().channel?.('mizan', () => {})).toBeUndefined();
  expect(() => createClient(api, { fetch: () => new Promise(() => {}) }).dispose()).not.toThrow();
});

test('messages of fields named as members of objects', () => {
  const given = JSON.parse('{"fields":{"__proto__":["bad"]}}') as unknown;
  const { fields } = new MizanError({ code: 'VALIDATION_ERROR', status: 422, details: given });
  expect(Object.entries(fields)).toEqual([['__proto__', ['bad']]]);
  // `error.fields[name] ?? []` is what every form writes.
  expect(fields.constructor).toBeUndefined();
});

test('what is dehydrated survives JSON: old stays old', async () => {
  const k = kit();
  const one = await loaded(k);
  one.mounted.end();
  await flush();
  k.signal('restored');
  const data = JSON.parse(JSON.stringify(dehydrate(k.client))) as Dehydrated;
  const l = kit();
  hydrate(l.client, data);
  mount(observe(l.client, user, { user_id: 1 }));
  expect(l.fresh()).toHaveLength(1);
});

test('a Date in a multipart body is what it is in JSON', async () => {
  const k = kit();
  const send = { name: 'send', files: multipart } as const;
  void quietly(k.client.call(send, { file: new Blob(['x']), when: new Date(0) }));
  expect((k.next().body as FormData).get('when')).toBe('1970-01-01T00:00:00.000Z');
});

test('without an X-Mizan-Instance there is none to inspect', async () => {
  const k = kit();
  mount(observe(k.client, user, { user_id: 1 }));
  await k.next().answer(userOf('Ada'));
  expect(inspect(k.client).instances[0]?.instance).toBeUndefined();
});

test('the header of an answer whose body was cut off counts', async () => {
  const k = kit({
    fetch: (url, init) =>
      String(url).includes('/ctx/')
        ? Promise.resolve(
            new Response('{"me":"Ada"}', { headers: { 'X-Mizan-Instance': 'global' } }),
          )
        : Promise.resolve(
            Object.assign(
              new Response('', { headers: { 'X-Mizan-Invalidate': 'global, user;user_id=1' } }),
              { text: () => Promise.reject(new TypeError(`cut off ${init?.method}`)) },
            ),
          ),
  });
  const observed = observe(k.client, global, {});
  mount(observed);
  await flush();
  const before = inspect(k.client).instances[0]?.reads;
  await quietly(k.client.call(rename, { user_id: 1 }));
  await flush();
  expect(inspect(k.client).instances[0]?.reads).toBe((before ?? 0) + 1);
});

test.each(['constructor', 'toString', '__proto__'])(
  'a merge into a slot named %s does not keep the caller waiting',
  async (slot) => {
    uncaught();
    const k = kit();
    await loaded(k);
    const call = k.client.call(rename, { user_id: 1 });
    await k.next().answer({
      result: 7,
      merge: [{ context: 'user', slot, params: { user_id: 1 }, value: 1 }],
    });
    expect(await state(call)).toBe(7);
  },
);

test('the contract event: only for one that differs, once for each', async () => {
  const k = kit();
  for (const hash of ['b', api.contract, 'b', api.contract, 'b']) {
    void quietly(k.client.call(rename, { user_id: 1 }));
    await k.next().answer({ result: 1 }, { 'X-Mizan-Contract': hash });
  }
  expect(k.events.map((event) => event.type === 'contract' && event.received)).toEqual(['b']);
});
