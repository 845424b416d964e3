import { useCallback } from 'react';
import type { Observed, WatchOptions } from '../core/index.js';

/** Options of a hook that suspends. */
export type SlotOptions = WatchOptions;

/** Options of a hook that never suspends. */
export interface StateOptions extends WatchOptions {
  /** Reads nothing and shows nothing. */
  readonly skip?: boolean | undefined;
  /** While the first read for new parameters runs, shows what the old ones had, as stale. */
  readonly keepPrevious?: boolean | undefined;
}

/**
 * The subscription of a component to an instance, new only when what it asks for is; and to the
 * one that it shows until then, which is on the page as well: what is not mounted is not kept once
 * it is wrong.
 */
export function useWatch(
  instance: Observed<unknown> | undefined,
  options: WatchOptions | undefined,
  previous: Observed<unknown> | undefined = instance,
): (listener: () => void) => () => void {
  const every = options?.every;
  const staleAfter = options?.staleAfter;
  return useCallback(
    (listener) => {
      const ends = [instance?.subscribe(listener, { every, staleAfter })];
      // Its age is no reason to read what is on its way out.
      if (previous !== instance) ends.push(previous?.subscribe(listener, PASSING));
      return () => {
        for (const end of ends) end?.();
      };
    },
    [instance, previous, every, staleAfter],
  );
}

const PASSING: WatchOptions = { staleAfter: Number.POSITIVE_INFINITY };
