/** Parameters: their text in a query and in scopes. */

import type { Param } from './descriptor.js';
import { members } from './error.js';

/** The canonical text of a scalar (protocol section 3); nothing for what cannot scope. */
export function canonical(value: unknown): string | undefined {
  const scalar = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  return scalar ? String(value) : undefined;
}

/**
 * The query of parameters, sorted and form-urlencoded: lists repeat, `null` and `undefined` are
 * left out.
 */
export function queryOf(params: Readonly<Record<string, Param>>): string {
  const query = new URLSearchParams();
  for (const name of Object.keys(params).sort()) {
    for (const item of [params[name]].flat()) if (item != null) query.append(name, String(item));
  }
  return query.toString();
}

/** What was given, with the defaults where nothing was. */
export function fill(
  defaults: Readonly<Record<string, Param>> | undefined,
  given: object,
): Record<string, Param> {
  const filled: Record<string, Param> = { ...defaults };
  for (const [name, value] of members(given)) {
    // A query cannot say `null`: the server fills in its default.
    if (value != null) filled[name] = value as Param;
  }
  return filled;
}

/** The canonical text of every parameter that can scope. */
export function scopeOf(params: unknown): Map<string, string> {
  const scope = new Map<string, string>();
  for (const [name, value] of members(params)) {
    const text = canonical(value);
    if (text !== undefined) scope.set(name, text);
  }
  return scope;
}
