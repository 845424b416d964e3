/** Section 3 of the protocol, written a second time: entries, matching, merges. */

import { type ContextName, contexts, type Mutation, type Value } from './api.js';

export type Canonical = Readonly<Record<string, string>>;

/** Where `params` is empty, the entry is broad. */
export interface Entry {
  readonly context: string;
  readonly params: Canonical;
}

export interface Merge extends Entry {
  readonly slot: string;
  readonly value: unknown;
  readonly key?: string;
}

export function hits(entry: Entry, context: string, held: Canonical): boolean {
  if (entry.context !== context) return false;
  for (const name in entry.params) {
    const own = held[name];
    if (own !== undefined && own !== entry.params[name]) return false;
  }
  return true;
}

/** Whether every instance that the second entry hits is hit by the first. */
export function covers(wide: Entry, narrow: Entry): boolean {
  const names = Object.keys(wide.params);
  return (
    wide.context === narrow.context &&
    names.every((name) => wide.params[name] === narrow.params[name])
  );
}

/** Whether a merge may be applied to an instance at all, whatever overlapped it. */
export function fits(merge: Merge, context: string, held: Canonical): boolean {
  if (merge.context !== context) return false;
  const needed = contexts[context as ContextName].slots[merge.slot] ?? [];
  return needed.every(
    (name) => merge.params[name] !== undefined && merge.params[name] === held[name],
  );
}

/** What a client must assume when it does not know how a mutation ended. */
export function declared(fn: Mutation, args: Readonly<Record<string, unknown>>): Entry[] {
  return (fn.effects ?? []).map((effect) => {
    const params: Record<string, string> = {};
    if (!fn.scoped) {
      for (const key of effect.keys ?? []) {
        const given = args[key];
        if (given !== undefined && given !== null && typeof given !== 'object') {
          params[key] = String(given);
        }
      }
    }
    return { context: effect.context, params };
  });
}

interface Keyed {
  readonly [key: string]: unknown;
}

/** Replaces the item of that key, or appends it. */
export function upsert(list: readonly Keyed[], key: string, item: Keyed): Keyed[] {
  const found = list.findIndex((other) => other[key] === item[key]);
  if (found < 0) return [...list, item];
  return list.map((other, place) => (place === found ? item : other));
}

export function merged(value: Value, merge: Merge): Value {
  const slot = merge.key
    ? upsert(value[merge.slot] as readonly Keyed[], merge.key, merge.value as Keyed)
    : merge.value;
  return { ...value, [merge.slot]: slot };
}

/** The parameters of the model, sorted. */
const names = ['page', 'user_id'] as const;

/** The grammar of `X-Mizan-Invalidate` and `X-Mizan-Instance`; the model's names need no escapes. */
export function written(entry: Entry): string {
  let text = entry.context;
  for (const name of names) {
    const value = entry.params[name];
    if (value !== undefined) text += `;${name}=${value}`;
  }
  return text;
}

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const own = Object.keys(a);
  if (own.length !== Object.keys(b).length) return false;
  for (const name of own) {
    if (!equal((a as Value)[name], (b as Value)[name])) return false;
  }
  return true;
}
