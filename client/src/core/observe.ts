/** Looking at instances: handles, and values without them. */

import { MizanError } from './error.js';
import { type AnyContext, EMPTY, type Instance, isCurrent } from './instance.js';
import { type Kernel, onEnd } from './kernel.js';
import type { Observed } from './mizan.js';
import type { ReadOptions } from './options.js';
import { isOld, readIfDue, schedule } from './polls.js';
import { abortRead, begin } from './read.js';
import { batch, leave, lookUp, touch } from './store.js';

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
      if (instance.snapshot.data !== undefined || kernel.disposed) return DONE;
      if (!instance.ready) {
        let settle = (): void => {};
        const promise = new Promise<void>((resolve) => {
          settle = resolve;
        });
        instance.ready = { promise, settle };
        readAgain(kernel, instance);
      }
      return instance.ready.promise;
    },
    retry() {
      const instance = find();
      if (kernel.disposed) return DONE;
      // The pause after a failure is over.
      if (instance.read?.resting) abortRead(kernel, instance);
      return new Promise((done) => {
        instance.waiters.add({ resolve: () => done(), reject: () => done() });
        readAgain(kernel, instance);
      });
    },
  };
  return handle;
}

/** Reads; where there is nothing to show, an earlier error is forgotten. */
function readAgain(kernel: Kernel, instance: Instance): void {
  batch(kernel, () => {
    if (!instance.base) instance.error = undefined;
    touch(kernel, instance);
    begin(kernel, instance);
  });
}

/** See `Mizan.fetch`. */
export function fetchValue(
  kernel: Kernel,
  context: AnyContext,
  params: object,
  { signal, staleAfter }: ReadOptions = {},
): Promise<unknown> {
  const instance = lookUp(kernel, context, params);
  if (isFresh(kernel, instance, staleAfter)) return Promise.resolve(instance.snapshot.data);
  return new Promise((resolve, reject) => {
    const done = (): void => {
      instance.waiters.delete(waiter);
      off();
    };
    const waiter = {
      resolve(value: unknown): void {
        done();
        resolve(value);
      },
      reject(error: MizanError): void {
        done();
        reject(error);
      },
    };
    const onAbort = (): void => {
      waiter.reject(aborted(kernel));
      leave(kernel, instance);
    };
    const off = onEnd(kernel, signal, onAbort);
    if (kernel.disposed || signal?.aborted) return onAbort();
    instance.waiters.add(waiter);
    begin(kernel, instance);
  });
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

/** Ends all waiting. */
export function endAll(kernel: Kernel): void {
  for (const instance of kernel.instances.values()) {
    abortRead(kernel, instance);
    for (const waiter of instance.waiters) waiter.reject(aborted(kernel));
    instance.ready?.settle();
    instance.watchers.clear();
  }
}

function isFresh(kernel: Kernel, instance: Instance, staleAfter: number | undefined): boolean {
  return isCurrent(instance) && !isOld(kernel, instance, staleAfter);
}

function aborted({ disposed }: Kernel): MizanError {
  return new MizanError(
    disposed
      ? { code: 'DISPOSED', message: 'The client was disposed' }
      : { code: 'ABORTED', message: 'Aborted' },
  );
}

const DONE: Promise<void> = /*#__PURE__*/ Promise.resolve();
