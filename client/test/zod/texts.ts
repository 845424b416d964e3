import type { Random } from './random.js';
import type { Texts } from './types.js';

const LETTERS = ['a', 'b', 'c', 'x', 'Z', '_', '7', 'é', '😀', 'a\u0301', ' '];

/** Texts that patterns and formats find something in, or nearly so. */
const WRITTEN = [
  'abc',
  'aB1_',
  'a',
  '1a',
  'ab\n',
  '2026-11',
  '2026-1',
  '٢٠٢٦-11',
  '+49 151',
  '0049',
  '00 4',
  '😀',
  'é',
  'éé',
  'ab',
  'a\n',
  'a\rb',
  '\r\n',
  '\u2028a',
  ' ',
  'a b',
  'a,b',
  '\u00a0',
  '\ufeff',
  '\u0085',
  '+-',
  '!é',
  '_',
  'abc/x',
  'a.b/-',
  'a/b/x',
  'aabac',
  'aacc',
  'aaccc',
  'ababcc',
  'K',
  '\u212a',
  'ſ',
  'z',
  'xyz',
  'x',
];

const ADDRESSES = [
  'a@b',
  'a@b.c',
  'A.b+c@d-e.f',
  'a@',
  '@b',
  'a',
  'a@b@c',
  'a @b',
  'a@b.',
  'a@-b',
  'a@b-.c',
  'ä@b',
  'a@ä',
  'a@[127.0.0.1]',
  'a@[127.0.0.256]',
  'a@[::1]',
  'a@[x]',
  'a@b_c',
  'a\n@b',
  'a@b\n',
  "o'b@c",
  `${'a'.repeat(64)}@b`,
  `${'a'.repeat(65)}@b`,
  `a@${'b'.repeat(63)}`,
  `a@${'b'.repeat(64)}`,
  `a@${'b.'.repeat(127)}c`,
  `a@${'b.'.repeat(128)}c`,
  'ſ@b',
  'a@\u212a',
  'root',
  'xa',
  'x@b',
  '2026-11-23',
  '2026-02-30',
  '2026-11-23T10:00:00Z',
  '2026-11-23T10:00',
  '127.0.0.1',
  '::1',
  '00000000-0000-0000-0000-000000000000',
  'https://example.org/',
  'ABC',
  'Ä',
];

function ofLength(random: Random, length: number): string {
  let text = '';
  for (let at = 0; at < length; at += 1) {
    const letter = random.pick(LETTERS);
    text += [...letter].length === 1 ? letter : 'y';
  }
  return text;
}

function read(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

/** A text about the lengths that it may have, or one beyond them. */
export function textOf(random: Random, type: Texts, beyond: boolean): string {
  const { min_length: min = 0, max_length: max } = type;
  if ((type.pattern ?? type.format) !== undefined && random.chance(0.9)) {
    const pool = type.format === undefined ? WRITTEN : ADDRESSES;
    const pattern = type.pattern === undefined ? undefined : read(type.pattern);
    // Of what is said to be right most has to be found in it.
    const found = beyond ? pool : pool.filter((text) => pattern?.test(text) ?? true);
    return random.pick(found.length > 0 ? found : pool);
  }
  if (!beyond) {
    const lengths = [min, max ?? min + random.below(4), min + 1];
    return ofLength(random, Math.min(random.pick(lengths), max ?? Number.POSITIVE_INFINITY));
  }
  const half = `${ofLength(random, min)}\ud800`;
  const outside = [half, ofLength(random, Math.max(min - 1, 0)), 'K\u0301'];
  if (max !== undefined) outside.push(ofLength(random, max + 1), '😀'.repeat(max + 1));
  return random.pick(outside);
}
