import { useCallback, useEffect } from 'react';
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

/** The subscription of a component to an instance, new only when what it asks for is. */
export function useWatch(
  instance: Observed<unknown> | undefined,
  options: WatchOptions | undefined,
): (listener: () => void) => () => void {
  const every = options?.every;
  const staleAfter = options?.staleAfter;
  return useCallback(
    (listener) => instance?.subscribe(listener, { every, staleAfter }) ?? nothing,
    [instance, every, staleAfter],
  );
}

/** Keeps what is on its way out: without somebody who looks at it, it goes once it is wrong. */
export function useKept(instance: Observed<unknown> | undefined): void {
  useEffect(() => instance?.subscribe(nothing, KEPT), [instance]);
}

/** Its age is no reason to read it. */
const KEPT: WatchOptions = { staleAfter: Number.POSITIVE_INFINITY };

function nothing(): void {}
