/** A client over a wire that answers when it is told to, a clock that stands still, tabs. */

import { onTestFinished, vi } from 'vitest';
import {
  type ApiDescriptor,
  type ContextDescriptor,
  createClient,
  type Environment,
  type FunctionDescriptor,
  fromPage,
  type Mizan,
  type MizanEvent,
  type MizanOptions,
  mergeSlots,
  type Observed,
  observe,
  type Signal,
} from '../../src/core/index.js';
import { type FakeClock, fakeClock } from '../fixtures/clock.js';

export const api: ApiDescriptor = {
  contract: '00112233445566ff',
  mount: '/api/mizan',
  contexts: ['global', 'user', 'team'],
};

export interface UserParams {
  readonly user_id: number;
  readonly page?: number;
}
export interface Profile {
  readonly name: string;
}
export interface User {
  readonly user_profile: Profile;
  readonly user_orders: readonly { readonly id: number; readonly n: number }[];
}

export const user: ContextDescriptor<UserParams, User> = {
  name: 'user',
  slots: { user_orders: ['user_id', 'page'], user_profile: ['user_id'] },
  defaults: { page: 1 },
  lists: { user_orders: 'id' },
};
export const global: ContextDescriptor<object, { readonly me: string }> = {
  name: 'global',
  slots: { me: [] },
  primed: fromPage,
};

export const rename: FunctionDescriptor<{ user_id: number; name?: string }, unknown> = {
  name: 'rename',
  effects: [{ context: 'user', keys: ['user_id'] }],
  deadline: 5000,
  merge: mergeSlots,
};
export const broad: FunctionDescriptor<object, unknown> = {
  name: 'broad',
  effects: [{ context: 'user' }],
  merge: mergeSlots,
};
/** Declares nothing. */
export const plain: FunctionDescriptor<object, unknown> = { name: 'plain', merge: mergeSlots };
/** Changes nothing. */
export const look: FunctionDescriptor<object, unknown> = { name: 'look', reads: true };

/** A request that waits for its answer. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: RequestInit['body'];
  readonly signal: AbortSignal;
  /** What a call calls. */
  readonly fn: string | undefined;
  answer(body: unknown, headers?: Record<string, string>, status?: number): Promise<void>;
  refuse(status: number, extra?: object, headers?: Record<string, string>): Promise<void>;
  fail(): Promise<void>;
}

export interface Kit {
  readonly client: Mizan;
  readonly clock: FakeClock;
  /** Every request so far. */
  readonly asked: readonly Asked[];
  readonly events: readonly MizanEvent[];
  /** The requests since the last time. */
  fresh(): Asked[];
  /** The only request since the last time. */
  next(): Asked;
  signal(signal: Signal): void;
  hide(hidden: boolean): void;
  /** Timers that wait. */
  timers(): number;
  listeners(): number;
}

export interface Tabs {
  readonly open: Set<(message: unknown) => void>;
}

/** Lets everything go on that waits for nothing but the event loop. */
export async function flush(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function kit(options: MizanOptions & { tabs?: Tabs } = {}): Kit {
  const clock = fakeClock();
  const asked: Asked[] = [];
  const events: MizanEvent[] = [];
  const signals = new Set<(signal: Signal) => void>();
  let seen = 0;
  let hidden = false;
  const { tabs, environment, ...rest } = options;
  const around: Environment = {
    listen(listener) {
      signals.add(listener);
      return () => signals.delete(listener);
    },
    hidden: () => hidden,
    ...(tabs && { channel: (_name, onMessage) => join(tabs, onMessage) }),
    ...environment,
  };
  const client = createClient(api, {
    fetch: (url, init) =>
      new Promise((resolve, reject) => asked.push(ask(String(url), init ?? {}, resolve, reject))),
    clock,
    environment: around,
    onEvent: (event) => events.push(event),
    ...rest,
  });
  onTestFinished(() => client.dispose());
  const fresh = (): Asked[] => {
    const all = asked.slice(seen);
    seen = asked.length;
    return all;
  };
  return {
    client,
    clock,
    asked,
    events,
    fresh,
    next() {
      const all = fresh();
      const [first] = all;
      if (!first || all.length > 1) {
        throw new Error(`expected one request, found ${JSON.stringify(all.map((a) => a.url))}`);
      }
      return first;
    },
    signal(signal) {
      for (const listener of signals) listener(signal);
    },
    hide(value) {
      hidden = value;
      for (const listener of signals) listener(value ? 'hidden' : 'visible');
    },
    timers: clock.waiting,
    listeners: () => signals.size + (tabs?.open.size ?? 0),
  };
}

function ask(
  url: string,
  init: RequestInit,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): Asked {
  const body = init.body;
  const fn = typeof body === 'string' ? (JSON.parse(body) as { fn: string }).fn : undefined;
  const answer: Asked['answer'] = (given, headers, status = 200) => {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    resolve(new Response(text, { status, ...(headers && { headers }) }));
    return flush();
  };
  return {
    url,
    method: init.method ?? 'GET',
    headers: new Headers(init.headers),
    body,
    signal: init.signal as AbortSignal,
    fn,
    answer,
    refuse: (status, extra, headers) =>
      answer({ error: true, code: `E${status}`, message: 'no', ...extra }, headers, status),
    fail() {
      reject(new TypeError('fetch failed'));
      return flush();
    },
  };
}

export function openTabs(): Tabs {
  return { open: new Set() };
}

function join(tabs: Tabs, onMessage: (message: unknown) => void) {
  tabs.open.add(onMessage);
  return {
    post(message: unknown) {
      // As a BroadcastChannel does.
      if (!tabs.open.has(onMessage)) throw new Error('The line is closed');
      for (const other of tabs.open) {
        if (other !== onMessage) other(JSON.parse(JSON.stringify(message)));
      }
    },
    close: () => void tabs.open.delete(onMessage),
  };
}

/** The value of a user. */
export function userOf(name: string, ...orders: number[]): User {
  return { user_profile: { name }, user_orders: orders.map((id) => ({ id, n: 0 })) };
}

/** The header of an instance. */
export function at(user_id: number, page = 1): Record<string, string> {
  return { 'X-Mizan-Instance': `user;page=${page};user_id=${user_id}` };
}

/** Mounts an instance; `calls` counts how often the listener was called. */
export function mount<V>(observed: Observed<V>, options?: { every?: number; staleAfter?: number }) {
  const mounted = { calls: 0, end: () => {} };
  mounted.end = observed.subscribe(() => {
    mounted.calls += 1;
  }, options);
  return mounted;
}

/** A mounted user that is loaded. */
export async function loaded(k: Kit, user_id = 1, name = 'Ada', ...orders: number[]) {
  const observed = observe(k.client, user, { user_id });
  const mounted = mount(observed);
  await k.next().answer(userOf(name, ...orders), at(user_id));
  mounted.calls = 0;
  const shown = () => observed.snapshot().data?.user_profile.name;
  return { observed, mounted, shown, snapshot: observed.snapshot };
}

/** Calls and forgets. */
export function quietly(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (value) => value,
    (error: unknown) => error,
  );
}

/** What code of the application threw, or nobody caught, from now on. */
export function uncaught(): unknown[] {
  const errors: unknown[] = [];
  const note = (error: unknown) => void errors.push(error);
  vi.stubGlobal('reportError', note);
  process.on('unhandledRejection', note);
  onTestFinished(async () => {
    await flush();
    process.off('unhandledRejection', note);
    vi.unstubAllGlobals();
  });
  return errors;
}
