// What Rust takes for white space around a number, which `trim` does not.
const AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;
const NUMERAL = /^[+-]?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const MAX_EXPONENT = 2 ** 31 - 1;

function parts(text: string): { digits: string; fraction: number; exponent: number } | undefined {
  const [, whole = '', fraction = '', exponent = '0'] = NUMERAL.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits === '') return undefined;
  return { digits, fraction: fraction.length, exponent: Number(exponent) };
}

/** The number that a text stands for, as the server reads it; nothing where it stands for none. */
export function numeral(text: string): number | undefined {
  const trimmed = text.replace(AROUND, '');
  const value = parts(trimmed) && Number(trimmed);
  return Number.isFinite(value) ? value : undefined;
}

/** The same of a whole number, which may be written with a point or an exponent: `20.0`, `1e3`. */
export function integral(text: string): number | undefined {
  const trimmed = text.replace(AROUND, '');
  const found = parts(trimmed);
  if (found === undefined || Math.abs(found.exponent) > MAX_EXPONENT) return undefined;
  const significant = found.digits.replace(/0+$/, '');
  if (significant === '') return 0;
  // Told by the digits: a fraction that a number is too coarse for is one all the same.
  const zeros = found.digits.length - significant.length - found.fraction + found.exponent;
  return zeros < 0 ? undefined : Number(trimmed);
}
