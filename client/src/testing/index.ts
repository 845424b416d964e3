/** The runtime of the generated `testMizan`: a client that asks stubs instead of a server. */

import { act, createElement, type ReactNode } from 'react';
import {
  type Clock,
  createClient,
  type Environment,
  inspect,
  type Mizan,
  type MizanOptions,
  type Signal,
} from '../core/index.js';
import { kernelOf } from '../core/mizan.js';
import { MizanProvider } from '../react/index.js';
import { type ChannelKey, ChannelServer, type SentMessage } from './channels.js';
import { registryOf } from './registry.js';
import { type GeneratedCalls, type RecordedCall, Stubs } from './stubs.js';
import { Transport } from './transport.js';

export type { ChannelCall, ChannelKey, ChannelStub, SentMessage } from './channels.js';
export type { GeneratedCalls, RecordedCall, Stub, StubCall } from './stubs.js';

/** Options of the client of a test. It retries nothing and knows no other tabs unless told to. */
export type TestOptions = Omit<MizanOptions, 'fetch' | 'webSocket'>;

/** A client that asks stubs. */
export interface TestMizan {
  /** Gives the components within the client; for `render(…, { wrapper: Wrapper })`. */
  readonly Wrapper: (props: { readonly children?: ReactNode }) => ReactNode;
  readonly client: Mizan;
  /**
   * Resolves when nothing is under way and React has rendered what came of it. Rejects when
   * something was asked that has no stub, or a stub threw something else than a `MizanError`.
   */
  readonly idle: () => Promise<void>;
  /** What the stubs were asked, in order. */
  readonly calls: readonly RecordedCall[];
  /** What was sent to channels, in order. */
  readonly sent: readonly SentMessage[];
  /** Sends a message to who joined a channel with these parameters; how many connections did. */
  readonly push: <P extends object, C, S>(
    channel: ChannelKey<P, C, S>,
    params: NoInfer<P>,
    message: NoInfer<S>,
  ) => number;
  /** Breaks the connection of channels, as a server that restarts does. */
  readonly disconnect: () => void;
  /** Has channels connect again at once, as when a page hears that there is a network again. */
  readonly reconnect: () => void;
}

/** The machine's, without keeping a process from ending that has nothing else to do. */
const CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout(run, ms) {
    const timer: unknown = setTimeout(run, ms);
    if (typeof timer === 'object') (timer as { unref?(): void } | null)?.unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer as number),
  random: Math.random,
};

/** Makes the client of a test; the generated `testMizan` says for which registry. */
export function testMizan(
  calls: GeneratedCalls,
  given: object,
  { channels = {}, ...options }: TestOptions & { readonly channels?: object } = {},
): TestMizan {
  const stubs = new Stubs(given);
  const server = new ChannelServer(channels, stubs);
  const transport = new Transport(
    registryOf(calls),
    stubs,
    (key) => kernelOf(client).instances.get(key)?.params,
  );
  // What a page's network says.
  const signals = new Set<(signal: Signal) => void>();
  const environment: Environment = options.environment ?? {};
  const listen: Environment['listen'] = (listener) => {
    const unlisten = environment.listen?.(listener);
    signals.add(listener);
    return () => {
      unlisten?.();
      signals.delete(listener);
    };
  };
  const client: Mizan = createClient(calls.api, {
    retries: 0,
    clock: CLOCK,
    // Without a page there is nothing that a path could be relative to.
    ...(typeof document === 'undefined' && { baseUrl: `http://mizan.test${calls.api.mount}` }),
    ...options,
    environment: { ...environment, listen },
    fetch: transport.fetch,
    webSocket: server.webSocket,
  });
  note(client, transport);

  const provide: TestMizan['Wrapper'] = ({ children }) =>
    createElement(MizanProvider, { client }, children);

  return {
    Wrapper: provide,
    client,
    calls: stubs.calls,
    sent: server.sent,
    push: (channel, params, message) => withinAct(() => server.push(channel, params, message)),
    disconnect: () => withinAct(() => server.disconnect()),
    reconnect: () =>
      withinAct(() => {
        for (const listener of [...signals]) listener('online');
      }),
    async idle() {
      const busy = () => transport.pending + server.pending + inspect(client).pending > 0;
      do await inAct(() => quiet(busy));
      while (busy());
      const [fault] = stubs.faults.splice(0);
      if (fault) throw fault;
    },
  };
}

/** Has the transport told what is called with, before it becomes text. */
function note(client: Mizan, transport: Transport): void {
  const call = client.call.bind(client);
  client.call = (fn, input, options) => {
    transport.noteInput(fn, input);
    return call(fn, input, options);
  };
}

/** Where React is being tested it renders within `act` only. */
async function inAct(run: () => Promise<void>): Promise<void> {
  if (Reflect.get(globalThis, 'IS_REACT_ACT_ENVIRONMENT') === true) await act(run);
  else await run();
}

/** The same for what is done at once. */
function withinAct<T>(run: () => T): T {
  if (Reflect.get(globalThis, 'IS_REACT_ACT_ENVIRONMENT') !== true) return run();
  let result: T[] = [];
  act(() => {
    result = [run()];
  });
  return result[0] as T;
}

/** Waits until nothing was busy for a few turns of the event loop. */
async function quiet(busy: () => boolean): Promise<void> {
  for (let turns = 0; turns < 3; turns = busy() ? 0 : turns + 1) await turn();
}

/** A turn of the event loop; a message, since tests tend to stop the timers. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
