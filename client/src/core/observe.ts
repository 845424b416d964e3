/** Looking at instances: what adapters stand on. */

import { payAttention } from './attention.js';
import type { ContextDescriptor } from './descriptor.js';
import type { MizanError } from './error.js';
import { type AnyContext, EMPTY, type Instance } from './instance.js';
import type { Kernel } from './kernel.js';
import { kernelOf, type Mizan, type Observed } from './mizan.js';
import { readIfDue, schedule } from './polls.js';
import { abortRead, begin } from './read.js';
import { batch, leave, lookUp } from './store.js';

/** For how long a failure is thrown again since it was first looked at, in milliseconds. */
const FAILING = 1000;
/** When it is too long ago to be thrown at all. */
const FORGOTTEN = 30_000;

/** The instance for these parameters; reads nothing by itself. For adapters. */
export function observe<P extends object, V>(
  client: Mizan,
  context: ContextDescriptor<P, V>,
  params: P,
): Observed<V> {
  const kernel = kernelOf(client);
  payAttention(kernel);
  // The kernel does not know the types of what it holds; the descriptor does.
  const any = context as AnyContext;
  const instance = lookUp(kernel, any, params);
  instance.handle ??= makeHandle(kernel, any, params, instance.key);
  return instance.handle as Observed<V>;
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
  let looked: { readonly error: MizanError | undefined; readonly at: number } | undefined;
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
        queueMicrotask(() => {
          letGo(instance);
          leave(kernel, instance);
        });
      };
    },
    failing() {
      const { error, snapshot, ended, read } = find();
      const now = kernel.clock.now();
      if (!looked || looked.error !== error) looked = { error, at: now };
      // Either way round: the clock may be set back.
      const recent = Math.abs(now - looked.at) <= FAILING && Math.abs(now - ended) <= FORGOTTEN;
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
          instance.waiters.set(wake, false);
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
        instance.waiters.set(done, true);
        readAgain(kernel, instance);
      });
    },
  };
  return handle;
}

/**
 * The last one unmounted: who suspended on the same read renders again and asks anew, where it is
 * still there; else nobody would end the read.
 */
function letGo({ watchers, waiters }: Instance): void {
  if (watchers.size || [...waiters.values()].includes(true)) return;
  for (const wake of waiters.keys()) wake();
  waiters.clear();
}

/** Reads; an earlier error is forgotten. */
function readAgain(kernel: Kernel, instance: Instance): void {
  batch(kernel, () => {
    if (!instance.base) instance.error = undefined;
    begin(kernel, instance);
  });
}

const DONE: Promise<void> = /*#__PURE__*/ Promise.resolve();
