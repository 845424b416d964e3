/** What a call shows until it is answered. */

import type { ContextDescriptor, Param } from './descriptor.js';
import { raiseLayers } from './layers.js';
import { fill } from './params.js';

/** What a call shows before it is answered; made by {@link patch}. */
export interface Patch {
  readonly context: string;
  readonly slot: string;
  readonly at: Readonly<Record<string, Param>>;
  readonly update: (value: unknown) => unknown;
  /** Shows it: comes along, so that a page without patches does not carry it. */
  readonly '~raise': typeof raiseLayers;
}

/**
 * A change that a call shows on one slot until it is answered. `update` must be idempotent (set a
 * value, {@link upsertBy} a key): it is replayed over whatever the server sends meanwhile.
 */
export function patch<P extends object, V extends object, S extends keyof V & string>(
  context: ContextDescriptor<P, V>,
  slot: S,
  at: P,
  update: (value: V[S]) => V[S],
): Patch {
  return {
    context: context.name,
    slot,
    at: fill(context.defaults, at),
    update: update as (value: unknown) => unknown,
    '~raise': raiseLayers,
  };
}

/** Replaces the item of a list that has the same key, or appends it; for {@link patch}. */
export function upsertBy<T extends object>(
  key: keyof T & string,
  item: T,
): (list: readonly T[]) => T[] {
  return (list) => {
    const found = list.findIndex((other) => String(other[key]) === String(item[key]));
    return found < 0 ? [...list, item] : list.map((other, at) => (at === found ? item : other));
  };
}
