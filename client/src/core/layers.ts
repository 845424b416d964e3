/** Optimistic layers: raised with a mutation, replayed over what the server sends. */

import { isAt, isHeld, isReading, type Mutation } from './instance.js';
import type { Kernel } from './kernel.js';
import type { Patch } from './patch.js';
import { abortRead, begin } from './read.js';
import { touch } from './store.js';

/** Puts the patches of a mutation on every loaded instance that they are about. */
export function raiseLayers(
  kernel: Kernel,
  given: Patch | readonly Patch[],
  mutation: Mutation,
): void {
  const all = [given].flat() as Patch[];
  for (const instance of kernel.instances.values()) {
    const patches = all.filter((patch) => isAt(instance, patch));
    if (!instance.base || !patches.length) continue;
    // Begun before the mutation is settled, a read could not commit: it follows.
    const reading = isReading(instance);
    abortRead(kernel, instance);
    instance.due = reading;
    instance.layers.push({ patches, mutation });
    touch(kernel, instance);
  }
}

/**
 * Takes the layers of a settled mutation from what it did not make wrong: it was refused, merged,
 * or did not concern it. The others go with the next commit. Reads may begin again.
 */
export function dropLayers(kernel: Kernel, mutation: Mutation): void {
  for (const instance of kernel.instances.values()) {
    if (instance.invalidated < mutation.settled) {
      instance.layers = instance.layers.filter((layer) => layer.mutation !== mutation);
      touch(kernel, instance);
    }
    if (instance.due && !isHeld(instance)) begin(kernel, instance);
  }
}
