/** The headers `X-Mizan-Invalidate` and `X-Mizan-Instance` (protocol section 3). */

import type { Entry } from './entry.js';

/**
 * The entries of a header. A parameter that cannot be read is left out, which widens its entry;
 * an entry without a readable context makes the whole unreadable, which is nothing: the caller
 * takes everything as hit then.
 */
export function parseEntries(header: string): Entry[] | undefined {
  const entries = header.split(',').map(parseEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

/** One entry, or nothing. */
export function parseEntry(text: string): Entry | undefined {
  const [context, ...params] = text
    .trim()
    .split(';')
    .map((part) => part.split('=').map(decode));
  const name = context?.[0];
  if (!name || !/^[a-z_][\w.-]*$/i.test(name)) return undefined;
  const scope = new Map<string, string>();
  const seen = new Set<string>();
  for (const [param, value, more] of params) {
    if (!param) continue;
    // Given twice, nobody knows which one is meant.
    if (value === undefined || more !== undefined || seen.has(param)) scope.delete(param);
    else scope.set(param, value);
    seen.add(param);
  }
  return { context: name, scope };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
