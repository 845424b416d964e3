// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { type ReactNode, StrictMode, Suspense } from 'react';
import { afterEach, expect, expectTypeOf, test, vi } from 'vitest';
import {
  api,
  callEcho,
  contactForm,
  fetchSearchContext,
  fetchUserContext,
  renameFunction,
  userContext,
} from '../../test/fixtures/api/calls.js';
import {
  UserContext,
  useContactForm,
  useRename,
  useSearchResults,
  useUpdateAvatar,
  useUpdateOwnAvatar,
  useUpdateProfile,
  useUserOrders,
  useUserProfileState,
} from '../../test/fixtures/api/react.js';
import { testMizan } from '../../test/fixtures/api/testing.js';
import type { Profile, UserProfileInput } from '../../test/fixtures/api/types.js';
import { MizanError, multipart, observe } from '../core/index.js';
import { entriesOf } from './answer.js';
import { testMizan as start } from './index.js';

Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
afterEach(cleanup);

function Orders(): ReactNode {
  return <p>{useUserOrders().count}</p>;
}

function Result(): ReactNode {
  return <p>{useSearchResults({ q: 'x' }).message}</p>;
}

const orders = ({ user_id }: { user_id: number }) => ({ count: user_id });

function hooks(test: ReturnType<typeof testMizan>) {
  return renderHook(
    () => ({
      one: useUserProfileState({ user_id: 1 }),
      two: useUserProfileState({ user_id: 2 }),
      avatar: useUpdateAvatar(),
      ownAvatar: useUpdateOwnAvatar(),
      profile: useUpdateProfile(),
      rename: useRename(),
    }),
    { wrapper: test.Wrapper },
  );
}

function setUp() {
  const names = new Map<number, string>();
  const save = ({ user_id, name }: { user_id: number; name: string }) => {
    names.set(user_id, name);
    return { message: name };
  };
  const test = testMizan({
    user_profile: ({ user_id }) => ({ user_id, name: names.get(user_id) ?? `user_${user_id}` }),
    user_orders: orders,
    update_avatar: { message: 'done' },
    update_own_avatar: async () => ({ message: 'done' }),
    update_profile: save,
    rename: (input) => {
      save(input);
      return input;
    },
  });
  const reads = () => test.calls.filter(({ name }) => name === 'user_profile').length;
  return { ...test, ...hooks(test), names, reads };
}

test('answers contexts through the stubs of their members', async () => {
  const { Wrapper, idle, calls } = testMizan({
    user_profile: { user_id: 1, name: 'Ada' },
    user_orders: orders,
  });
  render(
    <StrictMode>
      <Suspense fallback="loading">
        <UserContext user_id={5}>
          <Orders />
        </UserContext>
      </Suspense>
    </StrictMode>,
    { wrapper: Wrapper },
  );
  await idle();
  expect(screen.getByText('5')).toBeTruthy();
  expect(calls).toEqual([
    { name: 'user_orders', input: { user_id: 5, page: 1 } },
    { name: 'user_profile', input: { user_id: 5 } },
  ]);
});

test('a declared effect reads everything of the context again', async () => {
  const { result, idle, reads } = setUp();
  await idle();
  expect(reads()).toBe(2);
  act(() => void result.current.avatar.mutate({ url: 'a' }));
  await idle();
  expect(reads()).toBe(4);
});

test('an argument that is a key scopes the effect', async () => {
  const { result, idle, reads, calls } = setUp();
  await idle();
  act(() => void result.current.profile.mutate({ user_id: 1, name: 'Ada' }));
  await idle();
  expect(result.current.one.data?.name).toBe('Ada');
  expect(reads()).toBe(3);
  expect(calls.at(-1)).toEqual({ name: 'user_profile', input: { user_id: 1 } });
});

test('an effect whose scope the server finds is broad', async () => {
  const { result, idle, reads } = setUp();
  await idle();
  act(() => void result.current.ownAvatar.mutate({ url: 'a' }));
  await idle();
  expect(reads()).toBe(4);
});

test('only the keys scope, and nothing does where the server finds the scope', () => {
  const effects = [{ context: 'user', keys: ['user_id', 'page', 'tags'] }];
  const input = { user_id: 1, name: 'Ada', page: null, tags: ['a'] };
  expect(entriesOf({ effects }, input, null)).toEqual([
    { context: 'user', params: { user_id: 1 } },
  ]);
  expect(entriesOf({ effects, scoped: true }, input, null)).toEqual([{ context: 'user' }]);
  expect(entriesOf({ effects }, { name: 'Ada' }, null)).toEqual([{ context: 'user' }]);
});

test('a merge is applied without a read', async () => {
  const { result, idle, reads } = setUp();
  await idle();
  act(() => void result.current.rename.mutate({ user_id: 2, name: 'Grace' }));
  await idle();
  expect(result.current.two.data?.name).toBe('Grace');
  expect(result.current.one.data?.name).toBe('user_1');
  expect(reads()).toBe(2);
});

test('a stub adds entries of its own', async () => {
  const { client, idle, calls } = testMizan({
    user_profile: { user_id: 1, name: 'Ada' },
    user_orders: orders,
    echo: ({ text }, call) => {
      call.invalidate(userContext, { user_id: 1 });
      return { message: text };
    },
  });
  const stop = observe(client, userContext, { user_id: 1 }).subscribe(() => {});
  await idle();
  await callEcho({ text: 'x' }, { client });
  await idle();
  expect(calls.filter(({ name }) => name === 'user_orders')).toHaveLength(2);
  stop();
});

test('what a stub throws is answered as the server would', async () => {
  const { client, idle } = testMizan({
    echo: () => {
      throw new MizanError({
        code: 'VALIDATION_ERROR',
        status: 422,
        message: 'no',
        details: { fields: { text: ['too long'] } },
      });
    },
  });
  const error = await callEcho({ text: 'x' }, { client }).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'VALIDATION_ERROR', fields: { text: ['too long'] } });
  await idle();
});

test('an error without a status is a connection that failed', async () => {
  const { client, idle } = testMizan({
    echo: () => {
      throw new MizanError({ code: 'NETWORK', message: 'offline' });
    },
  });
  await expect(callEcho({ text: 'x' }, { client })).rejects.toMatchObject({
    status: 0,
    unknown: true,
  });
  await idle();
});

test('a call without a stub fails by its name, and so does idle', async () => {
  const { client, idle } = testMizan({ user_profile: { user_id: 1, name: 'Ada' } });
  await expect(callEcho({ text: 'x' }, { client })).rejects.toThrow(
    'testMizan has no stub for echo, needed for calling it: testMizan({ "echo": … })',
  );
  await expect(idle()).rejects.toThrow('no stub for echo');
  await idle();
  await expect(fetchUserContext({ user_id: 1 }, { client })).rejects.toThrow(
    'no stub for user_orders, needed for reading the context "user"',
  );
  await expect(idle()).rejects.toThrow('user_orders');
});

test('a stub that breaks is told by idle', async () => {
  const { client, idle } = testMizan({
    echo: () => {
      throw new TypeError('oops');
    },
  });
  await expect(callEcho({ text: 'x' }, { client })).rejects.toThrow('oops');
  await expect(idle()).rejects.toThrow('oops');
});

test('parameters reach the stubs as they were given, not as text', async () => {
  const { client, calls, idle } = testMizan({ search_results: ({ q }) => ({ message: q }) });
  const { search_results } = await fetchSearchContext({ q: '42', exact: true }, { client });
  expect(search_results.message).toBe('42');
  expect(calls[0]?.input).toEqual({ q: '42', exact: true, limit: 10 });
  await idle();
});

test('a form is described by itself and submitted to its stub', async () => {
  const { Wrapper, idle, calls } = testMizan({
    contact: ({ email, name }) => {
      if (name === 'root') {
        throw new MizanError({
          code: 'VALIDATION_ERROR',
          status: 422,
          message: 'no',
          details: { fields: { name: ['reserved'] } },
        });
      }
      return { sent: true, to: email };
    },
  });
  const initial = { name: 'root', email: 'a@b.c', topic: 'help' } as const;
  const { result } = renderHook(() => useContactForm({ initial }), { wrapper: Wrapper });
  await act(() => result.current.submit());
  await idle();
  expect(calls).toEqual([
    { name: 'contact', input: { name: 'root', email: 'a@b.c', topic: 'help' } },
  ]);
  expect(result.current.fields.name.errors).toMatchObject([{ message: 'reserved' }]);

  act(() => result.current.reset({ ...initial, name: 'Ada' }));
  const outcome = await act(() => result.current.submit());
  expect(outcome).toEqual({ success: true, data: { sent: true, to: 'a@b.c' } });
});

test('what a form declares is applied, and nothing of a refusal', async () => {
  const effects = [{ context: 'user', keys: ['user_id'] }];
  const submitted = vi.fn();
  const generated = { api, userContext, contactForm: { ...contactForm, effects } };
  const { client, idle, calls } = start(generated, {
    user_profile: { user_id: 1, name: 'Ada' },
    user_orders: orders,
    contact: submitted,
  });
  const stops = [1, 2].map((user_id) =>
    observe(client, userContext, { user_id }).subscribe(() => {}),
  );
  const reads = async () => {
    await idle();
    return calls.filter(({ name }) => name === 'user_orders').length;
  };
  expect(await reads()).toBe(2);
  await client.call({ name: 'contact.submit', refused: () => false }, { user_id: 1 });
  expect(await reads()).toBe(3);
  submitted.mockRejectedValue(
    new MizanError({ code: 'VALIDATION_ERROR', status: 422, message: '' }),
  );
  await client.call({ name: 'contact.submit', refused: () => true }, { user_id: 1 });
  expect(await reads()).toBe(3);
  submitted.mockRejectedValue(new MizanError({ code: 'FORBIDDEN', status: 403, message: '' }));
  const refused = client.call({ name: 'contact.submit' }, { user_id: 1 });
  await expect(refused).rejects.toMatchObject({ status: 403 });
  for (const stop of stops) stop();
});

test('a formset is submitted whole', async () => {
  const { client, calls } = testMizan({
    'contact.formset': (forms) => {
      if (forms.length < 2) return;
      const fields = { 'forms.1.name': ['taken'], forms: ['too many'] };
      throw new MizanError({
        code: 'VALIDATION_ERROR',
        status: 422,
        message: 'no',
        details: { fields },
      });
    },
  });
  const submit = { name: 'contact.formset.submit' };
  const form = { name: 'Ada', email: 'a@b.c', topic: 'help' };
  expect(await client.call(submit, { forms: [form] })).toEqual({ success: true });
  expect(calls[0]).toEqual({ name: 'contact.formset', input: [form] });
  expect(await client.call(submit, { forms: [form, form] })).toEqual({
    success: false,
    errors: {
      general: ['too many'],
      per_form: [
        { errors: [] },
        { errors: [{ field: 'name', errors: [{ message: 'taken', code: 'invalid' }] }] },
      ],
    },
  });
  expect(await client.call({ name: 'contact.formset.schema' }, { forms: [{}] })).toMatchObject({
    forms: [{ name: 'contact' }],
    max_num: 1000,
  });
});

test('files reach the stub', async () => {
  const { client, calls } = testMizan({ rename: { user_id: 1, name: 'x' } });
  const file = new File(['x'], 'x.txt');
  const upload = { ...renameFunction, files: multipart };
  await client.call(upload, { user_id: 1, name: 'x', file } as { user_id: number; name: string });
  expect(calls[0]?.input).toEqual({ user_id: 1, name: 'x', file });
});

test('idle waits for what the answers set off, under fake timers too', async () => {
  vi.useFakeTimers();
  try {
    const { result, idle } = setUp();
    await idle();
    expect(result.current.one).toMatchObject({ refreshing: false, data: { name: 'user_1' } });
    act(() => void result.current.profile.mutate({ user_id: 1, name: 'Ada' }));
    await idle();
    expect(result.current.one).toMatchObject({ refreshing: false, data: { name: 'Ada' } });
  } finally {
    vi.useRealTimers();
  }
});

function Answered(): ReactNode {
  const { mutate, data } = useUpdateAvatar();
  return (
    <>
      <button type="button" onClick={() => void mutate({ url: 'a' })}>
        go
      </button>
      {data && <Late />}
    </>
  );
}

function Late(): ReactNode {
  return <p>{useUserProfileState({ user_id: 1 }).data?.name}</p>;
}

test('idle waits for what is read only once React has rendered an answer', async () => {
  const { Wrapper, idle } = testMizan({
    update_avatar: { message: 'done' },
    user_profile: async ({ user_id }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { user_id, name: 'Ada' };
    },
    user_orders: orders,
  });
  render(<Answered />, { wrapper: Wrapper });
  fireEvent.click(screen.getByRole('button'));
  await idle();
  expect(screen.getByText('Ada')).toBeTruthy();
});

test('idle waits where React is not being tested', async () => {
  Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', false);
  try {
    const echo = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { message: 'done' };
    };
    const { client, idle } = testMizan({ echo });
    let answer: unknown;
    void callEcho({ text: 'x' }, { client }).then((message) => {
      answer = message;
    });
    await idle();
    expect(answer).toEqual({ message: 'done' });
  } finally {
    Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
  }
});

test('two clients of one test share nothing', async () => {
  const one = testMizan({ search_results: { message: 'one' } });
  const two = testMizan({ search_results: { message: 'two' } });
  render(
    <Suspense>
      <Result />
    </Suspense>,
    { wrapper: one.Wrapper },
  );
  render(
    <Suspense>
      <Result />
    </Suspense>,
    { wrapper: two.Wrapper },
  );
  await one.idle();
  await two.idle();
  expect(screen.getByText('one')).toBeTruthy();
  expect(screen.getByText('two')).toBeTruthy();
});

test('stubs are typed', () => {
  testMizan({
    user_profile: (input) => {
      expectTypeOf(input).toEqualTypeOf<UserProfileInput>();
      return Promise.resolve<Profile>({ user_id: input.user_id, name: 'Ada' });
    },
  });
  // @ts-expect-error A profile has a name.
  testMizan({ user_profile: { user_id: 1 } });
  // @ts-expect-error No such function.
  testMizan({ user_profil: { user_id: 1, name: 'Ada' } });
});
