// @vitest-environment jsdom
/** Channels in the browser's page. */

import { expect, onTestFinished, test, vi } from 'vitest';
import { api, chat } from '../../test/channels/kit.js';
import { fakeClock } from '../../test/fixtures/clock.js';
import { createClient, type MizanOptions } from '../core/index.js';
import { joinChannel } from './index.js';

/** A socket that does nothing by itself. */
class Idle {
  static all: Idle[] = [];
  readonly url: string;
  readyState = 0;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(url: URL) {
    this.url = String(url);
    Idle.all.push(this);
  }

  close(): void {
    this.readyState = 3;
  }
}

function setUp(options?: MizanOptions) {
  Idle.all = [];
  const clock = fakeClock();
  const webSocket = Idle as unknown as typeof WebSocket;
  const client = createClient(api, { clock, webSocket, ...options });
  onTestFinished(() => client.dispose());
  joinChannel(api, chat, { room: 'a' });
  return { clock, client };
}

const opened = () => Idle.all.length;
const pass = (persisted: boolean, type: string) =>
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));

test.each([
  [undefined, 'ws://localhost:3000/api/mizan/ws/'],
  ['/other/', 'ws://localhost:3000/other/ws/'],
  ['https://example.org/api/mizan', 'wss://example.org/api/mizan/ws/'],
])('from %s it connects to %s', (baseUrl, url) => {
  setUp(baseUrl === undefined ? {} : { baseUrl });
  expect(Idle.all.map((socket) => socket.url)).toEqual([url]);
});

test('the global socket is taken where none is given', () => {
  vi.stubGlobal('WebSocket', Idle);
  onTestFinished(() => void vi.unstubAllGlobals());
  Idle.all = [];
  const client = createClient(api);
  onTestFinished(() => client.dispose());
  joinChannel(api, chat, { room: 'a' });
  expect(opened()).toBe(1);
});

test('a page that goes into the cache lets go of its socket', () => {
  setUp();
  pass(true, 'pagehide');
  expect(Idle.all[0]?.readyState).toBe(3);
  pass(false, 'pageshow');
  expect(opened()).toBe(1);
  pass(true, 'pageshow');
  expect(opened()).toBe(2);
});

test('the network that is back is used at once', () => {
  const { clock } = setUp();
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  Idle.all[0]?.onclose?.({ code: 1006 });
  clock.advance(22_499);
  expect(opened()).toBe(1);
  online.mockReturnValue(true);
  window.dispatchEvent(new Event('online'));
  expect(opened()).toBe(2);
});

test('a disposed client listens to nothing', () => {
  const { client } = setUp();
  client.dispose();
  pass(true, 'pagehide');
  pass(true, 'pageshow');
  window.dispatchEvent(new Event('online'));
  expect(opened()).toBe(1);
});
