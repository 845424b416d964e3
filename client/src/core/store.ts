/** What a client holds: finding, changing and publishing instances. */

import type { Entry } from './entry.js';
import {
  type AnyContext,
  type Instance,
  isCurrent,
  isHeld,
  isHit,
  isReading,
  makeInstance,
  renew,
} from './instance.js';
import { attempt, type Kernel, later } from './kernel.js';
import { fill, queryOf } from './params.js';
import { abortRead, begin } from './read.js';

/** How long an instance is held that nobody looks at, in milliseconds. */
const KEEP = 300_000;
/** How many hits are remembered for developer tools. */
const LOG = 8;

/** The instance for parameters; made where there is none. */
export function lookUp(kernel: Kernel, context: AnyContext, params: object): Instance {
  const filled = fill(context.defaults, params);
  const query = queryOf(filled);
  const key = context.name + (query && `?${query}`);
  let instance = kernel.instances.get(key);
  if (!instance) {
    sweep(kernel);
    instance = makeInstance(key, context, filled, kernel.tick);
    kernel.instances.set(key, instance);
    (context.primed ?? kernel.adopt)?.(kernel, instance);
  }
  return instance;
}

/** All that happens inside is published together at the end. */
export function batch<T>(kernel: Kernel, run: () => T): T {
  kernel.depth += 1;
  try {
    return run();
  } finally {
    kernel.depth -= 1;
    if (!kernel.depth) publish(kernel);
  }
}

/** Something about an instance changed. */
export function touch(kernel: Kernel, instance: Instance): void {
  kernel.changed.add(instance);
}

function publish(kernel: Kernel): void {
  const listeners = new Set<() => void>();
  for (const instance of kernel.changed) {
    if (renew(kernel, instance))
      for (const { listener } of instance.watchers) listeners.add(listener);
    settle(instance);
  }
  kernel.changed.clear();
  for (const listener of listeners) attempt(listener);
  for (const inspector of kernel.inspectors) inspector();
}

/** Wakes those who wait, where there is what they wait for. */
function settle(instance: Instance): void {
  const { data, error } = instance.snapshot;
  const right = !isReading(instance) && (error || isCurrent(instance));
  for (const [wake, wantsRight] of instance.waiters) {
    if (wantsRight ? right : data || error) {
      instance.waiters.delete(wake);
      wake();
    }
  }
}

/**
 * Applies entries: what they hit is wrong from now on. Where the effect is unknown they are told
 * `again`, when the server must have ended what it began.
 */
export function hitAll(
  kernel: Kernel,
  entries: readonly Entry[],
  by: string,
  again?: number | undefined,
): void {
  batch(kernel, () => {
    for (const { context } of entries) kernel.outdated.add(context);
    for (const instance of kernel.instances.values()) {
      if (entries.some((entry) => isHit(instance, entry))) invalidate(kernel, instance, by);
    }
  });
  if (again !== undefined) later(kernel, again, () => hitAll(kernel, entries, by));
}

/** What is held is wrong. Mounted it is read anew, unmounted it is no longer held. */
export function invalidate(kernel: Kernel, instance: Instance, by: string): void {
  instance.invalidated = ++kernel.tick;
  instance.log = [...instance.log, { time: kernel.clock.now(), by }].slice(-LOG);
  touch(kernel, instance);
  if (!instance.watchers.size) drop(instance);
  if (isUsed(instance)) begin(kernel, instance);
}

/** Holds nothing any longer. */
export function drop(instance: Instance): void {
  instance.base = undefined;
  instance.layers = [];
}

/** What the page carries is of another identity or time, whether it was read yet or not. */
export function dropCarried(kernel: Kernel): void {
  kernel.carried.clear();
  kernel.page ??= { old: true };
}

/** Whether somebody looks at it or waits for it. */
export function isUsed(instance: Instance): boolean {
  return instance.watchers.size + instance.waiters.size > 0;
}

/** The last one unmounted: called deferred, because something else may mount at once. */
export function leave(kernel: Kernel, instance: Instance): void {
  if (instance.watchers.size) return;
  batch(kernel, () => {
    if (!instance.waiters.size) abortRead(kernel, instance);
    // A new mount waits for a right value instead of showing a wrong one.
    if (!isCurrent(instance)) drop(instance);
    touch(kernel, instance);
  });
}

function sweep(kernel: Kernel): void {
  const now = kernel.clock.now();
  if (now < kernel.sweep) return;
  kernel.sweep = now + KEEP;
  for (const [key, instance] of kernel.instances) {
    const idle = !isUsed(instance) && !instance.read && !isHeld(instance);
    if (idle && now - Math.max(instance.ended, instance.time) > KEEP) kernel.instances.delete(key);
  }
}
