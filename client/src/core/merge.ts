/** Merges: values that a mutation answers, applied without a read. */

import type { Merge } from './entry.js';
import { member } from './error.js';
import { type Instance, isCurrent, type Slots } from './instance.js';
import { canonical } from './params.js';

/**
 * Applies merges to an instance that they hit, all or none; for the `merge` of a descriptor. Refused where the value is not
 * certain: nothing right is held, a read or another merge overlapped the mutation, or the entry
 * does not name this very instance. The caller takes a refusal as an invalidation.
 */
export function mergeSlots(instance: Instance, merges: readonly Merge[], sent: number): boolean {
  if (!isCurrent(instance) || instance.read || instance.overlapped > sent) return false;
  let value: Slots | undefined = instance.base;
  for (const merge of merges)
    value = value && isExact(instance, merge) ? put(value, merge) : undefined;
  if (!value) return false;
  instance.base = value;
  return true;
}

/** Whether an entry gives every parameter of the slot, and equal. */
function isExact(instance: Instance, { slot, scope }: Merge): boolean {
  return (
    Object.hasOwn(instance.context.slots, slot) &&
    !!instance.context.slots[slot]?.every((name) => {
      const given = scope.get(name);
      return given !== undefined && given === instance.answered?.get(name);
    })
  );
}

function put(slots: Slots, { slot, key, value }: Merge): Slots | undefined {
  if (!Object.hasOwn(slots, slot) || value === undefined) return undefined;
  if (key === undefined) return { ...slots, [slot]: value };
  const list = slots[slot];
  const id = canonical(member(value, key));
  if (!Array.isArray(list) || id === undefined) return undefined;
  const at = list.findIndex((item) => canonical(member(item, key)) === id);
  return {
    ...slots,
    [slot]: at < 0 ? [...list, value] : list.map((item, i) => (i === at ? value : item)),
  };
}
