// @vitest-environment jsdom
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import {
  callRename,
  callUpdateAvatar,
  fetchUserContext,
  patchUserProfile,
} from '../../test/fixtures/api/calls.js';
import { useUserProfileState } from '../../test/fixtures/api/react.js';
import { fallbacksShown, type Page, page, settle } from '../../test/fixtures/page.js';
import type { StateOptions } from './index.js';

interface Given {
  user: number | null;
  options?: StateOptions;
}

async function state(on: Page, initialProps: Given) {
  const states: unknown[] = [];
  const hook = renderHook(
    ({ user, options }: Given) => {
      const state = useUserProfileState(user === null ? null : { user_id: user }, options);
      if (states.at(-1) !== state) states.push(state);
      return state;
    },
    { initialProps, wrapper: ({ children }) => on.around(children) },
  );
  await settle();
  return { ...hook, states, now: () => hook.result.current };
}

test('says that it loads, then what there is', async () => {
  const on = page();
  on.server.hold();
  const { now } = await state(on, { user: 1 });
  expect(now()).toMatchObject({ data: undefined, error: undefined, refreshing: true });
  await settle(on.server.release);
  expect(now()).toMatchObject({
    data: { user_id: 1, name: 'user_1' },
    stale: false,
    refreshing: false,
  });
  expect(on.server.log).toHaveLength(1);
  expect(fallbacksShown()).toBe(0);
});

test('nothing is asked for with null or skip', async () => {
  const on = page();
  const { now, rerender } = await state(on, { user: null });
  expect(now()).toMatchObject({ data: undefined, stale: false, refreshing: false });
  rerender({ user: 1, options: { skip: true } });
  await settle();
  expect(now()).toMatchObject({ data: undefined, stale: false, refreshing: false });
  await now().retry();
  expect(on.server.log).toEqual([]);
  rerender({ user: 1 });
  await settle();
  expect(now().data?.name).toBe('user_1');
  rerender({ user: null });
  expect(now().data).toBeUndefined();
});

test('skip needs no provider', async () => {
  const on = page();
  const { result } = renderHook(() => useUserProfileState(undefined, { skip: true }), {
    wrapper: ({ children }) => on.around(children),
  });
  expect(result.current.data).toBeUndefined();
});

test('says that it is stale from the answer of a mutation to the read that followed', async () => {
  const on = page();
  const { now } = await state(on, { user: 1 });
  on.server.hold();
  await settle(() => void callUpdateAvatar({ url: 'a' }, { client: on.client }));
  expect(now().stale).toBe(false);
  const first = on.server.release();
  on.server.hold();
  await settle(() => void first);
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: true, refreshing: true });
  await settle(on.server.release);
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: false, refreshing: false });
});

test('says that it reads again, and when that became stale meanwhile', async () => {
  const on = page();
  const { now } = await state(on, { user: 1 });
  on.server.hold();
  await settle(() => void now().retry());
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: false, refreshing: true });
  await settle(() => on.client.invalidate('user'));
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: true, refreshing: true });
  await settle(on.server.release);
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: false, refreshing: false });
});

test('is the same object while nothing changed', async () => {
  const on = page();
  const { now, rerender, states } = await state(on, { user: 1 });
  const before = now();
  rerender({ user: 1 });
  rerender({ user: 1, options: { every: undefined } });
  await settle();
  expect(now()).toBe(before);
  expect(states.length).toBeLessThanOrEqual(3);
});

test('a failed first read is reported and can be tried again', async () => {
  const on = page({ retries: 0 });
  on.server.refuse('GET user', 500);
  const { now } = await state(on, { user: 1 });
  expect(now()).toMatchObject({ data: undefined, refreshing: false });
  expect(now().error?.status).toBe(500);
  await settle(() => void now().retry());
  expect(now()).toMatchObject({ data: { name: 'user_1' }, error: undefined });
});

test('a failed refetch keeps the value, a refusal removes it', async () => {
  const on = page({ retries: 0 });
  const { now } = await state(on, { user: 1 });
  on.server.refuse('GET user', 500);
  await settle(() => void now().retry());
  expect(now().data?.name).toBe('user_1');
  expect(now().error?.status).toBe(500);
  on.server.refuse('GET user', 403, 'FORBIDDEN');
  await settle(() => void now().retry());
  expect(now().data).toBeUndefined();
  expect(now().error?.code).toBe('FORBIDDEN');
});

test('keepPrevious shows the one before until the next is there', async () => {
  const on = page();
  const options = { keepPrevious: true };
  const { now, rerender } = await state(on, { user: 1, options });
  on.server.hold();
  rerender({ user: 2, options });
  await settle();
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: true, refreshing: true });
  rerender({ user: 3, options });
  await settle();
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: true, refreshing: true });
  await settle(on.server.release);
  expect(now()).toMatchObject({ data: { name: 'user_3' }, stale: false, refreshing: false });
  on.server.hold();
  rerender({ user: 4, options });
  await settle();
  expect(now()).toMatchObject({ data: { name: 'user_3' }, stale: true });
  await settle(on.server.release);
});

test.each(['before', 'after'])('keepPrevious keeps what was hit %s the change', async (when) => {
  const on = page();
  const options = { keepPrevious: true };
  const { now, rerender } = await state(on, { user: 1, options });
  on.server.hold();
  if (when === 'before') await settle(() => on.client.invalidate('user'));
  rerender({ user: 2, options });
  await settle();
  if (when === 'after') await settle(() => on.client.invalidate('user'));
  rerender({ user: 2, options });
  expect(now()).toMatchObject({ data: { name: 'user_1' }, stale: true, refreshing: true });
  await settle(on.server.release);
  expect(now()).toMatchObject({ data: { name: 'user_2' }, stale: false, refreshing: false });
  // It is not mounted any longer than it is shown.
  const before = on.server.count('GET user?page=1&user_id=1');
  await settle(() => on.client.invalidate('user'));
  expect(on.server.count('GET user?page=1&user_id=1')).toBe(before);
});

test('keepPrevious holds on to nothing where nothing is asked for', async () => {
  const on = page();
  const options = { keepPrevious: true };
  const { now, rerender } = await state(on, { user: 1, options });
  rerender({ user: null, options });
  await settle(() => on.client.invalidate('user'));
  expect(now().data).toBeUndefined();
  expect(on.server.log).toHaveLength(1);
});

test.each([0, undefined])('keepPrevious reads once, staleAfter %s', async (staleAfter) => {
  const on = page();
  const options = { keepPrevious: true, staleAfter };
  const { rerender } = await state(on, { user: 1, options });
  on.clock.advance(60_000);
  rerender({ user: 2, options });
  await settle();
  expect(on.server.log).toEqual(['GET user?page=1&user_id=1', 'GET user?page=1&user_id=2']);
});

test('without keepPrevious nothing is shown until the next is there', async () => {
  const on = page();
  const { now, rerender } = await state(on, { user: 1 });
  on.server.hold();
  rerender({ user: 2 });
  await settle();
  expect(now()).toMatchObject({ data: undefined, stale: false, refreshing: true });
  await settle(on.server.release);
});

test('keepPrevious shows nothing of another identity', async () => {
  const on = page();
  const options = { keepPrevious: true };
  const { now, rerender } = await state(on, { user: 1, options });
  on.server.hold();
  rerender({ user: 2, options });
  await settle();
  expect(now().data?.name).toBe('user_1');
  await settle(() => on.client.logout());
  expect(now().data).toBeUndefined();
  await settle(on.server.release);
  expect(now().data?.name).toBe('user_2');
});

test('an optimistic layer shows at once', async () => {
  const on = page();
  const { now } = await state(on, { user: 1 });
  on.server.hold();
  const input = { user_id: 1, name: 'Ada' };
  const optimistic = patchUserProfile({ user_id: 1 }, (profile) => ({ ...profile, name: 'Ada' }));
  await settle(() => void callRename(input, { client: on.client, optimistic }));
  expect(now().data?.name).toBe('Ada');
  await settle(on.server.release);
  expect(now()).toMatchObject({ data: { name: 'Ada' }, stale: false });
});

test('staleAfter decides when a mount reads again', async () => {
  const on = page();
  await fetchUserContext({ user_id: 1 }, { client: on.client });
  on.clock.advance(5000);
  await state(on, { user: 1, options: { staleAfter: 10_000 } });
  expect(on.server.log).toHaveLength(1);
  await state(on, { user: 1, options: { staleAfter: 1000 } });
  expect(on.server.log).toHaveLength(2);
});
