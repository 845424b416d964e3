/** The headers `X-Mizan-Invalidate` and `X-Mizan-Instance` (protocol section 3). */

import type { Entry } from './entry.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const TEXT = /^(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*$/;

/**
 * The entries of a header. A parameter that cannot be read is left out, which widens its entry;
 * an entry without a readable context makes the whole unreadable, which is nothing: the caller
 * takes everything as hit then.
 */
export function parseEntries(header: string): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const part of header.split(',')) {
    const entry = parseEntry(part.trim());
    if (!entry) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** One entry, or nothing. */
export function parseEntry(text: string): Entry | undefined {
  const [first = '', ...rest] = text.split(';');
  const context = decode(first);
  if (context === undefined || !NAME.test(context)) return undefined;
  const scope = new Map<string, string>();
  const seen = new Set<string>();
  for (const param of rest) {
    const at = param.indexOf('=');
    const name = decode(param.slice(0, Math.max(at, 0)));
    const value = decode(param.slice(at + 1));
    if (!name) continue;
    // Given twice, nobody knows which one is meant.
    if (value === undefined || seen.has(name)) scope.delete(name);
    else scope.set(name, value);
    seen.add(name);
  }
  return { context, scope };
}

function decode(text: string): string | undefined {
  if (!TEXT.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
