/** What the parts of one client share. */

import type { ApiDescriptor } from './descriptor.js';
import type { Channel, Environment, Signal } from './environment.js';
import type { MizanError } from './error.js';
import type { MizanEvent } from './event.js';
import type { Instance } from './instance.js';
import type { DehydratedInstance } from './mizan.js';
import type { Clock, MizanOptions } from './options.js';
import type { share } from './share.js';

/** The state of a client. */
export interface Kernel {
  readonly api: ApiDescriptor;
  readonly options: MizanOptions;
  readonly clock: Clock;
  environment: Environment;
  /** The mount, without trailing slash. */
  readonly base: string;
  readonly instances: Map<string, Instance>;
  /** What the page carried and nobody asked for yet, by the key of its instance. */
  readonly carried: Map<string, Carried>;
  /** What the page said of itself, once it was parsed; nothing of now after a restore. */
  page?: { readonly old: boolean } | undefined;
  /** The contexts that were hit since the start: what the page carried of them is outdated. */
  readonly outdated: Set<string>;
  disposed: boolean;
  /** What `dispose` ends. */
  readonly ends: Set<() => void>;
  /** Orders everything that happens: reads, invalidations, answers. */
  tick: number;
  epoch: number;
  subject: string | undefined;
  /** The subject, unless the page was away: somebody else may have logged in. */
  known: string | undefined;
  /** Reads and calls under way. */
  pending: number;
  /** Tells the other tabs of each call under way, whose answer this one may not see. */
  readonly leaving: Set<() => void>;
  /** The tick of the last renewal of the credential. */
  renewed: number;
  renewing?: Promise<boolean> | undefined;
  channel?: Channel | undefined;
  /** The contracts that answers carried, and the client's own. */
  readonly contracts: Set<string>;
  /** Batches that are open, and what they changed. */
  depth: number;
  readonly changed: Set<Instance>;
  readonly inspectors: Set<() => void>;
  /** When instances that nobody looks at are next swept. */
  sweep: number;
  // What comes with the functions that need it, so that a page without them does not carry it.
  /** Gives a new instance what was hydrated: comes with `hydrate`. */
  adopt?: (kernel: Kernel, instance: Instance) => void;
  /** Keeps the identity of what did not change: comes with `observe`, as do the next. */
  share?: typeof share;
  /** Sets the next poll of an instance. */
  schedule?: (kernel: Kernel, instance: Instance) => void;
  /** Something happened to the page that who looks at an instance may care for. */
  attend?: (kernel: Kernel, instance: Instance, signal: Signal) => void;
}

/** An instance that the page carried, and when it came. */
export type Carried = DehydratedInstance & { readonly received: number };

/** Runs later, unless the returned function is called before, or the client disposed. */
export function later(
  kernel: Kernel,
  ms: number,
  run: () => void,
  /** What is run instead where the client is disposed. */
  instead?: () => void,
): () => void {
  const { clock, ends } = kernel;
  const end = (): void => {
    cancel();
    instead?.();
  };
  const cancel = (): void => {
    clock.clearTimeout(timer);
    ends.delete(end);
  };
  const timer = clock.setTimeout(
    () => {
      cancel();
      run();
    },
    // A longer timer would fire at once.
    Math.min(ms, 2 ** 31 - 1),
  );
  if (kernel.disposed) end();
  else ends.add(end);
  return cancel;
}

/** What ends for want of time has this as its error's code. */
export const LATE = 'TIMEOUT';

/** What something gives; rejects where it takes too long, or nobody waits any longer. */
export function patiently<T>(
  kernel: Kernel,
  given: Promise<T>,
  signal?: AbortSignal | undefined,
  ms: number = kernel.options.timeout ?? USUAL,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let cancel: (() => void) | undefined;
    const off = (): void => {
      cancel?.();
      signal?.removeEventListener('abort', stop);
    };
    const stop = (): void => {
      off();
      reject(LATE);
    };
    given.then(resolve, reject).finally(off);
    signal?.addEventListener('abort', stop);
    // Of a client that is disposed, it stops at once.
    cancel = later(kernel, ms, stop, stop);
  });
}

/** Why nothing more may come of something, as an error's code. */
export function hindrance(kernel: Kernel, signal: AbortSignal | undefined): string | undefined {
  return kernel.disposed ? 'DISPOSED' : signal?.aborted ? 'ABORTED' : undefined;
}

/** Tells the application. */
export function emit(kernel: Kernel, event: MizanEvent): void {
  if (!kernel.disposed) attempt(() => kernel.options.onEvent?.(event));
}

/** Tells the application of a read or a call that failed for good. */
export function report(
  kernel: Kernel,
  kind: 'read' | 'call',
  name: string,
  error: MizanError,
): void {
  // Who aborts knows.
  if (error.code !== 'ABORTED') emit(kernel, { type: 'error', kind, name, error });
}

/** Runs the application's own code. What it throws is seen, but ends nothing of the kernel's. */
export function attempt(run: () => void): void {
  try {
    run();
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}

/** The clock of the machine. */
const CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
  random: Math.random,
};

/** The state at the start. */
export function makeKernel(
  api: ApiDescriptor,
  options: MizanOptions,
  environment: Environment,
): Kernel {
  const clock = options.clock ?? CLOCK;
  return {
    api,
    options,
    clock,
    environment,
    base: (options.baseUrl ?? api.mount).replace(/\/+$/, ''),
    instances: new Map(),
    carried: new Map(),
    outdated: new Set(),
    disposed: false,
    ends: new Set(),
    tick: 0,
    epoch: 0,
    subject: options.subject,
    known: options.subject,
    pending: 0,
    leaving: new Set(),
    renewed: 0,
    contracts: new Set([api.contract]),
    depth: 0,
    changed: new Set(),
    inspectors: new Set(),
    sweep: clock.now(),
  };
}

/** Timeouts, deadlines and ages where nothing else is said, in milliseconds. */
export const USUAL = 30_000;
