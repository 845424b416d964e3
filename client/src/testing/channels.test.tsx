// @vitest-environment jsdom
import { act, cleanup, render, renderHook, screen } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { type ChannelDescriptor, joinChannel } from '../channels/index.js';
import { type ApiDescriptor, type FunctionDescriptor, MizanError } from '../core/index.js';
import { useChannel } from '../react-channels/index.js';
import { type ChannelStub, testMizan as start, type TestOptions } from './index.js';

Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
afterEach(cleanup);

type At = { room: string; page?: number };
type Text = { text: string };

const api: ApiDescriptor = { contract: '0', mount: '/api/mizan', contexts: [] };
/** A function and a channel of one name. */
const chat: FunctionDescriptor<Text, Text> = { name: 'chat' };
const chatChannel: ChannelDescriptor<At, Text, Text> = {
  name: 'chat',
  params: ['room', 'page'],
  defaults: { page: 1 },
};
const calls = { api, chat, chatChannel };

function testMizan(
  stub: ChannelStub<At, Text, Text> | undefined,
  options?: TestOptions,
  stubs: object = {},
) {
  return start(calls, stubs, { ...options, channels: { chat: stub } });
}

function Room({ room }: { room: string }): ReactNode {
  const { messages, send, status, error } = useChannel(api, chatChannel, { room });
  return (
    <>
      <p>{error?.message ?? `${status}: ${messages.map(({ text }) => text).join(' ')}`}</p>
      <button type="button" onClick={() => send({ text: 'hello' })}>
        say
      </button>
    </>
  );
}

test('a stub sees what is sent, and answers', async () => {
  const mizan = testMizan({
    connect: ({ push, params }) => push({ text: `welcome to ${params.room}` }),
    receive: async ({ text }, { push }) => push({ text: text.toUpperCase() }),
  });
  render(
    <StrictMode>
      <Room room="a" />
    </StrictMode>,
    { wrapper: mizan.Wrapper },
  );
  await mizan.idle();
  expect(screen.getByText('open: welcome to a')).toBeTruthy();
  act(() => screen.getByText('say').click());
  await mizan.idle();
  expect(screen.getByText('open: welcome to a HELLO')).toBeTruthy();
  const params = { room: 'a', page: 1 };
  expect(mizan.sent).toEqual([{ channel: 'chat', params, data: { text: 'hello' } }]);
});

test('pushes to who joined with these parameters', async () => {
  const mizan = testMizan({});
  render([<Room key="a" room="a" />, <Room key="b" room="b" />], { wrapper: mizan.Wrapper });
  await mizan.idle();
  expect(mizan.push(chatChannel, { room: 'b' }, { text: 'hi' })).toBe(1);
  expect(mizan.push(chatChannel, { room: 'c' }, { text: 'hi' })).toBe(0);
  expect(screen.getByText('open:')).toBeTruthy();
  expect(screen.getByText('open: hi')).toBeTruthy();
});

test('functions and channels have stubs of their own', async () => {
  const mizan = testMizan({}, {}, { chat: { text: 'called' } });
  const { result } = renderHook(() => useChannel(api, chatChannel, { room: 'a' }), {
    wrapper: mizan.Wrapper,
  });
  const answer = mizan.client.call(chat, { text: 'x' });
  await mizan.idle();
  expect(await answer).toEqual({ text: 'called' });
  expect(result.current.status).toBe('open');
  expect(mizan.calls).toHaveLength(1);
});

test('a channel without a stub fails by its name', async () => {
  const mizan = testMizan(undefined);
  render(<Room room="a" />, { wrapper: mizan.Wrapper });
  await expect(mizan.idle()).rejects.toThrow(/no stub for the channel chat.*"chat": \{\}/);
});

test.each<[string, ChannelStub<At, Text, Text>]>([
  ['Not authorized', { authorize: async () => false }],
  [
    'Closed for today',
    {
      connect() {
        throw new MizanError({ code: 'FORBIDDEN', status: 403, message: 'Closed for today' });
      },
    },
  ],
  [
    'Not authorized',
    {
      authorize() {
        throw new MizanError({ code: 'FORBIDDEN', status: 403, message: 'Closed for today' });
      },
    },
  ],
  [
    'Authorization failed',
    {
      async authorize() {
        throw new MizanError({ code: 'NOT_FOUND', status: 404 });
      },
    },
  ],
  [
    'An internal error occurred',
    {
      connect() {
        throw new MizanError({ code: 'INTERNAL_ERROR', status: 500, message: 'the database' });
      },
    },
  ],
])('refuses: %s', async (message, stub) => {
  const mizan = testMizan(stub);
  render(<Room room="a" />, { wrapper: mizan.Wrapper });
  await mizan.idle();
  expect(screen.getByText(message)).toBeTruthy();
  expect(mizan.push(chatChannel, { room: 'a' }, { text: 'hi' })).toBe(0);
});

test('refuses a message, and tells of what the test did wrong', async () => {
  const mizan = testMizan({
    receive() {
      throw new Error('mine');
    },
  });
  render(<Room room="a" />, { wrapper: mizan.Wrapper });
  await mizan.idle();
  act(() => screen.getByText('say').click());
  await expect(mizan.idle()).rejects.toThrow('mine');
});

test('shows what a broken connection looks like', async () => {
  const mizan = testMizan({}, { token: () => 'a' });
  render(<Room room="a" />, { wrapper: mizan.Wrapper });
  await mizan.idle();
  mizan.disconnect();
  expect(screen.getByText('reconnecting:')).toBeTruthy();
  act(() => mizan.client.login('7'));
  await mizan.idle();
  expect(screen.getByText('open:')).toBeTruthy();
});

test('connects again when it is told to', async () => {
  const mizan = testMizan({});
  render(<Room room="a" />, { wrapper: mizan.Wrapper });
  await mizan.idle();
  mizan.disconnect();
  await mizan.idle();
  expect(screen.getByText('reconnecting:')).toBeTruthy();
  mizan.reconnect();
  await mizan.idle();
  expect(screen.getByText('open:')).toBeTruthy();
});

test('does without React', async () => {
  const { client, idle, push } = testMizan({});
  const joined = joinChannel(api, chatChannel, { room: 'a' }, { client });
  await idle();
  push(chatChannel, { room: 'a', page: 1 }, { text: 'hi' });
  expect(joined.messages).toEqual([{ text: 'hi' }]);
  joined.leave();
  await idle();
  expect(push(chatChannel, { room: 'a' }, { text: 'hi' })).toBe(0);
  client.dispose();
});
