/** Who asks: credentials, their renewal, and the epoch that a change of identity raises. */

import { EMPTY } from './instance.js';
import { attempt, emit, type Kernel, patiently } from './kernel.js';
import { kernelOf, type Mizan } from './mizan.js';
import { abortRead, begin } from './read.js';
import { batch, drop, dropCarried, isUsed, touch } from './store.js';
import { post } from './tabs.js';

const TOKENS = ['Authorization', 'X-Mizan-Token'] as const;

/** The headers of the application, with the token; at once, where nothing is asked for them. */
export function credentials(kernel: Kernel): Headers | Promise<Headers> {
  const { headers, token } = kernel.options;
  return token || typeof headers === 'function' ? gather(kernel) : new Headers(headers);
}

async function gather(kernel: Kernel): Promise<Headers> {
  const { headers, token } = kernel.options;
  const all = new Headers(typeof headers === 'function' ? await headers() : headers);
  const given = await token?.();
  if (typeof given === 'string') all.set('Authorization', `Bearer ${given}`);
  else if (given) all.set('X-Mizan-Token', given.mwt);
  return all;
}

/**
 * Renews the credential, once for all that were refused and across tabs. `began` is the tick at
 * which the refused request was sent, `used` what it was sent with.
 */
export async function renewCredential(
  kernel: Kernel,
  began: number,
  used: Headers,
): Promise<boolean> {
  if (kernel.renewed > began) return true;
  kernel.renewing ??= renewAlone(kernel, kernel.tick, used).finally(() => {
    kernel.renewing = undefined;
  });
  return kernel.renewing;
}

async function renewAlone(kernel: Kernel, asked: number, used: Headers): Promise<boolean> {
  const { refresh } = kernel.options;
  let ran = false;
  const renew = async (): Promise<boolean> => {
    // Another tab may have done it while this one waited for the lock.
    const now = await credentials(kernel);
    const renewed =
      kernel.renewed > asked || TOKENS.some((name) => now.get(name) !== used.get(name));
    if (!renewed && !(await refresh?.())) return false;
    noteRenewal(kernel);
    post(kernel, { renewed: true });
    return true;
  };
  // What hangs would keep the lock from every tab.
  const run = (): Promise<boolean> => {
    ran = true;
    return patiently(kernel, renew());
  };
  try {
    return await (kernel.environment.lock?.(`mizan-refresh:${kernel.base}`, run) ?? run());
  } catch {
    // Where locks are forbidden (a sandboxed frame), this tab renews alone.
    return !ran && run();
  }
}

/** The credential was renewed, here or in another tab. */
export function noteRenewal(kernel: Kernel): void {
  kernel.renewed = ++kernel.tick;
}

/** How often the identity of a client changed. */
export function epochOf(client: Mizan): number {
  return kernelOf(client).epoch;
}

/** Calls a listener whenever the identity changed, until the returned function is called. */
export function onEpoch(client: Mizan, listener: () => void): () => void {
  const { inspectors } = kernelOf(client);
  let epoch = epochOf(client);
  const look = (): void => {
    if (epoch === epochOf(client)) return;
    epoch = epochOf(client);
    attempt(listener);
  };
  inspectors.add(look);
  return () => {
    inspectors.delete(look);
  };
}

/** Somebody else asks from now on: everything that is held is dropped. */
export function raiseEpoch(
  kernel: Kernel,
  subject: string | undefined,
  from: 'here' | 'tab',
): void {
  batch(kernel, () => {
    kernel.tick += 1;
    kernel.epoch += 1;
    kernel.subject = subject;
    kernel.known = subject;
    dropCarried(kernel);
    for (const [key, instance] of kernel.instances) {
      abortRead(kernel, instance);
      drop(instance);
      instance.invalidated = kernel.tick;
      instance.answered = undefined;
      instance.header = undefined;
      instance.error = undefined;
      instance.initial = undefined;
      // Told even where nothing was held: what they show beside it may be of the other identity.
      instance.snapshot = { ...EMPTY, stale: true };
      touch(kernel, instance);
      if (isUsed(instance)) begin(kernel, instance);
      else kernel.instances.delete(key);
    }
  });
  if (from === 'here') post(kernel, { identity: subject ?? null });
  emit(kernel, { type: 'identity', subject, from });
}
