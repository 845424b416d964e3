/** Values that come with the page: its own block, and what a server rendered from. */

import { member } from './error.js';
import { parseEntry } from './header.js';
import { EMPTY, type Instance, isCurrent, type Slots } from './instance.js';
import type { Kernel } from './kernel.js';
import { type Dehydrated, type DehydratedInstance, kernelOf, type Mizan } from './mizan.js';
import { pageData } from './page-data.js';
import { batch, touch } from './store.js';

/** Gives a new instance what the page carried of it. */
function adopt(kernel: Kernel, instance: Instance): void {
  const { key, context } = instance;
  const carried = kernel.carried.get(key);
  if (!carried) return;
  kernel.carried.delete(key);
  const { instance: header, value, age, received } = carried;
  // Hydration sees what was rendered, right or wrong.
  instance.initial = { ...EMPTY, data: value, refreshing: false };
  if (instance.base || instance.read || kernel.outdated.has(context.name)) return;
  instance.begun = ++kernel.tick;
  instance.overlapped = kernel.tick;
  instance.base = value as Slots;
  instance.header = header ?? undefined;
  instance.answered = parseEntry(header ?? '')?.scope;
  instance.time = received - (kernel.page?.old ? Infinity : age);
  instance.error = undefined;
  instance.snapshot = instance.initial;
  touch(kernel, instance);
}

/** For the `primed` of the one context whose values a page can carry, `global`. */
export function fromPage(kernel: Kernel, instance: Instance): void {
  readPage(kernel);
  adopt(kernel, instance);
}

/** Reads the page's block, once. */
function readPage(kernel: Kernel): void {
  if (kernel.page) return;
  const { environment } = kernel.options;
  const page = environment ? environment.page?.() : pageData();
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

/** Takes what a server dehydrated. */
export function hydrate(client: Mizan, data: Dehydrated): void {
  const kernel = kernelOf(client);
  // Of another version or, after a change of identity, of nobody knows whom.
  if (kernel.epoch || data.contract !== kernel.api.contract) return;
  const subject = data.subject ?? undefined;
  kernel.subject ??= subject;
  if (subject !== kernel.subject) return;
  kernel.known = subject;
  kernel.adopt = adopt;
  readPage(kernel);
  batch(kernel, () => {
    for (const each of data.instances) {
      carry(kernel, each);
      const instance = kernel.instances.get(each.key);
      if (instance) adopt(kernel, instance);
    }
  });
}

/** What is held and current, for a page that is rendered here and hydrated elsewhere. */
export function dehydrate(client: Mizan): Dehydrated {
  const kernel = kernelOf(client);
  const instances: DehydratedInstance[] = [];
  for (const instance of kernel.instances.values()) {
    if (!isCurrent(instance)) continue;
    const { key, header = null, base: value, context, time } = instance;
    // No infinity: JSON has none.
    const age = Math.min(kernel.clock.now() - time, Number.MAX_SAFE_INTEGER);
    instances.push({ context: context.name, key, instance: header, value, age });
  }
  return { contract: kernel.api.contract, subject: kernel.subject ?? null, instances };
}
