/** Looking at instances: handles, and values without them. */

import { MizanError } from './error.js';
import { type AnyContext, EMPTY, type Instance, isCurrent } from './instance.js';
import { hindrance, type Kernel, onEnd } from './kernel.js';
import type { Observed, Snapshot } from './mizan.js';
import type { ReadOptions } from './options.js';
import { isOld, readIfDue, schedule } from './polls.js';
import { abortRead, begin } from './read.js';
import { batch, leave, lookUp } from './store.js';

/** For how long a failure is thrown again, in milliseconds. */
const FAILING = 1000;

/** See `Mizan.observe`. */
export function observe(kernel: Kernel, context: AnyContext, params: object): Observed<unknown> {
  const instance = lookUp(kernel, context, params);
  instance.handle ??= makeHandle(kernel, context, params, instance.key);
  return instance.handle;
}

function makeHandle(
  kernel: Kernel,
  context: AnyContext,
  params: object,
  key: string,
): Observed<unknown> {
  const find = (): Instance => {
    // What nobody looked at for long is no longer held, and is made anew.
    const instance = kernel.instances.get(key) ?? lookUp(kernel, context, params);
    instance.handle ??= handle;
    return instance;
  };
  const handle: Observed<unknown> = {
    snapshot: () => find().snapshot,
    initial() {
      const { initial, snapshot } = find();
      // On a server, what is rendered is what is held.
      return initial ?? (typeof document === 'undefined' ? snapshot : EMPTY);
    },
    subscribe(listener, options) {
      const instance = find();
      const watcher = { ...options, listener };
      instance.watchers.add(watcher);
      if (!handle.failing()) readIfDue(kernel, instance);
      schedule(kernel, instance);
      return () => {
        instance.watchers.delete(watcher);
        schedule(kernel, instance);
        // Something else may mount at once: another component, or React's second effect.
        queueMicrotask(() => leave(kernel, instance));
      };
    },
    failing() {
      const { error, snapshot, ended, read } = find();
      const recent = kernel.clock.now() - ended <= FAILING;
      return snapshot.data === undefined && !read && recent ? error : undefined;
    },
    ready() {
      const instance = find();
      if (instance.snapshot.data !== undefined) return DONE;
      if (!instance.ready) {
        instance.ready = new Promise((done) => {
          const wake = (): void => {
            instance.ready = undefined;
            done();
          };
          instance.waiters.set(wake, 'any');
        });
        readAgain(kernel, instance);
      }
      return instance.ready;
    },
    retry() {
      const instance = find();
      // The pause after a failure is over.
      if (instance.read?.resting) abortRead(kernel, instance);
      return new Promise((done) => {
        instance.waiters.set(done, 'right');
        readAgain(kernel, instance);
      });
    },
  };
  return handle;
}

/** Reads; an earlier error is forgotten. */
function readAgain(kernel: Kernel, instance: Instance): void {
  batch(kernel, () => {
    if (!instance.base) instance.error = undefined;
    begin(kernel, instance);
  });
}

/** See `Mizan.fetch`. */
export async function fetchValue(
  kernel: Kernel,
  context: AnyContext,
  params: object,
  { signal, staleAfter }: ReadOptions = {},
): Promise<unknown> {
  const instance = lookUp(kernel, context, params);
  if (isFresh(kernel, instance, staleAfter)) return instance.snapshot.data;
  const { data, error } = await new Promise<Snapshot<unknown>>((resolve) => {
    const wake = (): void => {
      off();
      const code = hindrance(kernel, signal);
      resolve(code ? { ...EMPTY, error: new MizanError({ code }) } : instance.snapshot);
    };
    const off = onEnd(kernel, signal, () => {
      instance.waiters.delete(wake);
      wake();
      leave(kernel, instance);
    });
    if (hindrance(kernel, signal)) return wake();
    instance.waiters.set(wake, 'right');
    begin(kernel, instance);
  });
  if (error) throw error;
  return data;
}

/** See `Mizan.prefetch`. */
export function prefetch(
  kernel: Kernel,
  context: AnyContext,
  params: object,
  { staleAfter }: ReadOptions = {},
): void {
  const instance = lookUp(kernel, context, params);
  if (!isFresh(kernel, instance, staleAfter)) begin(kernel, instance);
}

/** Ends all looking and waiting. */
export function endAll(kernel: Kernel): void {
  for (const instance of kernel.instances.values()) {
    abortRead(kernel, instance);
    instance.watchers.clear();
    if (instance.waiters.size) begin(kernel, instance);
  }
}

function isFresh(kernel: Kernel, instance: Instance, staleAfter: number | undefined): boolean {
  return isCurrent(instance) && !isOld(kernel, instance, staleAfter);
}

const DONE: Promise<void> = /*#__PURE__*/ Promise.resolve();
