/** When something that failed is tried again: the one schedule of sockets, tokens, subscriptions. */

import { type Kernel, later, USUAL } from '../core/kernel.js';
import { delayOf } from '../core/retry.js';

export interface Pace {
  /** Tries again after a pause that grows, from one that may be given; the longest if told so. */
  later(first?: number, slowly?: boolean): void;
  /** Tries at once what would be tried later. */
  now(): void;
  /** It works. */
  good(): void;
  /** Tries nothing any more. */
  stop(): void;
  /** What failed is of the past. */
  reset(): void;
}

/** What worked for as long did not fail, in milliseconds. */
const STABLE = 10_000;
/** The first try comes within: many pages lost a server that restarts. */
const FIRST = 3000;

export function createPace(kernel: Kernel, run: () => void): Pace {
  const { clock } = kernel;
  let tries = 0;
  // Since when it works.
  let since = Number.NaN;
  let cancel: (() => void) | undefined;

  function stop(): void {
    cancel?.();
    cancel = undefined;
  }

  function go(): void {
    stop();
    run();
  }

  return {
    // Jitter is part of all of them.
    later(first = clock.random() * FIRST, slowly) {
      stop();
      // Either way round: the clock may be set back.
      if (Math.abs(clock.now() - since) >= STABLE) tries = 0;
      since = Number.NaN;
      const count = slowly ? 1 / 0 : tries;
      const ms = count ? delayOf({ code: 'NETWORK' }, count, clock) : first;
      tries += 1;
      cancel = later(kernel, ms ?? USUAL, go);
    },
    now() {
      if (cancel) go();
    },
    good() {
      since = clock.now();
    },
    stop,
    reset() {
      stop();
      tries = 0;
    },
  };
}
