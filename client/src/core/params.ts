/** Parameters: their text in a query and in scopes. */

import type { Param } from './descriptor.js';
import { members } from './error.js';

/** The canonical text of a scalar (protocol section 3); nothing for what cannot scope. */
export function canonical(value: unknown): string | undefined {
  const scalar =
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value));
  return scalar ? String(value) : undefined;
}

/** One parameter as form-urlencoded pairs: lists repeat, `null` and `undefined` are left out. */
export function pairs(name: string, value: Param): string {
  const query = new URLSearchParams();
  for (const item of [value].flat()) if (item != null) query.append(name, String(item));
  return query.toString();
}

/** What was given, with the defaults where nothing was. */
export function fill(
  defaults: Readonly<Record<string, Param>> | undefined,
  given: object,
): Record<string, Param> {
  const filled: Record<string, Param> = { ...defaults };
  for (const [name, value] of Object.entries(given)) {
    // A query cannot say `null`: the server fills in its default.
    if (value != null) filled[name] = value as Param;
  }
  return filled;
}

/** The pairs of each parameter that is there, by name. */
export function asked(params: Readonly<Record<string, Param>>): Map<string, string> {
  const texts = new Map<string, string>();
  for (const name of Object.keys(params).sort()) {
    const text = pairs(name, params[name]);
    if (text) texts.set(name, text);
  }
  return texts;
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
