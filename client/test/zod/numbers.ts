import type { Random } from './random.js';
import type { Numbers } from './types.js';

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  uint: [0, Number.MAX_SAFE_INTEGER],
  uint128: [0, Number.MAX_SAFE_INTEGER],
};

/** The ends of what a number's type, and what is said of it, admit. */
function ends(type: Numbers): number[] {
  const range = RANGES[type.format ?? ''] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const told = [type.minimum, type.maximum, type.exclusive_minimum, type.exclusive_maximum];
  return [...range, ...told.filter((end) => end !== undefined)];
}

function holds(type: Numbers, value: number): boolean {
  const { exclusive_minimum: above = -Infinity, exclusive_maximum: below = Infinity } = type;
  const { minimum = -Infinity, maximum = Infinity } = type;
  return value >= minimum && value <= maximum && value > above && value < below;
}

/** A whole number at the ends of its range, between them, or one beyond. */
export function integerOf(random: Random, type: Numbers, beyond: boolean): number {
  const { multiple_of: step = 1 } = type;
  const all = ends(type);
  if (beyond) {
    const outside = all.flatMap((end) => [end - 1, end, end + 1]);
    return random.pick([...outside, 0.5, -0.5, 1e300, 2 ** 53, -(2 ** 53), 2 ** 63, step + 1]);
  }
  const [low = 0, high = 0] = [
    Math.max(...all.filter((e) => e <= 0)),
    Math.min(...all.filter((e) => e > 0)),
  ];
  const near = [low, high, 0, -0, 1, 5, -1, low + random.below(Math.min(high - low, 100) + 1)];
  const inside = near.map((value) => Math.ceil(value / step) * step).filter((n) => holds(type, n));
  return inside.length > 0 ? random.pick(inside) : low;
}

/** A number likewise. */
export function numberOf(random: Random, type: Numbers, beyond: boolean): number {
  const told = [type.minimum, type.maximum, type.exclusive_minimum, type.exclusive_maximum];
  const limits = told.filter((end) => end !== undefined);
  const near = limits.flatMap((end) => [end, end - Number.EPSILON, end + Number.EPSILON]);
  // About the greatest of single precision.
  const single = [3.4028234663852886e38, 3.4028235677973362e38, 3.402823567797337e38, -3.5e38];
  const plain = [0, -0, 1, 0.5, 0.05, 1.25, 1e-320];
  if (beyond && type.format === 'float' && random.chance(0.5)) return random.pick(single);
  if (beyond) return random.pick([...near, 1e308, -2, 0.1, 0.3]);
  return random.pick([...near, ...plain].filter((value) => holds(type, value)));
}
