/** What goes over the wire. */

import { expect, test } from 'vitest';
import { at, flush, kit, quietly, rename, user, userOf } from '../../test/core/kit.js';
import { inspect, multipart, observe } from './index.js';

const upload = { name: 'upload', files: multipart };

test('a call is JSON', async () => {
  const k = kit({ credentials: 'include' });
  const call = k.client.call(rename, { user_id: 1, name: 'Ada "x"' });
  const { url, method, headers, body } = k.next();
  expect([url, method]).toEqual(['/api/mizan/call/', 'POST']);
  expect(body).toBe('{"fn":"rename","args":{"user_id":1,"name":"Ada \\"x\\""}}');
  expect(Object.fromEntries(headers)).toEqual({ 'content-type': 'application/json' });
  await k.asked[0]?.answer({ result: null });
  expect(await call).toBeNull();
});

test('without input there are no arguments', () => {
  const k = kit();
  void quietly(k.client.call({ name: 'ping' }, undefined));
  expect(k.next().body).toBe('{"fn":"ping"}');
});

test('input that is no JSON is an error of the caller, before anything is sent', async () => {
  const k = kit();
  const circle: Record<string, unknown> = {};
  circle.circle = circle;
  await expect(k.client.call({ name: 'f' }, circle)).rejects.toThrow(TypeError);
  expect(inspect(k.client).pending).toBe(0);
});

test('files make it multipart, the function first, names dotted, lists repeated', () => {
  const k = kit();
  const file = new File(['abc'], 'a.txt', { type: 'text/plain' });
  const input = {
    title: 'x',
    nothing: null,
    undefined: undefined,
    flag: true,
    address: { city: 'Rome', deep: { n: 1 } },
    tags: ['a', 'b'],
    pictures: [file, file],
    forms: [{ picture: file, n: 1 }, { n: 2 }],
  };
  void quietly(k.client.call(upload, input));
  const { body, headers } = k.next();
  expect(headers.has('Content-Type')).toBe(false);
  const entries = [...(body as FormData)].map(([name, value]) => [
    name,
    typeof value === 'string' ? value : value.name,
  ]);
  expect(entries).toEqual([
    ['fn', 'upload'],
    ['title', 'x'],
    ['flag', 'true'],
    ['address.city', 'Rome'],
    ['address.deep.n', '1'],
    ['tags', 'a'],
    ['tags', 'b'],
    ['pictures', 'a.txt'],
    ['pictures', 'a.txt'],
    ['forms.0.picture', 'a.txt'],
    ['forms.0.n', '1'],
    ['forms.1.n', '2'],
  ]);
});

test('without a file it stays JSON', () => {
  const k = kit();
  void quietly(k.client.call(upload, { title: 'x', file: null }));
  expect(typeof k.next().body).toBe('string');
});

test('queries are form-urlencoded, defaults filled in, lists repeated, null left out', () => {
  const k = kit();
  const search = {
    name: 'search',
    slots: { found: ['q', 'tags', 'n', 'big', 'exact', 'limit'] },
    defaults: { limit: 10 },
  };
  k.client.prefetch(search, {
    q: 'a b&c=ü',
    tags: ['x', 'y'],
    n: -0.5,
    big: 1e21,
    exact: false,
    limit: null,
  });
  expect(k.next().url).toBe(
    '/api/mizan/ctx/search/?big=1e%2B21&exact=false&limit=10&n=-0.5&q=a+b%26c%3D%C3%BC&tags=x&tags=y',
  );
});

test('an abort before the call keeps it from being sent', async () => {
  const k = kit();
  const signal = AbortSignal.abort();
  expect(await quietly(k.client.call(rename, { user_id: 1 }, { signal }))).toMatchObject({
    code: 'ABORTED',
  });
  expect(k.asked).toHaveLength(0);
});

test('a timeout of its own', async () => {
  const k = kit();
  const call = quietly(k.client.call(rename, { user_id: 1 }, { timeout: 100 }));
  k.clock.advance(100);
  expect(await call).toMatchObject({ code: 'TIMEOUT', status: 0, unknown: true });
});

test('prefetch reads once, and what was fetched is at hand', async () => {
  const k = kit();
  k.client.prefetch(user, { user_id: 1 });
  k.client.prefetch(user, { user_id: 1 });
  await k.next().answer(userOf('Ada'), at(1));
  const value = await k.client.fetch(user, { user_id: 1 });
  expect(observe(k.client, user, { user_id: 1 }).snapshot().data).toBe(value);
  expect(k.fresh()).toHaveLength(0);
});

test('a fetch of the application without promises breaks nothing', async () => {
  const k = kit({
    fetch: () => {
      throw new Error('no network here');
    },
  });
  const error = await quietly(k.client.call(rename, { user_id: 1 }));
  await flush();
  expect(error).toMatchObject({ code: 'NETWORK', cause: { message: 'no network here' } });
});
