/** One instance of a context: what is held of it, and whether that is right. */

import type { ContextDescriptor } from './descriptor.js';
import { type Entry, hits, type Scope } from './entry.js';
import type { MizanError } from './error.js';
import type { Hit } from './inspect.js';
import { attempt } from './kernel.js';
import type { Observed, Snapshot } from './mizan.js';
import type { WatchOptions } from './options.js';
import { pairs } from './params.js';
import type { Patch } from './patch.js';
import { share } from './share.js';
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
  readonly patches: readonly Patch[];
  readonly mutation: Mutation;
}

/** A read in flight, with all its tries. */
export interface Read extends Progress {
  readonly abort: AbortController;
}

export interface Instance {
  readonly key: string;
  readonly context: AnyContext;
  /** The parameters as they were asked for: their pairs, by name. */
  readonly asked: Scope;
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
  /** Who waits without having mounted: for anything to show, or for a value that is right. */
  readonly waiters: Map<() => void, 'any' | 'right'>;
  /** The promise of `ready`, while it lasts. */
  ready?: Promise<void> | undefined;
  snapshot: Snapshot<unknown>;
  initial?: Snapshot<unknown> | undefined;
  /** Cancels the next poll. */
  poll?: (() => void) | undefined;
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
    asked,
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

/** The query of parameters. */
export function queryOf(asked: Scope): string {
  return [...asked.values()].join('&');
}

/** When it may be read by itself again: `Retry-After`. */
export function notBefore({ ended, error }: Instance): number {
  return ended + (error?.retryAfter ?? 0);
}

/** Whether the value is right: the read that produced it began after the last invalidation. */
export function isCurrent(instance: Instance): boolean {
  return instance.base !== undefined && instance.begun > instance.invalidated;
}

/** Whether a mutation with a layer here is in flight. */
export function isHeld(instance: Instance): boolean {
  return instance.layers.some(({ mutation }) => !mutation.settled);
}

/** Whether an entry hits it. */
export function isHit(instance: Instance, { context, scope }: Entry): boolean {
  return instance.context.name === context && hits(scope, instance.answered);
}

/** Whether a patch is for it: every parameter of the slot is what was asked for or answered. */
export function isAt(instance: Instance, { context, slot, at }: Patch): boolean {
  const { name, slots } = instance.context;
  const isSame = (param: string): boolean =>
    pairs(param, at[param]) === (instance.asked.get(param) ?? '') ||
    instance.answered?.get(param) === String(at[param]);
  return context === name && (slots[slot] ?? []).every(isSame);
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
    attempt(() => {
      value = { ...value, [slot]: update(value[slot]) };
    });
  }
  return value;
}
