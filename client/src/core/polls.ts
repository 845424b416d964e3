/** When to read without being told: polls, focus, reconnection, a restored page. */

import type { Signal } from './environment.js';
import { type Instance, isCurrent, notBefore } from './instance.js';
import { type Kernel, later, USUAL } from './kernel.js';
import { dropCarried } from './priming.js';
import { abortRead, begin } from './read.js';
import { batch } from './store.js';

/** Whether the value is older than somebody wants it. */
export function isOld(
  kernel: Kernel,
  instance: Instance,
  staleAfter = kernel.options.staleAfter ?? USUAL,
): boolean {
  return kernel.clock.now() - instance.time >= staleAfter;
}

/** Reads what is missing, wrong or too old for one of those who look at it. */
export function readIfDue(kernel: Kernel, instance: Instance): void {
  const old = [...instance.watchers].some(({ staleAfter }) => isOld(kernel, instance, staleAfter));
  if (old || instance.error || !isCurrent(instance)) begin(kernel, instance);
}

/** Sets the next poll, where somebody polls and the page is seen. */
export function schedule(kernel: Kernel, instance: Instance): void {
  instance.poll?.();
  instance.poll = undefined;
  const every = Math.min(...[...instance.watchers].map((watcher) => watcher.every || Infinity));
  if (every === Infinity || instance.read || kernel.environment.hidden?.()) return;
  const now = kernel.clock.now();
  const at = Math.max(instance.ended + every, notBefore(instance), now);
  instance.poll = later(kernel, at - now, () => begin(kernel, instance));
}

/** Something happened to the page. */
export function onSignal(kernel: Kernel, signal: Signal): void {
  batch(kernel, () => {
    if (signal === 'restored') dropCarried(kernel);
    for (const instance of kernel.instances.values()) {
      // Nobody knows what happened while the page was away.
      if (signal === 'restored') instance.time = -Infinity;
      if (!instance.watchers.size) continue;
      // No need to wait any longer for the next try.
      if (signal === 'online' && instance.read?.resting) abortRead(kernel, instance);
      const patient = kernel.clock.now() < notBefore(instance);
      if (signal !== 'hidden' && !patient) readIfDue(kernel, instance);
      schedule(kernel, instance);
    }
  });
}
