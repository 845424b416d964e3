/** Optimistic layers: raised with a mutation, replayed over what the server sends. */

import { isAt, isHeld } from './instance.js';
import type { Kernel } from './kernel.js';
import type { Patch } from './patch.js';
import { abortRead, begin } from './read.js';
import { touch } from './store.js';

/** Puts the patches of a mutation, sent at a tick, on every loaded instance that they are about. */
export function raiseLayers(kernel: Kernel, given: Patch | readonly Patch[], sent: number): void {
  const all = [given].flat() as Patch[];
  for (const instance of kernel.instances.values()) {
    const patches = all.filter(
      ({ context, slot, at }) => context === instance.context.name && isAt(instance, slot, at),
    );
    if (!instance.base || !patches.length) continue;
    const reading = instance.read || instance.due;
    abortRead(kernel, instance);
    // Begun before the mutation is settled, it could not commit: it is read afterwards.
    instance.due = reading !== undefined && reading !== false;
    instance.layers.push({ patches, sent, settled: false });
    touch(kernel, instance);
  }
}

/** The mutation was answered, or failed: reads may begin again. */
export function settleLayers(kernel: Kernel, sent: number): void {
  for (const instance of kernel.instances.values()) {
    for (const layer of instance.layers) if (layer.sent === sent) layer.settled = true;
  }
}

/**
 * Takes the layers of a settled mutation from what it did not make wrong: it was refused, merged,
 * or did not concern it. The others go with the next commit.
 */
export function dropLayers(kernel: Kernel, sent: number, settled: number): void {
  for (const instance of kernel.instances.values()) {
    if (instance.layers.length && instance.invalidated < settled) {
      instance.layers = instance.layers.filter((layer) => layer.sent !== sent);
      touch(kernel, instance);
    }
    if (instance.due && !isHeld(instance)) begin(kernel, instance);
  }
}
