/** Optimistic layers: raised with a mutation, replayed over what the server sends. */

import { type Instance, isHeld, isReading, type Mutation, type Slots } from './instance.js';
import { attempt, type Kernel } from './kernel.js';
import { queryOf } from './params.js';
import type { Patch } from './patch.js';
import { abortRead, begin } from './read.js';
import { touch } from './store.js';

/**
 * Puts the patches of a mutation on every loaded instance that they are about. What is returned is
 * called once the mutation is settled.
 */
export function raiseLayers(kernel: Kernel, all: readonly Patch[], mutation: Mutation): () => void {
  for (const instance of kernel.instances.values()) {
    const patches = all.filter((patch) => isAt(instance, patch));
    if (!instance.base || !patches.length) continue;
    // Begun before the mutation is settled, a read could not commit: it follows.
    const reading = isReading(instance);
    abortRead(kernel, instance);
    instance.due = reading;
    instance.layers.push({ mutation, over: (value) => replay(value, patches) });
    touch(kernel, instance);
  }
  return () => dropLayers(kernel, mutation);
}

/**
 * Takes the layers of a settled mutation from what it did not make wrong: it was refused, merged,
 * or did not concern it. The others go with the next commit. Reads may begin again.
 */
function dropLayers(kernel: Kernel, mutation: Mutation): void {
  for (const instance of kernel.instances.values()) {
    const others = instance.layers.filter((layer) => layer.mutation !== mutation);
    if (instance.invalidated < mutation.settled && others.length < instance.layers.length) {
      instance.layers = others;
      touch(kernel, instance);
    }
    if (instance.due && !isHeld(instance)) begin(kernel, instance);
  }
}

/** Whether a patch is for it: every parameter of the slot is what was asked for or answered. */
function isAt(instance: Instance, { context, slot, at }: Patch): boolean {
  const { name, slots } = instance.context;
  const isSame = (param: string): boolean =>
    queryOf({ p: at[param] }) === queryOf({ p: instance.params[param] }) ||
    instance.answered?.get(param) === String(at[param]);
  return context === name && (slots[slot] ?? []).every(isSame);
}

function replay(base: Slots, patches: readonly Patch[]): Slots {
  let value = base;
  for (const { slot, update } of patches) {
    if (!Object.hasOwn(value, slot)) continue;
    attempt(() => {
      value = { ...value, [slot]: update(value[slot]) };
    });
  }
  return value;
}
