// @vitest-environment jsdom
import { expect, onTestFinished, test } from 'vitest';
import { callRename, createMizan, userContext } from '../fixtures/api/calls.js';
import { fakeClock } from '../fixtures/clock.js';
import { fakeServer } from '../fixtures/server.js';
import { bind } from './bind.js';

function setUp() {
  const server = fakeServer();
  const client = createMizan({
    fetch: server.fetch,
    clock: fakeClock(),
    environment: {},
    retries: 0,
  });
  const element = document.body.appendChild(document.createElement('p'));
  let renders = 0;
  const start = () =>
    bind(client, userContext, 'user_profile', { user_id: 1 }, element, (element, { name }) => {
      renders += 1;
      element.textContent = name;
    });
  onTestFinished(() => {
    client.dispose();
    document.body.replaceChildren();
  });
  return { server, client, element, start, renders: () => renders };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test('loads, goes stale and is read again', async () => {
  const { server, client, element, start, renders } = setUp();
  server.hold();
  start();
  expect(element.dataset.state).toBe('loading');
  expect(element.getAttribute('aria-busy')).toBe('true');
  await turn();
  await server.release();
  expect(element.dataset.state).toBe('ready');
  expect(element.textContent).toBe('user_1');

  server.hold();
  client.invalidate(userContext, { user_id: 1 });
  expect(element.dataset.state).toBe('stale');
  expect(element.textContent).toBe('user_1');
  await turn();
  await server.release();
  expect(element.dataset.state).toBe('ready');
  // What was read again is what was there.
  expect(renders()).toBe(1);
});

test('shows a merge at once, and nothing after it was unbound', async () => {
  const { server, client, element, start } = setUp();
  const stop = start();
  await turn();
  await callRename({ user_id: 1, name: 'Ada' }, { client });
  expect(element.textContent).toBe('Ada');
  expect(server.count('GET')).toBe(1);
  stop();
  await callRename({ user_id: 1, name: 'Grace' }, { client });
  expect(element.textContent).toBe('Ada');
});

test('shows what went wrong and tries again', async () => {
  const { server, element, start } = setUp();
  server.refuse('GET user', 500);
  start();
  await turn();
  expect(element.dataset.state).toBe('failed');
  const button = document.querySelector('button');
  expect(button?.textContent).toBe('refused with 500');
  button?.click();
  await turn();
  expect(element.dataset.state).toBe('ready');
  expect(document.querySelector('button')).toBeNull();
});
