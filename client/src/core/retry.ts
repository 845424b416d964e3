/** When a failed read is tried again. */

import type { Failure } from './error.js';
import type { Clock } from './options.js';

const FIRST = 1000;
const LONGEST = 30_000;
/** A server that asks to wait longer is not asked again by itself. */
const PATIENCE = 60_000;

/** Milliseconds that `Retry-After` asks to wait: seconds or a date. */
export function parseRetryAfter(header: string | null, clock: Clock): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return ms >= 0 ? ms : undefined;
}

/** Milliseconds until the next try; nothing when there is none. */
export function delayOf(
  failure: Failure | undefined,
  tries: number,
  clock: Clock,
): number | undefined {
  if (!failure) return undefined;
  const { code, status, retryAfter = 0 } = failure;
  const passing = status
    ? status === 408 || status === 429 || (status >= 500 && status !== 501)
    : code === 'NETWORK' || code === 'TIMEOUT';
  if (!passing || retryAfter > PATIENCE) return undefined;
  // Jitter, so that pages that failed together do not come back together.
  return retryAfter + Math.min(FIRST * 2 ** tries, LONGEST) * (0.5 + clock.random() / 2);
}
