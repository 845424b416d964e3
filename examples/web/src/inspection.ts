import { useCallback, useRef, useSyncExternalStore } from 'react';

import { type Inspection, inspect, onInspect } from './api/calls.js';
import { useMizan } from './api/react.js';

const NOTHING: Inspection = { subject: undefined, epoch: 0, pending: 0, instances: [] };

/** What the client holds. `inspect` makes a new answer each time; one is kept until it changed. */
export function useInspection(): Inspection {
  const mizan = useMizan();
  const kept = useRef<Inspection>(undefined);
  const subscribe = useCallback(
    (listener: () => void) => {
      kept.current = undefined;
      return onInspect(mizan, () => {
        kept.current = undefined;
        listener();
      });
    },
    [mizan],
  );
  return useSyncExternalStore(
    subscribe,
    () => (kept.current ??= inspect(mizan)),
    () => NOTHING,
  );
}

/** How often an instance was read over the network. */
export function useReads(key: string): number {
  const { instances } = useInspection();
  return instances.find((each) => each.key === key)?.reads ?? 0;
}
