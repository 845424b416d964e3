/** Values that come with the page: its own block, and what a server rendered from. */

import { member } from './error.js';
import { parseEntry } from './header.js';
import { EMPTY, type Instance, isCurrent, type Slots } from './instance.js';
import type { Kernel } from './kernel.js';
import type { Dehydrated, DehydratedInstance } from './mizan.js';
import { batch, touch } from './store.js';

/** Gives a new instance what the page carried of it. */
export function adopt(kernel: Kernel, instance: Instance): void {
  readPage(kernel);
  const { key, context } = instance;
  const carried = kernel.carried.get(key);
  if (!carried) return;
  kernel.carried.delete(key);
  const { instance: header, value, age, received } = carried;
  // Hydration sees what was rendered, right or wrong.
  instance.initial = { ...EMPTY, data: value, refreshing: false };
  if (instance.base || instance.read || kernel.outdated.has(context.name)) return;
  kernel.tick += 1;
  instance.begun = kernel.tick;
  instance.overlapped = kernel.tick;
  instance.base = value as Slots;
  instance.header = header ?? undefined;
  instance.answered = parseEntry(header ?? '')?.scope;
  instance.time = received - (kernel.page?.old ? Infinity : age);
  instance.error = undefined;
  instance.snapshot = instance.initial;
  touch(kernel, instance);
}

/** What the page carries is of another identity or time, whether it was read yet or not. */
export function dropCarried(kernel: Kernel): void {
  kernel.carried.clear();
  kernel.page ??= { text: undefined, old: true, age: 0 };
}

/** Reads the page's block, once. */
function readPage(kernel: Kernel): void {
  if (kernel.page) return;
  const page = kernel.environment.page?.();
  kernel.page = page;
  let data: unknown;
  try {
    data = page?.text && JSON.parse(page.text);
  } catch {
    // No block of Mizan's: the values are read.
  }
  const value = member(data, 'global');
  if (!page || typeof value !== 'object' || !value) return;
  const { age } = page;
  carry(kernel, { context: 'global', key: 'global', instance: 'global', value, age });
}

function carry(kernel: Kernel, carried: DehydratedInstance): void {
  kernel.carried.set(carried.key, { ...carried, received: kernel.clock.now() });
}

/** See `Mizan.hydrate`. */
export function hydrate(kernel: Kernel, data: Dehydrated): void {
  // Of another version or, after a change of identity, of nobody knows whom.
  if (kernel.epoch || data.contract !== kernel.api.contract) return;
  const subject = data.subject ?? undefined;
  kernel.subject ??= subject;
  if (subject !== kernel.subject) return;
  readPage(kernel);
  batch(kernel, () => {
    for (const each of data.instances) {
      carry(kernel, each);
      const instance = kernel.instances.get(each.key);
      if (instance) adopt(kernel, instance);
    }
  });
}

/** See `Mizan.dehydrate`. */
export function dehydrate(kernel: Kernel): Dehydrated {
  const instances: DehydratedInstance[] = [];
  for (const instance of kernel.instances.values()) {
    if (!isCurrent(instance)) continue;
    const { key, header = null, base: value, context, time } = instance;
    const age = kernel.clock.now() - time;
    instances.push({ context: context.name, key, instance: header, value, age });
  }
  return { contract: kernel.api.contract, subject: kernel.subject ?? null, instances };
}
