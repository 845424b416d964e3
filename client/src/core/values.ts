/** Values without looking at instances. */

import { MizanError } from './error.js';
import { type AnyContext, EMPTY, type Instance, isCurrent, isOld } from './instance.js';
import { hindrance, type Kernel, onEnd } from './kernel.js';
import type { Snapshot } from './mizan.js';
import type { ReadOptions } from './options.js';
import { begin } from './read.js';
import { leave, lookUp } from './store.js';

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
    instance.waiters.set(wake, true);
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

function isFresh(kernel: Kernel, instance: Instance, staleAfter: number | undefined): boolean {
  return isCurrent(instance) && !isOld(kernel, instance, staleAfter);
}
