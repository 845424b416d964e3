/** JSON without silent rounding. */

const LONG = /\d{16}/;
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d{16,}$/;
const EXACT = 9007199254740992n;

/**
 * Whether a text of JSON holds an integer beyond 2^53, which `JSON.parse` would round. Texts
 * without sixteen digits in a row, nearly all, are told by one search.
 */
export function isInexact(text: string): boolean {
  if (!LONG.test(text)) return false;
  for (const [token] of text.matchAll(TOKENS)) {
    if (INTEGER.test(token)) {
      const value = BigInt(token);
      if (value > EXACT || value < -EXACT) return true;
    }
  }
  return false;
}
