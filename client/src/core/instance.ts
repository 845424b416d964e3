/** One instance of a context: what is held of it, and whether that is right. */

import type { ContextDescriptor, Param } from './descriptor.js';
import { type Entry, hits, type Scope } from './entry.js';
import type { MizanError } from './error.js';
import type { Hit } from './inspect.js';
import { type Kernel, USUAL } from './kernel.js';
import type { Observed, Snapshot } from './mizan.js';
import type { WatchOptions } from './options.js';
import type { Progress } from './transport.js';

/** A descriptor whose types do not matter. */
export type AnyContext = ContextDescriptor<unknown, unknown>;

/** A value: one member per slot. */
export type Slots = Readonly<Record<string, unknown>>;

/** A mutation under way, by the ticks at which it was sent and settled; 0 before. */
export interface Mutation {
  readonly sent: number;
  settled: number;
}

/** What one mutation shows on one instance. */
export interface Layer {
  readonly mutation: Mutation;
  /** Puts it over a value. */
  readonly over: (value: Slots) => Slots;
}

/** A read in flight, with all its tries. */
export interface Read extends Progress {
  readonly abort: AbortController;
}

export interface Instance {
  readonly key: string;
  readonly context: AnyContext;
  /** The parameters as they were asked for, with the defaults. */
  readonly params: Readonly<Record<string, Param>>;
  handle?: Observed<unknown>;
  /** `X-Mizan-Instance` as it was answered. */
  header?: string | undefined;
  /** The parameters in it; nothing before the first answer. */
  answered?: Scope | undefined;
  /** The server's value, without layers. */
  base?: Slots | undefined;
  /** The tick at which the read began that produced the value. */
  begun: number;
  /** The tick of the last invalidation. */
  invalidated: number;
  /** The tick at which the last read or merge ended. */
  overlapped: number;
  /** When the value was committed, in the clock's milliseconds. */
  time: number;
  error?: MizanError | undefined;
  /** When the last read ended. */
  ended: number;
  read?: Read | undefined;
  reads: number;
  /** A read is due once no mutation with a layer here is in flight. */
  due: boolean;
  layers: Layer[];
  readonly watchers: Set<WatchOptions & { readonly listener: () => void }>;
  /** Who waits without having mounted, and whether for a value that is right or for anything. */
  readonly waiters: Map<() => void, boolean>;
  /** The promise of `ready`, while it lasts. */
  ready?: Promise<void> | undefined;
  snapshot: Snapshot<unknown>;
  initial?: Snapshot<unknown> | undefined;
  /** Cancels the next poll. */
  poll?: (() => void) | undefined;
  /** What hit it, for developer tools. */
  log: readonly Hit[];
}

/** Nothing yet. */
export const EMPTY: Snapshot<never> = {
  data: undefined,
  error: undefined,
  stale: false,
  refreshing: true,
};

/** A new one. */
export function makeInstance(
  key: string,
  context: AnyContext,
  params: Instance['params'],
  tick: number,
): Instance {
  return {
    key,
    context,
    params,
    begun: 0,
    invalidated: tick,
    overlapped: 0,
    time: 0,
    ended: 0,
    reads: 0,
    due: false,
    layers: [],
    watchers: new Set(),
    waiters: new Map(),
    snapshot: EMPTY,
    log: [],
  };
}

/** Whether the value is right: the read that produced it began after the last invalidation. */
export function isCurrent(instance: Instance): boolean {
  return instance.base !== undefined && instance.begun > instance.invalidated;
}

/** Whether the value is older than somebody wants it. */
export function isOld(
  kernel: Kernel,
  instance: Instance,
  staleAfter = kernel.options.staleAfter ?? USUAL,
): boolean {
  // Either way round: the clock may be set back.
  return Math.abs(kernel.clock.now() - instance.time) >= staleAfter;
}

/** Whether a mutation with a layer here is in flight. */
export function isHeld(instance: Instance): boolean {
  return instance.layers.some(({ mutation }) => !mutation.settled);
}

/** Whether an entry hits it. */
export function isHit(instance: Instance, { context, scope }: Entry): boolean {
  return instance.context.name === context && hits(scope, instance.answered);
}

/** Whether a read is in flight, or follows the mutation that is. */
export function isReading(instance: Instance): boolean {
  return instance.read !== undefined || instance.due;
}

/** Makes the snapshot anew; who looks keeps the old one where nothing changed. Tells whether it did. */
export function renew({ share }: Kernel, instance: Instance): boolean {
  const before = instance.snapshot;
  const { base, error } = instance;
  const data = base && instance.layers.reduce((value, layer) => layer.over(value), base);
  const stale = base !== undefined && !isCurrent(instance);
  const refreshing = isReading(instance) || !(data || error);
  const next = { data, error, stale, refreshing };
  // An error is no plain object and stays as it is.
  instance.snapshot = share ? share(before, next) : next;
  return instance.snapshot !== before;
}
