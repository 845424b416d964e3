// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import {
  useEcho,
  useNoInput,
  useRename,
  useUpdateAvatar,
  useUserProfileState,
} from '../../test/fixtures/api/react.js';
import { type Page, page, settle } from '../../test/fixtures/page.js';
import { inspect, MizanError } from '../core/index.js';
import type { CallMode } from './index.js';

function echo(on: Page, mode?: CallMode) {
  const hook = renderHook(({ mode }) => useEcho({ mode }), {
    initialProps: { mode },
    wrapper: ({ children }) => on.around(children),
  });
  return { ...hook, now: () => hook.result.current };
}

test('shows what a call comes to', async () => {
  const on = page();
  const { now } = echo(on);
  expect(now()).toMatchObject({ pending: false, error: undefined, data: undefined });
  on.server.hold();
  let answer: Promise<unknown> = Promise.resolve();
  await settle(() => {
    answer = now().mutate({ text: 'hello' });
  });
  expect(now().pending).toBe(true);
  await settle(on.server.release);
  expect(await answer).toEqual({ message: 'hello' });
  expect(now()).toMatchObject({ pending: false, error: undefined, data: { message: 'hello' } });
});

test('a function without input takes none', async () => {
  const on = page();
  const { result } = renderHook(() => useNoInput(), {
    wrapper: ({ children }) => on.around(children),
  });
  await settle(() => void result.current.mutate());
  expect(result.current.data).toEqual({ message: 'done' });
});

test('rejects with a MizanError, and may be dropped', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const on = page();
  const { now } = echo(on);
  on.server.refuse('POST echo', 403, 'FORBIDDEN', 2);
  await settle(() => void now().mutate({ text: 'dropped' }));
  expect(now().error).toBeInstanceOf(MizanError);
  expect(now()).toMatchObject({ pending: false, data: undefined });
  let caught: unknown;
  await act(async () => {
    await now()
      .mutate({ text: 'awaited' })
      .catch((error: unknown) => {
        caught = error;
      });
  });
  expect(caught).toMatchObject({ code: 'FORBIDDEN', status: 403 });
  expect(now().error).toBe(caught);
  await settle(() => void now().mutate({ text: 'fine' }));
  expect(now()).toMatchObject({ error: undefined, data: { message: 'fine' } });
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('functions are stable and the result is, while nothing changed', async () => {
  const on = page();
  const { now, rerender } = echo(on);
  const first = now();
  rerender({ mode: undefined });
  expect(now()).toBe(first);
  await settle(() => void now().mutate({ text: 'x' }));
  expect(now()).not.toBe(first);
  expect(now().mutate).toBe(first.mutate);
  expect(now().reset).toBe(first.reset);
});

test('reset forgets, and what is under way no longer shows', async () => {
  const on = page();
  const { now } = echo(on);
  await settle(() => void now().mutate({ text: 'one' }));
  act(() => now().reset());
  expect(now()).toMatchObject({ pending: false, data: undefined });
  on.server.hold();
  await settle(() => void now().mutate({ text: 'two' }));
  act(() => now().reset());
  expect(now().pending).toBe(false);
  await settle(on.server.release);
  expect(now()).toMatchObject({ pending: false, data: undefined });
  await settle(() => void now().mutate({ text: 'three' }));
  expect(now()).toMatchObject({ pending: false, data: { message: 'three' } });
});

/** A server that answers when the test says so. */
function overlapping(initial: CallMode | undefined) {
  const gates: (() => void)[] = [];
  let serve: typeof fetch = fetch;
  const on = page({
    fetch: async (target, init) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return serve(target, init);
    },
  });
  serve = on.server.fetch;
  const { now, rerender } = echo(on, initial);
  return {
    on,
    now,
    mode: (mode: CallMode) => rerender({ mode }),
    sent: () => gates.length,
    mutate: (text: string) => settle(() => void now().mutate({ text })),
    answer: (nth: number) => settle(() => gates[nth]?.()),
  };
}

test('parallel sends at once, and an older answer never covers a newer one', async () => {
  const { now, sent, mutate, answer } = overlapping(undefined);
  await mutate('one');
  await mutate('two');
  expect(sent()).toBe(2);
  await answer(1);
  expect(now()).toMatchObject({ pending: true, data: { message: 'two' } });
  await answer(0);
  expect(now()).toMatchObject({ pending: false, data: { message: 'two' } });
});

test('a failure among parallel calls is not covered by the success of another', async () => {
  const { on, now, mutate, answer } = overlapping('parallel');
  await mutate('one');
  await mutate('two');
  on.server.refuse('POST echo', 403, 'FORBIDDEN');
  await answer(0);
  expect(now()).toMatchObject({ pending: true, error: { code: 'FORBIDDEN' } });
  await mutate('three');
  await answer(1);
  await answer(2);
  expect(now()).toMatchObject({ pending: false, error: { code: 'FORBIDDEN' } });
  expect(now().data).toEqual({ message: 'three' });
  await mutate('four');
  expect(now()).toMatchObject({ pending: true, error: undefined });
});

test('serial sends one after the other, also after a failure', async () => {
  const { on, now, sent, mutate, answer } = overlapping('serial');
  on.server.refuse('POST echo', 403, 'FORBIDDEN');
  await mutate('one');
  await mutate('two');
  await mutate('three');
  expect(sent()).toBe(1);
  await answer(0);
  expect(sent()).toBe(2);
  expect(now()).toMatchObject({ pending: true, error: { code: 'FORBIDDEN' } });
  await answer(1);
  await answer(2);
  expect(now()).toMatchObject({ pending: false, data: { message: 'three' } });
  expect(on.server.log).toHaveLength(3);
  await mutate('four');
  expect(sent()).toBe(4);
});

test('what waited for its turn is not sent as somebody else', async () => {
  const { on, now, sent, mutate, answer } = overlapping('serial');
  await mutate('one');
  await mutate('two');
  // Another one whose subject nobody knows, either.
  act(() => on.client.logout());
  await mutate('three');
  await answer(0);
  expect(now()).toMatchObject({ pending: true, error: { code: 'IDENTITY_CHANGED' } });
  expect(sent()).toBe(2);
  await answer(1);
  expect(now()).toMatchObject({ pending: false, data: { message: 'three' } });
  expect(on.server.log).toHaveLength(2);
});

test('serial sends at once when nothing is under way', async () => {
  const { on, now, mutate, answer } = overlapping('serial');
  await mutate('one');
  await answer(0);
  act(() => {
    void now().mutate({ text: 'two' });
    expect(inspect(on.client).pending).toBe(1);
  });
  await answer(1);
  expect(now()).toMatchObject({ pending: false, data: { message: 'two' } });
});

test('a mode that changes counts from the next call on', async () => {
  const on = page();
  const { now, rerender } = echo(on);
  rerender({ mode: 'serial' });
  on.server.hold();
  await settle(() => {
    void now().mutate({ text: 'one' });
    void now().mutate({ text: 'two' });
  });
  expect(on.server.log).toHaveLength(1);
  await settle(on.server.release);
  expect(on.server.log).toHaveLength(2);
});

test('latest sends at once and shows only the last', async () => {
  const { on, now, sent, mutate, answer } = overlapping('latest');
  await mutate('one');
  await mutate('two');
  expect(sent()).toBe(2);
  await answer(0);
  expect(now()).toMatchObject({ pending: true, data: undefined });
  await answer(1);
  expect(now()).toMatchObject({ pending: false, data: { message: 'two' } });
  on.server.refuse('POST echo', 403, 'FORBIDDEN');
  await mutate('three');
  await mutate('four');
  await answer(3);
  await answer(2);
  expect(now()).toMatchObject({ pending: false, error: { code: 'FORBIDDEN' } });
});

test('what was forgotten is pending no longer', async () => {
  const { now, mutate, answer } = overlapping('parallel');
  await mutate('one');
  act(() => now().reset());
  await mutate('two');
  await answer(1);
  expect(now()).toMatchObject({ pending: false, data: { message: 'two' } });
  await answer(0);
  expect(now()).toMatchObject({ pending: false, data: { message: 'two' } });
});

test('a hook that was told to show the latest goes over to all', async () => {
  const { now, mode, mutate, answer } = overlapping('latest');
  await mutate('one');
  mode('parallel');
  await mutate('two');
  await answer(1);
  expect(now()).toMatchObject({ pending: true, data: { message: 'two' } });
  await answer(0);
  expect(now()).toMatchObject({ pending: false, data: { message: 'two' } });
});

test('unmounting ends nothing and warns of nothing', async () => {
  const warned = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { on, now, mutate, answer } = overlapping('serial');
  await mutate('one');
  let second: Promise<unknown> = Promise.resolve();
  await settle(() => {
    second = now().mutate({ text: 'two' });
  });
  const { cleanup } = await import('@testing-library/react');
  cleanup();
  await answer(0);
  await answer(1);
  expect(await second).toEqual({ message: 'two' });
  expect(on.server.log).toEqual(['POST echo', 'POST echo']);
  expect(warned).not.toHaveBeenCalled();
});

test('an abort rejects and is no error to show', async () => {
  const on = page();
  const { now } = echo(on);
  on.server.hold();
  const abort = new AbortController();
  let failed: unknown;
  await settle(() => {
    now()
      .mutate({ text: 'x' }, { signal: abort.signal })
      .catch((error: unknown) => {
        failed = error;
      });
  });
  await settle(() => abort.abort());
  expect(failed).toMatchObject({ code: 'ABORTED' });
  expect(now()).toMatchObject({ pending: false, error: undefined });
});

test('a mutation, its merge and what it made stale are one render', async () => {
  const on = page();
  let renders = 0;
  const { result } = renderHook(
    () => {
      renders += 1;
      return {
        one: useUserProfileState({ user_id: 1 }),
        two: useUserProfileState({ user_id: 2 }),
        rename: useRename(),
        avatar: useUpdateAvatar(),
      };
    },
    { wrapper: ({ children }) => on.around(children) },
  );
  await settle();
  on.server.hold();
  await settle(() => void result.current.rename.mutate({ user_id: 1, name: 'Ada' }));
  let before = renders;
  await settle(on.server.release);
  expect(result.current.one.data?.name).toBe('Ada');
  expect(result.current.rename.pending).toBe(false);
  // StrictMode renders twice.
  expect(renders - before).toBe(2);

  on.server.hold();
  await settle(() => void result.current.avatar.mutate({ url: 'a' }));
  before = renders;
  const answered = on.server.release();
  on.server.hold();
  await settle(() => void answered);
  expect(result.current.avatar.pending).toBe(false);
  expect(result.current.one.stale && result.current.two.stale).toBe(true);
  expect(renders - before).toBe(2);
  await settle(on.server.release);
});

test('another identity sees nothing of what was called before', async () => {
  const on = page();
  const { now } = echo(on);
  await settle(() => void now().mutate({ text: 'of A' }));
  expect(now().data).toEqual({ message: 'of A' });
  await settle(() => on.client.login('b'));
  expect(now()).toMatchObject({ pending: false, error: undefined, data: undefined });
  on.server.hold();
  await settle(() => void now().mutate({ text: 'of B' }));
  await settle(() => on.client.logout());
  expect(now().pending).toBe(true);
  await settle(on.server.release);
  expect(now()).toMatchObject({ pending: false, data: undefined });
});
