import { useMemo, useState, useSyncExternalStore } from 'react';
import type { ApiDescriptor, ContextDescriptor, Observed, Snapshot } from '../core/index.js';
import { share } from '../core/index.js';
import { type SlotOptions, useWatch } from './options.js';
import { useInstance } from './scope.js';

/**
 * The value of a slot. Suspends until there is one for the first time, throws why the first read
 * failed, and from then on only changes. A component renders anew when the value does, or what
 * `select` makes of it, and not for reads that bring nothing new.
 */
export function useSlot<P extends object, V, S extends keyof V & string, T = V[S]>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  slot: S,
  at: P | undefined,
  select?: (value: V[S]) => T,
  options?: SlotOptions,
): T {
  const instance = useInstance(api, context, slot, at);
  const [kept] = useState<Kept<T>>(() => ({ cell: undefined }));
  const cells = useMemo(
    () => cellsOf(instance, slot, select, kept),
    [instance, slot, select, kept],
  );
  const cell = useSyncExternalStore(useWatch(instance, options), cells.now, cells.initial);
  if (cell) return cell.value;

  const error = instance.failing();
  if (error) throw error;
  // Not `use`, which React wants called on every render or on none. The promise is the instance's:
  // a component that suspends before it was mounted keeps nothing.
  throw instance.ready();
}

/** Holds a value, so that one which is `null` differs from none. */
interface Cell<T> {
  readonly value: T;
}

/** The last one: a `select` that is written in place is another with every render. */
interface Kept<T> {
  cell: Cell<T> | undefined;
}

interface Cells<T> {
  now(): Cell<T> | undefined;
  initial(): Cell<T> | undefined;
}

function cellsOf<V, S extends keyof V, T>(
  instance: Observed<V>,
  slot: S,
  select: ((value: V[S]) => T) | undefined,
  kept: Kept<T>,
): Cells<T> {
  let seen: V[S] | undefined;
  let cell: Cell<T> | undefined;

  // React compares by identity and asks more often than things change.
  function of({ data }: Snapshot<V>): Cell<T> | undefined {
    if (!data) return undefined;
    const value = data[slot];
    if (cell && seen === value) return cell;
    seen = value;
    // Without `select`, T is the type of the slot.
    const selected = select ? select(value) : (value as unknown as T);
    const before = cell ?? kept.cell;
    const shared = before ? share(before.value, selected) : selected;
    cell = before && shared === before.value ? before : { value: shared };
    kept.cell = cell;
    return cell;
  }

  return {
    now: () => of(instance.snapshot()),
    // A server waits for a value and never renders its absence. Where the page does not carry it,
    // the one that is read now is what hydration has to go by.
    initial: () => of(instance.initial()) ?? of(instance.snapshot()),
  };
}
