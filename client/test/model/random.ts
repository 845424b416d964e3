/** Chance that can be replayed. */

/** A generator of numbers in [0, 1): mulberry32. */
export type Random = () => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A seed out of a seed and a name, so that dropping one action leaves the luck of the others. */
export function derive(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let at = 0; at < name.length; at++) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0;
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d) >>> 0;
  return (hash ^ (hash >>> 12)) >>> 0;
}

export function between(chance: Random, low: number, high: number): number {
  return low + Math.floor(chance() * (high - low + 1));
}

export function pick<T>(chance: Random, from: readonly T[]): T {
  return from[Math.floor(chance() * from.length)] as T;
}

/** One of the names, as often as its weight says. */
export function weighted<K extends string>(
  chance: Random,
  weights: Readonly<Record<K, number>>,
): K {
  const names = Object.keys(weights) as K[];
  let rest = chance() * names.reduce((sum, name) => sum + weights[name], 0);
  for (const name of names) {
    rest -= weights[name];
    if (rest < 0) return name;
  }
  return names[names.length - 1] as K;
}
