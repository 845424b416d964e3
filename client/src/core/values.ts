/** Values without looking at instances. */

import { MizanError } from './error.js';
import { type AnyContext, type Instance, isCurrent, isOld } from './instance.js';
import { hindrance, type Kernel, LATE, patiently } from './kernel.js';
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
  // Without what is only hoped for.
  if (isFresh(kernel, instance, staleAfter)) return instance.base;
  const code = hindrance(kernel, signal);
  if (code) throw new MizanError({ code });
  let wake = (): void => {};
  const woken = new Promise<Snapshot<unknown>>((resolve) => {
    wake = () => resolve(instance.snapshot);
  });
  instance.waiters.set(wake, true);
  begin(kernel, instance);
  const { data, error } = await patiently(kernel, woken, signal, Infinity).catch(() => {
    instance.waiters.delete(wake);
    leave(kernel, instance);
    return { data: undefined, error: new MizanError({ code: hindrance(kernel, signal) ?? LATE }) };
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
