/** Invalidation entries: what they are, and what they hit. */

import { member } from './error.js';
import { scopeOf } from './params.js';

/** Parameters as canonical text, by name. */
export type Scope = ReadonlyMap<string, string>;

/** A context that is wrong: where its parameters agree with the scope, an empty one everywhere. */
export interface Entry {
  readonly context: string;
  readonly scope: Scope;
}

/** A value for one slot, in an answer. */
export interface Merge extends Entry {
  readonly slot: string;
  readonly key: string | undefined;
  readonly value: unknown;
}

/**
 * Whether an instance with the parameters `held` is hit by a scope: unless some name is in both
 * with different values. Before the first answer they are not known, and everything hits.
 */
export function hits(scope: Scope, held: Scope | undefined): boolean {
  for (const [name, value] of held ?? []) {
    if ((scope.get(name) ?? value) !== value) return false;
  }
  return true;
}

/** Entries of an answer's body; nothing when they cannot be understood. */
export function entriesOf(body: unknown): Entry[] | undefined {
  if (body === undefined) return [];
  return listOf(body, (item) => {
    if (typeof item === 'string') return { context: item, scope: new Map() };
    const context = member(item, 'context');
    return typeof context === 'string' ? { context, scope: paramsOf(item) } : undefined;
  });
}

/** Merges of an answer's body; nothing when they cannot be understood. */
export function mergesOf(body: unknown): Merge[] | undefined {
  if (body === undefined) return [];
  return listOf(body, (item) => {
    const context = member(item, 'context');
    const slot = member(item, 'slot');
    const key = member(item, 'key');
    if (typeof context !== 'string' || typeof slot !== 'string') return undefined;
    return {
      context,
      slot,
      scope: paramsOf(item),
      key: typeof key === 'string' ? key : undefined,
      value: member(item, 'value'),
    };
  });
}

function paramsOf(item: unknown): Scope {
  const params = member(item, 'params');
  return scopeOf(typeof params === 'object' && params ? params : undefined);
}

function listOf<T>(body: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const items = body.map(read);
  return items.every((item) => item !== undefined) ? (items as T[]) : undefined;
}
