// @vitest-environment jsdom
/** What the application hands in and never comes back: refresh, tokens, timers. */

import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { api, flush, kit, look, mount, quietly, rename, user } from '../../test/core/kit.js';
import { type Clock, createClient, MizanError, multipart, observe } from './index.js';

afterEach(() => {
  document.body.innerHTML = '';
  vi.unstubAllGlobals();
});

const credential = { code: 'UNAUTHORIZED', details: { reason: 'credential' } };
const YEAR = 365 * 24 * 3600 * 1000;

/** Whether a promise has settled by now. */
async function state(promise: Promise<unknown>): Promise<unknown> {
  let now: unknown = 'pending';
  void quietly(promise).then((value) => {
    now = value;
  });
  await flush();
  return now;
}

test('a refresh that goes through the client does not wait for itself', async () => {
  const k = kit({
    // The stale token goes along, and the server refuses it on public functions too (protocol 1).
    refresh: () => k.client.call(look, {}).then(() => true),
  });
  const call = k.client.call(rename, { user_id: 1 });
  await k.next().refuse(401, credential);
  await k.next().refuse(401, credential);
  k.clock.advance(60_000);
  expect(await state(call)).toMatchObject({ status: 401 });
});

test('a refresh that hangs ends: it holds the lock of every tab', async () => {
  const k = kit({ refresh: () => new Promise(() => {}) });
  const call = k.client.call(rename, { user_id: 1 });
  await k.next().refuse(401, credential);
  k.clock.advance(60_000);
  expect(await state(call)).toMatchObject({ status: 401 });
});

test.each(['abort', 'dispose', 'timeout'] as const)(
  'a token that hangs: %s ends the call',
  async (how) => {
    const k = kit({ token: () => new Promise(() => {}) });
    const abort = new AbortController();
    const call = k.client.call(rename, { user_id: 1 }, { signal: abort.signal });
    await flush();
    if (how === 'abort') abort.abort();
    if (how === 'dispose') k.client.dispose();
    if (how === 'timeout') k.clock.advance(31_000);
    expect(await state(call)).toBeInstanceOf(MizanError);
  },
);

test('a token that hangs leaves no read loading for ever', async () => {
  const k = kit({ retries: 0, token: () => new Promise(() => {}) });
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  await flush();
  k.clock.advance(31_000);
  await flush();
  expect(observed.snapshot().error).toBeInstanceOf(MizanError);
});

test.each([
  ['poll', { every: 60 * 24 * 3600 * 1000 }],
  ['poll after Retry-After', { every: 1000 }],
])('%s: no timer beyond 2^31, which would fire at once', async (_what, options) => {
  const delays: number[] = [];
  const k = kit({ retries: 0 });
  const { setTimeout } = k.clock;
  const clock: Clock = {
    ...k.clock,
    setTimeout(run, ms) {
      delays.push(ms);
      return setTimeout(run, ms);
    },
  };
  const l = kit({ retries: 0, clock });
  mount(observe(l.client, user, { user_id: 1 }), options);
  await l.next().refuse(503, {}, { 'Retry-After': String(YEAR / 1000) });
  expect(Math.max(...delays)).toBeLessThan(2 ** 31);
});

test('timeout: Infinity does not mean at once', async () => {
  const k = kit({
    clock: {
      now: Date.now,
      random: Math.random,
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer as number),
    },
  });
  const call = k.client.call(rename, { user_id: 1 }, { timeout: Infinity });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await state(call)).toBe('pending');
});

test('a poll after a long Retry-After is no storm', async () => {
  let asked = 0;
  const client = createClient(api, {
    retries: 0,
    environment: {},
    fetch: async () => {
      asked += 1;
      return new Response('', { status: 503, headers: { 'Retry-After': '31536000' } });
    },
  });
  onTestFinished(() => client.dispose());
  mount(observe(client, user, { user_id: 1 }), { every: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(asked).toBe(1);
});

test('an upload is not cut off after thirty seconds', async () => {
  const k = kit();
  const send = { name: 'send', files: multipart } as const;
  const call = k.client.call(send, { file: new Blob(['x']) });
  await flush();
  k.clock.advance(31_000);
  expect(await state(call)).toBe('pending');
});

test('the reason of an abort is at hand', async () => {
  const k = kit();
  const abort = new AbortController();
  const call = quietly(k.client.call(rename, { user_id: 1 }, { signal: abort.signal }));
  const reason = new Error('closed the dialog');
  abort.abort(reason);
  expect(await call).toMatchObject({ code: 'ABORTED', cause: reason });
});

test('a retry by hand ends a pause that the server asked for', async () => {
  const k = kit();
  const observed = observe(k.client, user, { user_id: 1 });
  mount(observed);
  await k.next().refuse(503, {}, { 'Retry-After': '30' });
  void observed.retry();
  expect(k.fresh()).toHaveLength(1);
});
