/** The other tabs of the same origin and mount. */

import { everything } from './effects.js';
import { type Entry, entriesOf } from './entry.js';
import { asObject } from './error.js';
import { noteRenewal, raiseEpoch } from './identity.js';
import type { Kernel } from './kernel.js';
import { hitAll } from './store.js';

/** What tabs tell each other: plain JSON. */
export type Message =
  | { readonly identity: string | null }
  | { readonly renewed: true }
  | {
      readonly subject: string | undefined;
      /** As in the body of an answer. */
      readonly entries: readonly unknown[];
      /** Unknown effects: after how many milliseconds they are told again. */
      readonly again?: number | undefined;
    };

/** Opens the line. */
export function connect(kernel: Kernel): void {
  const { environment } = kernel;
  const channel = environment.channel?.(`mizan:${kernel.base}`, (data) => hear(kernel, data));
  kernel.channel = channel;
  kernel.ends.add(() => channel?.close());
}

/** Tells the other tabs. */
export function post(kernel: Kernel, message: Message): void {
  kernel.channel?.post(message);
}

/** Tells the other tabs what is wrong. */
export function postEntries(kernel: Kernel, entries: readonly Entry[], again?: number): void {
  const plain = entries.map(({ context, scope }) => ({
    context,
    params: Object.fromEntries(scope),
  }));
  if (plain.length) post(kernel, { subject: kernel.subject, entries: plain, again });
}

function hear(kernel: Kernel, data: unknown): void {
  // A tab with another version of this page may say anything.
  const { identity, renewed, subject, entries, again } = asObject(data);
  if (identity === null || typeof identity === 'string') {
    raiseEpoch(kernel, identity ?? undefined, 'tab');
  } else if (renewed) {
    noteRenewal(kernel);
  } else if (entries && isMine(kernel, subject)) {
    const read = entriesOf(entries) ?? everything(kernel);
    hitAll(kernel, read, 'tab', typeof again === 'number' ? again : undefined);
  }
}

/** Told by somebody else, it is no concern of this tab; where either is not known, it is. */
function isMine(kernel: Kernel, subject: unknown): boolean {
  return !subject || !kernel.subject || subject === kernel.subject;
}
