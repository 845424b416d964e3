/** The runtime of the generated `testMizan`: a client that asks stubs instead of a server. */

import { act, createElement, type ReactNode } from 'react';
import { createClient, inspect, type Mizan, type MizanOptions } from '../core/index.js';
import { kernelOf } from '../core/mizan.js';
import { MizanProvider } from '../react/index.js';
import { registryOf } from './registry.js';
import { type GeneratedCalls, type RecordedCall, Stubs } from './stubs.js';
import { Transport } from './transport.js';

export type { GeneratedCalls, RecordedCall, Stub, StubCall } from './stubs.js';

/** Options of the client of a test. It retries nothing and knows no other tabs unless told to. */
export type TestOptions = Omit<MizanOptions, 'fetch'>;

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
}

/** Makes the client of a test; the generated `testMizan` says for which registry. */
export function testMizan(calls: GeneratedCalls, given: object, options?: TestOptions): TestMizan {
  const stubs = new Stubs(given);
  const transport = new Transport(
    registryOf(calls),
    stubs,
    (key) => kernelOf(client).instances.get(key)?.params,
  );
  const client: Mizan = createClient(calls.api, {
    retries: 0,
    environment: {},
    ...options,
    fetch: transport.fetch,
  });
  note(client, transport);

  const provide: TestMizan['Wrapper'] = ({ children }) =>
    createElement(MizanProvider, { client }, children);

  return {
    Wrapper: provide,
    client,
    calls: stubs.calls,
    async idle() {
      const busy = () => transport.pending + inspect(client).pending > 0;
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
