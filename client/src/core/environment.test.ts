// @vitest-environment jsdom
/** The browser's page. */

import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { api, flush, global, plain, quietly } from '../../test/core/kit.js';
import { isHidden, listen } from './attention.js';
import { browser } from './environment.js';
import {
  createClient,
  type MizanOptions,
  multipart,
  observe,
  pageClient,
  run,
  type Signal,
} from './index.js';
import { pageData } from './page-data.js';

afterEach(() => {
  document.head.innerHTML = '';
  document.body.innerHTML = '';
});

const plainContext = { name: 'team', slots: { me: [] } };

function client(options?: MizanOptions) {
  const made = createClient(api, options);
  onTestFinished(() => made.dispose());
  return made;
}

function block(text: string): void {
  document.body.innerHTML = `<script type="application/json" id="__MIZAN_DATA__">${text}</script>`;
}

function showing(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

test('signals of the page', () => {
  const signals: Signal[] = [];
  const note = (signal: Signal) => void signals.push(signal);
  const end = browser().listen?.(note);
  const endMore = listen(note);
  window.dispatchEvent(new Event('focus'));
  window.dispatchEvent(new Event('online'));
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  showing('hidden');
  expect(isHidden()).toBe(true);
  showing('visible');
  expect(signals).toEqual(['focus', 'online', 'restored', 'hidden', 'visible']);
  end?.();
  endMore();
  window.dispatchEvent(new Event('focus'));
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(signals).toHaveLength(5);
});

test('the block is read by one client, once', () => {
  block('{"global":{"me":"Ada"}}');
  const first = client({ fetch });
  expect(observe(first, global, {}).snapshot().data).toEqual({ me: 'Ada' });
  const second = client({ fetch });
  expect(observe(second, global, {}).snapshot().data).toBeUndefined();
});

test('who observes has the page listened to, once, until the client is disposed', async () => {
  const added = vi.spyOn(window, 'addEventListener');
  const asked = vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}));
  onTestFinished(() => void vi.restoreAllMocks());
  const focused = () => added.mock.calls.filter(([type]) => type === 'focus').length;
  const mizan = createClient(api, { staleAfter: 0 });
  expect(focused()).toBe(0);
  const end = observe(mizan, plainContext, {}).subscribe(() => {});
  observe(mizan, global, {});
  expect(focused()).toBe(1);
  expect(asked).toHaveBeenCalledTimes(1);
  mizan.reset();
  expect(asked).toHaveBeenCalledTimes(2);
  end();
  mizan.dispose();
  observe(mizan, global, {}).subscribe(() => {});
  window.dispatchEvent(new Event('focus'));
  expect(asked).toHaveBeenCalledTimes(2);
  const late = createClient(api);
  late.dispose();
  observe(late, global, {});
  expect(focused()).toBe(1);
});

test('polls rest while the page is hidden, and what is old is read when it is seen', async () => {
  const asked = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async () => new Response('{"me":"Ada"}'));
  onTestFinished(() => void vi.restoreAllMocks());
  const mizan = client({ staleAfter: 0 });
  showing('hidden');
  const end = observe(mizan, plainContext, {}).subscribe(() => {}, { every: 1 });
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(asked).toHaveBeenCalledTimes(1);
  showing('visible');
  expect(asked).toHaveBeenCalledTimes(2);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(asked.mock.calls.length).toBeGreaterThan(2);
  end();
});

test('while the page is parsed, its block may be half there', () => {
  const state = vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading');
  block('{"global":{"me":"Ada"}}');
  expect(pageData()).toBeUndefined();
  state.mockReturnValue('interactive');
  expect(pageData()?.text).toContain('Ada');
});

test.each([
  ['from the network', { responseEnd: 5, transferSize: 1300, encodedBodySize: 1000 }, false],
  ['still being received', { responseEnd: 0, transferSize: 0, encodedBodySize: 0 }, false],
  ['from a cache', { responseEnd: 5, transferSize: 0, encodedBodySize: 1000 }, true],
  ['revalidated', { responseEnd: 5, transferSize: 300, encodedBodySize: 1000 }, true],
  ['from a browser that does not say', { responseEnd: 5 }, true],
  ['without a record', undefined, false],
])('a page %s', (_how, entry, old) => {
  const entries = entry ? [entry as never] : [];
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue(entries);
  expect(pageData()?.old).toBe(old);
});

test('a line to the other tabs, shut while the page is away', () => {
  const open: FakeChannel[] = [];
  class FakeChannel {
    onmessage: ((event: { data: unknown }) => void) | undefined;
    readonly posted: unknown[] = [];
    closed = false;
    readonly name: string;
    constructor(name: string) {
      this.name = name;
      open.push(this);
    }
    postMessage = (message: unknown) => this.posted.push(message);
    close = () => {
      this.closed = true;
    };
  }
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createClient(api, { fetch: () => new Promise(() => {}) });
  client.reset();
  window.dispatchEvent(new Event('pagehide'));
  const name = 'mizan:/api/mizan';
  expect(open[0]).toMatchObject({ name, posted: [{ identity: null }], closed: true });
  client.reset();
  expect(open[0]?.posted).toHaveLength(1);
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  open[1]?.onmessage?.({ data: { identity: 'ada' } });
  expect(client.subject).toBe('ada');
  client.dispose();
  window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  expect(open).toHaveLength(2);
  expect(open[1]?.closed).toBe(true);
});

test('locks are those of the browser', async () => {
  const request = vi.fn((_name: string, run: () => unknown) => run());
  vi.stubGlobal('navigator', { locks: { request } });
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(await browser().lock?.('name', async () => 7)).toBe(7);
  expect(request).toHaveBeenCalledOnce();
});

test('the page has the last client that was made, or one with defaults', async () => {
  const made = client({ fetch });
  expect(pageClient(api)).toBe(made);
  const later = client({ fetch });
  expect(pageClient(api)).toBe(later);
  expect(pageClient({ ...api, mount: '/other' })).not.toBe(later);
  pageClient({ ...api, mount: '/other' }).dispose();
  later.dispose();
  const usual = pageClient(api);
  expect(usual).not.toBe(later);
  expect(pageClient(api)).toBe(usual);
  const asked = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{"result":1}'));
  expect(await run(api, plain, {})).toBe(1);
  expect(asked).toHaveBeenCalledOnce();
  usual.dispose();
});

test('progress goes through a request that can tell it', async () => {
  const sends = { ...plain, files: multipart };
  const requests: FakeRequest[] = [];
  class FakeRequest {
    upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
    onload: (() => void) | undefined;
    onerror: (() => void) | undefined;
    withCredentials = false;
    status = 200;
    responseText = '{"result":5}';
    readonly log: unknown[] = [];
    constructor() {
      requests.push(this);
    }
    open = (...args: unknown[]) => this.log.push(args);
    setRequestHeader = (...args: unknown[]) => this.log.push(args);
    getAllResponseHeaders = () => 'x-mizan-contract: 0011\r\nx-odd\r\n';
    send = (body: unknown) => this.log.push(body);
    abort = () => this.log.push('abort');
  }
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  onTestFinished(() => void vi.unstubAllGlobals());
  const progress: number[][] = [];
  const options = { onProgress: (sent: number, total: number) => progress.push([sent, total]) };
  const events: unknown[] = [];
  const mizan = client({ onEvent: (event) => events.push(event), credentials: 'include' });

  const call = mizan.call(sends, { a: 1 }, options);
  const [first] = requests;
  expect(first?.log[0]).toEqual(['POST', '/api/mizan/call/']);
  expect(first?.withCredentials).toBe(true);
  first?.upload.onprogress?.({ loaded: 3, total: 9 });
  first?.onload?.();
  expect(await call).toBe(5);
  expect(progress).toEqual([[3, 9]]);
  expect(events).toMatchObject([{ type: 'contract', received: '0011' }]);

  const failing = quietly(mizan.call(sends, {}, options));
  requests[1]?.onerror?.();
  expect(await failing).toMatchObject({ code: 'NETWORK', unknown: true });

  const abort = new AbortController();
  const aborted = quietly(mizan.call(sends, {}, { ...options, signal: abort.signal }));
  abort.abort();
  expect(await aborted).toMatchObject({ code: 'ABORTED' });
  expect(requests[2]?.log).toContain('abort');
  await flush();
});
