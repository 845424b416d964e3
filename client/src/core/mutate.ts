/** Calling functions. */

import type { FunctionDescriptor } from './descriptor.js';
import { type AnyFunction, hasResult, isDone, outcomeOf } from './effects.js';
import { MizanError, member } from './error.js';
import { isHit, type Mutation } from './instance.js';
import { type Kernel, report, USUAL } from './kernel.js';
import type { CallOptions } from './options.js';
import type { Patch } from './patch.js';
import { batch, hitAll, invalidate, touch } from './store.js';
import { postEntries } from './tabs.js';
import { type Answer, exchange, exchangeOften } from './transport.js';

/** Calls a function, and applies what its answer says about what is held. */
export function call<I, O>(
  kernel: Kernel,
  fn: FunctionDescriptor<I, O>,
  input: I,
  options: CallOptions = {},
): Promise<O> {
  const { signal, timeout, onProgress, optimistic = [] } = options;
  const { epoch } = kernel;
  return new Promise((resolve, reject) => {
    const parcel = fn.files?.(fn.name, input, onProgress) ?? {
      body: JSON.stringify({ fn: fn.name, args: input }),
    };
    const mutation = { sent: ++kernel.tick, settled: 0 };
    const patches = [optimistic].flat() as Patch[];
    const drop = batch(kernel, () => {
      kernel.pending += 1;
      return patches[0]?.['~raise'](kernel, patches, mutation);
    });
    const request = { ...parcel, path: '/call/', isWhole: hasResult, signal, timeout, epoch };
    // Where the answer will not be seen, the other tabs hear what is to be feared.
    const tell = (): void => {
      const { entries } = outcomeOf(kernel, fn as AnyFunction, input, { status: 0, sent: true });
      postEntries(kernel, entries, fn.deadline ?? USUAL);
    };
    kernel.leaving.add(tell);
    (fn.reads ? exchangeOften : exchange)(kernel, request)
      .then((answer) => {
        kernel.leaving.delete(tell);
        // The caller is told in the same batch as those who look at what changed.
        batch(kernel, () => {
          kernel.pending -= 1;
          const feared = settle(kernel, fn as AnyFunction, input, answer, mutation, drop);
          if (!answer.failure) return resolve(member(answer.body, 'result') as O);
          // What was done and cannot be read has happened.
          const unknown = feared || (isDone(answer) && !fn.reads);
          const error = new MizanError({ ...answer.failure, unknown });
          reject(error);
          report(kernel, 'call', fn.name, error);
        });
      })
      // Nobody waits for ever, whatever an answer holds.
      .catch(reject);
  });
}

/** Applies an answer; tells whether its effect is unknown. */
function settle(
  kernel: Kernel,
  fn: AnyFunction,
  input: unknown,
  answer: Answer,
  mutation: Mutation,
  drop: (() => void) | undefined,
): boolean {
  const settled = ++kernel.tick;
  mutation.settled = settled;
  const { entries, merges = [], unknown = false } = outcomeOf(kernel, fn, input, answer);
  const again = unknown ? (fn.deadline ?? USUAL) : undefined;
  hitAll(kernel, entries, unknown ? `${fn.name}?` : fn.name, again);
  for (const { context } of merges) kernel.outdated.add(context);
  for (const instance of kernel.instances.values()) {
    const own = merges.filter((merge) => isHit(instance, merge));
    // What an entry hit is read anyway.
    if (!own.length || instance.invalidated > settled) continue;
    // Of an identity that is gone, it finds only what was read after it was sent: doubt.
    if (fn.merge?.(instance, own, mutation.sent)) {
      instance.overlapped = settled;
      touch(kernel, instance);
    } else {
      invalidate(kernel, instance, fn.name);
    }
  }
  drop?.();
  postEntries(kernel, [...entries, ...merges], again);
  return unknown;
}
