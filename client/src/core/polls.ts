/** When to read for who looks at an instance: polls, focus, reconnection. */

import type { Signal } from './environment.js';
import { type Instance, isCurrent, isOld } from './instance.js';
import { type Kernel, later } from './kernel.js';
import { begin, restart } from './read.js';

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

/** Something happened to the page: for each instance. */
export function attend(kernel: Kernel, instance: Instance, signal: Signal): void {
  // No need to wait any longer for the next try; what the server asked for is kept to.
  if (signal === 'online' && instance.read?.resting === 'network') restart(kernel, instance);
  if (!instance.watchers.size) return;
  const patient = kernel.clock.now() < notBefore(instance);
  if (signal !== 'hidden' && !patient) readIfDue(kernel, instance);
  schedule(kernel, instance);
}

/** When it may be read by itself again: `Retry-After`. */
function notBefore({ ended, error }: Instance): number {
  return error?.retryAfter ? ended + error.retryAfter : 0;
}
