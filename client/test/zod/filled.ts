import type { Random } from './random.js';

/** How a number may be written into a form. */
function written(random: Random, value: number): string {
  const text = String(value);
  if (random.chance(0.7)) return text;
  const [whole = text] = text.split('e');
  return random.pick([
    ` ${text}\u00a0`,
    `\ufeff${text}`,
    `\u0085${text}`,
    value >= 0 ? `+${text}` : text,
    Number.isInteger(value) && whole === text ? `${text}.0` : text,
    Number.isInteger(value) && whole === text ? `${text}0e-1` : text,
    `${text}e0`,
    `${text}e+1`,
    `${text}.`,
    `0x${text}`,
    `${text}_0`,
    '1e999',
    '.',
    'e5',
    'Infinity',
    '0e99999999999',
    '4503599627370496.3',
    '-0',
  ]);
}

const WORDS: readonly (readonly string[])[] = [
  ['on', 'true', '1', 'TRUE', 'On'],
  ['off', 'false', '0', 'False', 'OFF', ''],
  ['yes', 'ein', ' on', 'tru'],
];

/** The value as a page may hold it: typed, or as the text that its controls give. */
export function filledIn(random: Random, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => filledIn(random, item));
    return items.length === 1 && random.chance(0.2) ? items[0] : items;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [name, filledIn(random, member)]);
    return Object.fromEntries(members);
  }
  if (random.chance(0.3)) return value;
  if (random.chance(0.05)) return random.pick(['', null, 'x']);
  if (typeof value === 'number') return written(random, value);
  if (typeof value === 'boolean') {
    const words = WORDS[random.chance(0.1) ? 2 : Number(!value)] ?? [];
    return random.pick(words);
  }
  return value === null ? random.pick(['', null]) : value;
}
