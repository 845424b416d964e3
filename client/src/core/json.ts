/** JSON without silent rounding. */

/** Texts, numbers that are no integers, and long integers. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|\d+[.eE][\d.eE+-]*|(\d{16,})/g;
const EXACT = 9007199254740992n;

/**
 * Whether a text of JSON holds an integer beyond 2^53, which `JSON.parse` would round. Texts
 * without sixteen digits in a row, nearly all, are told by one search.
 */
export function isInexact(text: string): boolean {
  if (!/\d{16}/.test(text)) return false;
  for (const [, integer] of text.matchAll(TOKENS)) {
    if (integer && BigInt(integer) > EXACT) return true;
  }
  return false;
}
