import { useMemo, useState, useSyncExternalStore } from 'react';
import type {
  ApiDescriptor,
  ContextDescriptor,
  MizanError,
  Observed,
  Snapshot,
} from '../core/index.js';
import { type StateOptions, useKept, useWatch } from './options.js';
import { useInstance } from './scope.js';

/** What a slot is at a moment. The same object until something of it changed. */
export interface SlotState<T> {
  /** Nothing until the first read succeeded, after a refusal, and where nothing is asked for. */
  readonly data: T | undefined;
  /** Why the last read failed. */
  readonly error: MizanError | undefined;
  /** `data` is known to be wrong, or that of the parameters before. */
  readonly stale: boolean;
  /** A read is under way. */
  readonly refreshing: boolean;
  /** Reads again; never rejects. */
  readonly retry: () => Promise<void>;
}

/** The state of a slot, which never suspends; with `null` or `skip` nothing is read. */
export function useSlotState<P extends object, V, S extends keyof V & string>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  slot: S,
  at: P | null | undefined,
  options?: StateOptions,
): SlotState<V[S]> {
  const instance = useInstance(api, context, slot, options?.skip ? null : at);
  const [held, setHeld] = useState(instance);
  const previous = options?.keepPrevious ? held : undefined;
  const states = useMemo(() => statesOf(instance, previous, slot), [instance, previous, slot]);
  const state = useSyncExternalStore(useWatch(instance, options), states.now, states.initial);
  useKept(instance && previous !== instance ? previous : undefined);

  // Held is the last instance that had something to show: what a later one may fall back on.
  if (previous !== instance && options?.keepPrevious && instance?.snapshot().data !== undefined) {
    setHeld(instance);
  }
  return state;
}

interface States<T> {
  now(): SlotState<T>;
  initial(): SlotState<T>;
}

function statesOf<V, S extends keyof V>(
  instance: Observed<V> | undefined,
  previous: Observed<V> | undefined,
  slot: S,
): States<V[S]> {
  if (!instance) return { now: nothing, initial: nothing };
  const retry = () => instance.retry();
  let state: SlotState<V[S]> | undefined;

  // React compares by identity and asks more often than things change.
  function of(snapshot: Snapshot<V>): SlotState<V[S]> {
    const shown = snapshot.data ?? previous?.snapshot().data;
    const next: SlotState<V[S]> = {
      data: shown?.[slot],
      error: snapshot.error,
      stale: snapshot.stale || shown !== snapshot.data,
      refreshing: snapshot.refreshing,
      retry,
    };
    if (!state || !same(state, next)) state = next;
    return state;
  }

  return { now: () => of(instance.snapshot()), initial: () => of(instance.initial()) };
}

function same<T>(a: SlotState<T>, b: SlotState<T>): boolean {
  return (
    a.data === b.data && a.error === b.error && a.stale === b.stale && a.refreshing === b.refreshing
  );
}

const NOTHING: SlotState<never> = {
  data: undefined,
  error: undefined,
  stale: false,
  refreshing: false,
  retry: () => Promise.resolve(),
};

function nothing(): SlotState<never> {
  return NOTHING;
}
