/** What becomes of a request. */

import { between, derive, pick, type Random, random, weighted } from './random.js';

export interface ReadFate {
  readonly kind: 'ok' | 'lost' | 'failed' | 'busy' | 'refused' | 'hangs' | 'torn';
  readonly status: number;
  readonly retryAfter: number;
  /** The ways there and back, in milliseconds. */
  readonly there: number;
  readonly back: number;
}

export interface CallFate {
  readonly kind: 'ok' | 'dropped' | 'lost' | 'failed' | 'refused' | 'hangs' | 'torn';
  /** Whether it takes effect, and when: with its arrival, or so much later. */
  readonly effect: 'none' | 'now' | 'late';
  readonly late: number;
  readonly status: number;
  readonly retryAfter: number;
  readonly there: number;
  readonly back: number;
}

const skies = [
  { ok: 1, lost: 0, failed: 0, busy: 0, refused: 0, hangs: 0, torn: 0 },
  { ok: 30, lost: 2, failed: 1, busy: 1, refused: 1, hangs: 0.3, torn: 0.5 },
  { ok: 8, lost: 2, failed: 1, busy: 1, refused: 1, hangs: 0.5, torn: 0.5 },
] as const;

/** Short most of the time, long enough for overlaps often. */
function way(chance: Random): number {
  return chance() < 0.2 ? between(chance, 200, 1_500) : between(chance, 1, 120);
}

export function readFate(seed: number, weather: number, name: string): ReadFate {
  const chance = random(derive(seed, name));
  const kind = weighted(chance, skies[weather] ?? skies[0]);
  const there = way(chance);
  const back = way(chance);
  const retryAfter = kind === 'busy' ? between(chance, 1, 4) : 0;
  const status =
    kind === 'failed'
      ? pick(chance, [500, 502, 504])
      : kind === 'busy'
        ? pick(chance, [429, 503])
        : kind === 'refused'
          ? pick(chance, [403, 404])
          : 200;
  return { kind, status, retryAfter, there, back };
}

export function callFate(chance: Random, weather: number, deadline: number): CallFate {
  const sky =
    weather === 0
      ? { ok: 10, dropped: 0, lost: 0, failed: 0, refused: 2, hangs: 0, torn: 0 }
      : weather === 1
        ? { ok: 20, dropped: 1, lost: 2, failed: 2, refused: 3, hangs: 0.5, torn: 0.5 }
        : { ok: 8, dropped: 1, lost: 3, failed: 3, refused: 2, hangs: 1, torn: 1 };
  const kind = weighted(chance, sky);
  const there = way(chance);
  const back = way(chance);
  const late = between(chance, 1, deadline - 2);
  const effect =
    kind === 'ok' || kind === 'torn'
      ? 'now'
      : kind === 'dropped' || kind === 'refused'
        ? 'none'
        : pick(chance, ['none', 'now', 'late', 'late'] as const);
  const status =
    kind === 'failed'
      ? pick(chance, [500, 503, 504])
      : kind === 'refused'
        ? pick(chance, [403, 404, 409, 422, 429])
        : 200;
  const retryAfter = status === 503 || status === 429 ? between(chance, 1, 3) : 0;
  return { kind, effect, late, status, retryAfter, there, back };
}
