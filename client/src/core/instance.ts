/** One instance of a context: what is held of it, and whether that is right. */

import type { ContextDescriptor, Param } from './descriptor.js';
import { hits, type Scope } from './entry.js';
import type { MizanError } from './error.js';
import type { Hit } from './inspect.js';
import { rethrow } from './kernel.js';
import type { Observed, Snapshot } from './mizan.js';
import type { WatchOptions } from './options.js';
import { canonical, pairs } from './params.js';
import type { Patch } from './patch.js';
import { share } from './share.js';
import type { Progress } from './transport.js';

/** A descriptor whose types do not matter. */
export type AnyContext = ContextDescriptor<unknown, unknown>;

/** A value: one member per slot. */
export type Slots = Readonly<Record<string, unknown>>;

/** What one mutation shows on one instance. */
export interface Layer {
  readonly patches: readonly Patch[];
  /** The mutation, by the tick at which it was sent. */
  readonly sent: number;
  /** It was answered, or failed. */
  settled: boolean;
}

/** A read in flight, with all its tries. */
export interface Read extends Progress {
  readonly abort: AbortController;
}

/** A call of `fetch` that waits. */
export interface Waiter {
  resolve(value: unknown): void;
  reject(error: MizanError): void;
}

/** The promise of `ready`. */
export interface Ready {
  readonly promise: Promise<void>;
  settle(): void;
}

export interface Instance {
  readonly key: string;
  readonly context: AnyContext;
  readonly query: string;
  /** The parameters as they were asked for: their pairs, by name. */
  readonly asked: Scope;
  handle: Observed<unknown> | undefined;
  /** The parameters as the server answered them; nothing before. */
  answered: Scope | undefined;
  header: string | undefined;
  /** The server's value, without layers. */
  base: Slots | undefined;
  /** The tick at which the read began that produced the value. */
  begun: number;
  /** The tick of the last invalidation. */
  invalidated: number;
  /** The tick at which the last read or merge ended. */
  overlapped: number;
  /** When the value was committed, in the clock's milliseconds. */
  time: number;
  error: MizanError | undefined;
  /** When the last read ended. */
  ended: number;
  /** Not read by itself before: `Retry-After`. */
  notBefore: number;
  read: Read | undefined;
  reads: number;
  /** A read is due once no mutation with a layer here is in flight. */
  due: boolean;
  layers: Layer[];
  readonly watchers: Set<WatchOptions & { readonly listener: () => void }>;
  readonly waiters: Set<Waiter>;
  ready: Ready | undefined;
  snapshot: Snapshot<unknown>;
  initial: Snapshot<unknown> | undefined;
  /** Cancels the next poll. */
  poll: (() => void) | undefined;
  readonly log: Hit[];
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
  asked: Scope,
  tick: number,
): Instance {
  return {
    key,
    context,
    query: [...asked.values()].join('&'),
    asked,
    handle: undefined,
    answered: undefined,
    header: undefined,
    base: undefined,
    begun: 0,
    invalidated: tick,
    overlapped: 0,
    time: 0,
    error: undefined,
    ended: 0,
    notBefore: 0,
    read: undefined,
    reads: 0,
    due: false,
    layers: [],
    watchers: new Set(),
    waiters: new Set(),
    ready: undefined,
    snapshot: EMPTY,
    initial: undefined,
    poll: undefined,
    log: [],
  };
}

/** Whether the value is right: the read that produced it began after the last invalidation. */
export function isCurrent(instance: Instance): boolean {
  return instance.base !== undefined && instance.begun > instance.invalidated;
}

/** Whether somebody waits for a value without having mounted. */
export function isAwaited(instance: Instance): boolean {
  return instance.ready !== undefined || instance.waiters.size > 0;
}

/** Whether a mutation with a layer here is in flight. */
export function isHeld(instance: Instance): boolean {
  return instance.layers.some((layer) => !layer.settled);
}

/** Whether a scope hits. */
export function isHit(instance: Instance, context: string, scope: Scope): boolean {
  return instance.context.name === context && hits(scope, instance.answered);
}

/** Whether every parameter of a slot is what was asked for or answered. */
export function isAt(
  instance: Instance,
  slot: string,
  at: Readonly<Record<string, Param>>,
): boolean {
  return (instance.context.slots[slot] ?? []).every((name) => {
    const text = pairs(name, at[name]);
    return (
      text === (instance.asked.get(name) ?? '') ||
      (instance.answered !== undefined && instance.answered.get(name) === canonical(at[name]))
    );
  });
}

/** Whether a read is in flight, or follows the mutation that is. */
export function isReading(instance: Instance): boolean {
  return instance.read !== undefined || instance.due;
}

/** Makes the snapshot anew; the old one stays where nothing changed. Tells whether it did. */
export function renew(instance: Instance): boolean {
  const before = instance.snapshot;
  const data = instance.base && share(before.data, replay(instance.base, instance.layers));
  const { error } = instance;
  const stale = instance.base !== undefined && !isCurrent(instance);
  const refreshing = isReading(instance) || !(data || error);
  if (
    data === before.data &&
    error === before.error &&
    stale === before.stale &&
    refreshing === before.refreshing
  ) {
    return false;
  }
  instance.snapshot = { data, error, stale, refreshing };
  return true;
}

function replay(base: Slots, layers: readonly Layer[]): Slots {
  let value = base;
  for (const { slot, update } of layers.flatMap((layer) => layer.patches)) {
    if (!Object.hasOwn(value, slot)) continue;
    try {
      value = { ...value, [slot]: update(value[slot]) };
    } catch (error) {
      rethrow(error);
    }
  }
  return value;
}
