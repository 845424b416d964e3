// @vitest-environment jsdom
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode, useLayoutEffect } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { api, type ChannelKit, channelKit, chat, told } from '../../test/channels/kit.js';
import { MizanProvider } from '../react/index.js';
import { type ChannelHookOptions, useChannel } from './index.js';

Reflect.set(globalThis, 'IS_REACT_ACT_ENVIRONMENT', true);
afterEach(cleanup);

type Props = {
  at: { room: string; page?: number } | null;
  options?: ChannelHookOptions<{ readonly n: number }>;
};

async function setUp(first: Props) {
  const k = await channelKit();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <StrictMode>
      <MizanProvider client={k.client}>{children}</MizanProvider>
    </StrictMode>
  );
  let renders = 0;
  const hook = renderHook(
    ({ at, options }: Props) => {
      renders += 1;
      return useChannel(api, chat, at, options);
    },
    { wrapper, initialProps: first },
  );
  const calm = () => act(() => k.calm());
  const say = async (n: number, room = 'a') => {
    k.server.broadcast('chat', { room, page: 1 }, () => ({ n }));
    await calm();
  };
  await calm();
  return { k, calm, say, wrapper, renders: () => renders, ...hook };
}

const texts = (k: ChannelKit) => told(k.peer()).map((text) => text.replace('"page":1,', ''));

test('StrictMode opens one socket and subscribes once', async () => {
  const { k, result, unmount, calm } = await setUp({ at: { room: 'a' } });
  expect(k.ends).toHaveLength(1);
  expect(texts(k)).toEqual(['subscribe chat {"room":"a"}']);
  expect(result.current.status).toBe('open');
  unmount();
  await calm();
  expect(texts(k).slice(1)).toEqual(['unsubscribe chat {"room":"a"}']);
});

test('shows messages, and renders for nothing else', async () => {
  const { result, say, rerender, renders, k, calm } = await setUp({ at: { room: 'a' } });
  await say(1);
  const before = result.current;
  expect(before).toMatchObject({ messages: [{ n: 1 }], error: undefined, missed: 0 });
  const count = renders();
  k.server.say(k.peer(), { channel: 'chat', params: { room: 'a', page: 1 }, type: 'Later' });
  await calm();
  expect(renders()).toBe(count);
  // The same parameters in another object are the same.
  rerender({ at: { page: 1, room: 'a' } });
  await calm();
  expect(result.current.messages).toBe(before.messages);
  expect(k.peer().frames).toHaveLength(1);
});

test('sends with the same function as long as the parameters are', async () => {
  const { k, result, rerender, calm } = await setUp({ at: { room: 'a' } });
  const { send } = result.current;
  expect(send({ n: 1 })).toBe(true);
  rerender({ at: { room: 'a' } });
  expect(result.current.send).toBe(send);
  await calm();
  expect(texts(k)[1]).toBe('message chat {"room":"a"} {"n":1}');
});

test('other parameters are another subscription', async () => {
  const { k, result, rerender, say, calm } = await setUp({ at: { room: 'a' } });
  await say(1);
  rerender({ at: { room: 'b' } });
  expect(result.current).toMatchObject({ status: 'connecting', messages: [] });
  await calm();
  expect(result.current.status).toBe('open');
  expect([...k.peer().joined.keys()]).toEqual(['chat {"page":1,"room":"b"}']);
  await say(2, 'b');
  expect(result.current.messages).toEqual([{ n: 2 }]);
});

test.each<[string, Props]>([
  ['without parameters', { at: null }],
  ['told to skip', { at: { room: 'a' }, options: { skip: true } }],
])('%s, it joins nothing', async (_, props) => {
  const { k, result, rerender, calm } = await setUp(props);
  const none = result.current;
  expect(none).toMatchObject({ status: 'closed', messages: [], missed: 0 });
  expect(none.send({ n: 1 })).toBe(false);
  rerender({ ...props });
  expect(result.current).toBe(none);
  expect(k.ends).toHaveLength(0);
  rerender({ at: { room: 'a' } });
  await calm();
  expect(result.current.status).toBe('open');
  rerender(props);
  await calm();
  expect(result.current).toMatchObject({ status: 'closed' });
  expect(k.peer().joined.size).toBe(0);
});

test('components share a subscription, and hold as much as each wants', async () => {
  const { k, result, wrapper, say, unmount, calm } = await setUp({ at: { room: 'a' } });
  const other = renderHook(() => useChannel(api, chat, { room: 'a' }, { keep: 1 }), { wrapper });
  await calm();
  await say(1);
  await say(2);
  expect(result.current.messages).toEqual([{ n: 1 }, { n: 2 }]);
  expect(other.result.current.messages).toEqual([{ n: 2 }]);
  unmount();
  await calm();
  expect(texts(k)).toEqual(['subscribe chat {"room":"a"}']);
  await say(3);
  expect(other.result.current.messages).toEqual([{ n: 3 }]);
});

test('another identity sees nothing of the one before', async () => {
  const { k, result, say, calm } = await setUp({ at: { room: 'a' } });
  await say(1);
  act(() => k.client.login('7'));
  expect(result.current).toMatchObject({ status: 'connecting', messages: [] });
  await calm();
  expect(result.current).toMatchObject({ status: 'open', missed: 0 });
  expect(k.ends).toHaveLength(2);
});

test('a disposed client closes', async () => {
  const { k, result } = await setUp({ at: { room: 'a' } });
  act(() => k.client.dispose());
  expect(result.current.status).toBe('closed');
});

test('a server renders it as connecting, and opens nothing', async () => {
  const { k } = await setUp({ at: null });
  function Room(): ReactNode {
    return <p>{useChannel(api, chat, { room: 'a' }).status}</p>;
  }
  const page = (
    <MizanProvider client={k.client}>
      <Room />
    </MizanProvider>
  );
  const container = document.createElement('div');
  container.innerHTML = renderToString(page);
  expect(container.textContent).toBe('connecting');
  expect(k.ends).toHaveLength(0);
  const error = vi.spyOn(console, 'error');
  const { container: shown } = render(page, { container, hydrate: true });
  await act(() => k.calm());
  expect(shown.textContent).toBe('open');
  expect(error).not.toHaveBeenCalled();
});

test('a server without a provider renders it as connecting', async () => {
  vi.stubGlobal('document', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  function Room(): ReactNode {
    return <p>{useChannel(api, chat, { room: 'a' }).status}</p>;
  }
  expect(renderToString(<Room />)).toBe('<p>connecting</p>');
});

test('the last onMessage hears of every message', async () => {
  const heard: string[] = [];
  const { k, say, rerender, result } = await setUp({
    at: { room: 'a' },
    options: { onMessage: ({ n }) => heard.push(`first ${n}`) },
  });
  await say(1);
  rerender({ at: { room: 'a' }, options: { onMessage: ({ n }) => heard.push(`second ${n}`) } });
  await say(2);
  rerender({ at: { room: 'a' } });
  await say(3);
  expect(heard).toEqual(['first 1', 'second 2']);
  expect(result.current.messages).toHaveLength(3);
  expect(texts(k)).toHaveLength(1);
});

test('who only sends renders for no message', async () => {
  const { renders, say, result } = await setUp({ at: { room: 'a' }, options: { keep: 0 } });
  const count = renders();
  await say(1);
  await say(2);
  expect(renders()).toBe(count);
  expect(result.current.messages).toEqual([]);
});

test('an effect may send before the component joined', async () => {
  const k = await channelKit();
  function Room(): ReactNode {
    const { send } = useChannel(api, chat, { room: 'a' });
    useLayoutEffect(() => {
      expect(send({ n: 1 })).toBe(true);
    }, [send]);
    return null;
  }
  render(<Room />, {
    wrapper: ({ children }) => <MizanProvider client={k.client}>{children}</MizanProvider>,
  });
  await act(() => k.calm());
  expect(texts(k)).toEqual(['subscribe chat {"room":"a"}', 'message chat {"room":"a"} {"n":1}']);
});

test('refused, it can be asked for again', async () => {
  const { k, result, calm, rerender } = await setUp({ at: null });
  k.server.refuse = () => 'Not authorized';
  rerender({ at: { room: 'a' } });
  await calm();
  expect(result.current.status).toBe('refused');
  k.server.refuse = () => undefined;
  result.current.retry();
  await calm();
  expect(result.current.status).toBe('open');
});
