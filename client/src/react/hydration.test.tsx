// @vitest-environment jsdom

import { act } from '@testing-library/react';
import { type ReactNode, StrictMode, Suspense } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToReadableStream } from 'react-dom/server.edge';
import { expect, onTestFinished, test, vi } from 'vitest';
import { callUpdateProfile, createMizan, fetchUserContext } from '../../test/fixtures/api/calls.js';
import {
  MizanProvider,
  UserContext,
  useCurrentUser,
  useEcho,
  useUserOrdersState,
  useUserProfile,
} from '../../test/fixtures/api/react.js';
import { fakeClock } from '../../test/fixtures/clock.js';
import { settle } from '../../test/fixtures/page.js';
import { type FakeServer, fakeServer } from '../../test/fixtures/server.js';
import type { Dehydrated, Mizan, MizanOptions } from '../core/index.js';
import { dehydrate, hydrate, observe } from '../core/index.js';

function client(server: FakeServer, options?: MizanOptions): Mizan {
  const client = createMizan({
    fetch: server.fetch,
    clock: fakeClock(),
    environment: {},
    ...options,
  });
  onTestFinished(() => client.dispose());
  return client;
}

function around(client: Mizan, children: ReactNode): ReactNode {
  return (
    <StrictMode>
      <MizanProvider client={client}>
        <Suspense fallback={<p>loading</p>}>{children}</Suspense>
      </MizanProvider>
    </StrictMode>
  );
}

/** Renders as a server would: without a document, with a client for the request. */
async function onServer(
  children: ReactNode,
  prepare: (client: Mizan) => Promise<unknown> = async () => {},
): Promise<{ html: string; data: Dehydrated; server: FakeServer }> {
  vi.stubGlobal('document', undefined);
  vi.stubGlobal('window', undefined);
  try {
    const server = fakeServer();
    const mizan = client(server);
    await prepare(mizan);
    const data = dehydrate(mizan);
    const stream = await renderToReadableStream(around(mizan, children));
    await stream.allReady;
    return { html: await new Response(stream).text(), data, server };
  } finally {
    vi.unstubAllGlobals();
  }
}

/** Hydrates, and says what React had to complain about. */
async function onPage(html: string, client: Mizan, children: ReactNode) {
  const complaints: unknown[] = [];
  const complain = (complaint: unknown) => {
    // The two renderers of this test share one module, and so the contexts in it.
    if (!/multiple renderers/.test(String(complaint))) complaints.push(complaint);
  };
  vi.spyOn(console, 'error').mockImplementation(complain);
  const root = document.body.appendChild(document.createElement('div'));
  root.innerHTML = html;
  const before = root.textContent;
  let mounted: { unmount(): void } | undefined;
  await act(async () => {
    mounted = hydrateRoot(root, around(client, children), { onRecoverableError: complain });
  });
  onTestFinished(() => {
    act(() => mounted?.unmount());
    root.remove();
  });
  await settle();
  return { root, before, complaints };
}

function Name(): ReactNode {
  return <p>{useUserProfile().name}</p>;
}

const user = (
  <UserContext user_id={1}>
    <Name />
  </UserContext>
);
const prepareUser = (client: Mizan) => fetchUserContext({ user_id: 1 }, { client });

test('what the page carries is not asked for again', async () => {
  const { html, data, server } = await onServer(user, prepareUser);
  expect(server.log).toHaveLength(1);
  expect(html).toContain('user_1');

  const here = fakeServer();
  const mizan = client(here);
  hydrate(mizan, JSON.parse(JSON.stringify(data)));
  const { root, complaints } = await onPage(html, mizan, user);
  expect(root.textContent).toBe('user_1');
  expect(here.log).toEqual([]);
  expect(complaints).toEqual([]);
});

test('hydration sees what the server rendered, whatever happened meanwhile', async () => {
  const { html, data } = await onServer(user, prepareUser);
  const here = fakeServer();
  const mizan = client(here);
  hydrate(mizan, data);
  const stop = observe(mizan, { name: 'user', slots: {} }, { user_id: 1, page: 1 }).subscribe(
    () => {},
  );
  await callUpdateProfile({ user_id: 1, name: 'Ada' }, { client: mizan });
  await settle();
  expect(here.count('GET user')).toBe(1);

  const { root, before, complaints } = await onPage(html, mizan, user);
  expect(before).toContain('user_1');
  expect(root.textContent).toBe('Ada');
  expect(complaints).toEqual([]);
  stop();
});

test('a server suspends until it has the value', async () => {
  const { html, server } = await onServer(user);
  expect(server.log).toHaveLength(1);
  expect(html).toContain('user_1');
});

test('what was streamed and is not in the page is read while the markup stands', async () => {
  const { html } = await onServer(user);
  // What the inline script of the stream does.
  const here = fakeServer();
  here.hold();
  const mizan = client(here);
  const shown = html.replace(/^.*<div hidden id="S:0">(.*?)<\/div>.*$/s, '<!--$-->$1<!--/$-->');
  const { root, complaints } = await onPage(shown, mizan, user);
  expect(root.textContent).toBe('user_1');
  await settle(here.release);
  expect(root.textContent).toBe('user_1');
  expect(here.log).toHaveLength(1);
  expect(complaints).toEqual([]);
});

function State(): ReactNode {
  const { data, refreshing } = useUserOrdersState({ user_id: 1 });
  return <p>{data ? data.count : `none ${refreshing}`}</p>;
}

test('a state without data hydrates as such, also when the data is there by then', async () => {
  const { html, server } = await onServer(<State />);
  expect(server.log).toEqual([]);
  const here = fakeServer();
  const mizan = client(here);
  await fetchUserContext({ user_id: 1 }, { client: mizan });
  const { root, before, complaints } = await onPage(html, mizan, <State />);
  expect(before).toContain('none');
  expect(root.textContent).toBe('11');
  expect(complaints).toEqual([]);
});

function Me(): ReactNode {
  const { mutate } = useEcho();
  return <p>{`${useCurrentUser((user) => user.id)} ${typeof mutate}`}</p>;
}

test('the global context comes with the page', async () => {
  const { html } = await onServer(<Me />);
  expect(html).toContain('7 function');
  const here = fakeServer();
  const text = '{"global":{"current_user":{"authenticated":true,"id":7}}}';
  const mizan = client(here, { environment: { page: () => ({ text, old: false, age: 0 }) } });
  const shown = html.replace(/^.*<div hidden id="S:0">(.*?)<\/div>.*$/s, '<!--$-->$1<!--/$-->');
  const { root, complaints } = await onPage(shown, mizan, <Me />);
  expect(root.textContent).toBe('7 function');
  expect(here.log).toEqual([]);
  expect(complaints).toEqual([]);
});

test('on a server without a provider the error says so', async () => {
  vi.stubGlobal('document', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const errors: unknown[] = [];
  const stream = await renderToReadableStream(<Suspense fallback="loading">{user}</Suspense>, {
    onError: (error) => void errors.push(error),
  });
  await stream.allReady;
  expect(String(errors[0])).toMatch(/client/);
});
