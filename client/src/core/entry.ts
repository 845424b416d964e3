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
  readonly key?: string;
  readonly value: unknown;
}

/**
 * Whether an instance with the parameters `held` is hit by a scope: unless some name is in both
 * with different values. Before the first answer they are not known, and everything hits.
 */
export function hits(scope: Scope, held: Scope | undefined): boolean {
  return [...(held ?? [])].every(([name, value]) => (scope.get(name) ?? value) === value);
}

/** Entries or merges of an answer's body; nothing when they cannot be understood. */
export function entriesOf(body: unknown = []): Merge[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const entries = body.map((item: unknown) => ({
    ...(Object(item) as Merge),
    context: member(item, 'context') ?? item,
    scope: scopeOf(member(item, 'params')),
  }));
  return entries.every(({ context }) => typeof context === 'string')
    ? (entries as Merge[])
    : undefined;
}
