/** The other tabs of the same origin and mount. */

import { everything } from './effects.js';
import { type Entry, entriesOf } from './entry.js';
import { asObject } from './error.js';
import { noteRenewal, raiseEpoch } from './identity.js';
import { attempt, type Kernel } from './kernel.js';
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
  kernel.channel?.close();
  kernel.channel = kernel.environment.channel?.(`mizan:${kernel.base}`, (data) =>
    hear(kernel, data),
  );
}

/**
 * Shuts the line, which would keep the page out of the back/forward cache. The answers to the calls
 * under way may never be seen here.
 */
export function disconnect(kernel: Kernel): void {
  for (const tell of kernel.leaving) tell();
  kernel.channel?.close();
  kernel.channel = undefined;
}

/** Tells the other tabs. */
export function post(kernel: Kernel, message: Message): void {
  attempt(() => kernel.channel?.post(message));
}

/** Tells the other tabs what is wrong. */
export function postEntries(kernel: Kernel, entries: readonly Entry[], again?: number): void {
  const plain = entries.map(({ context, scope }) => ({
    context,
    params: Object.fromEntries(scope),
  }));
  if (plain.length) post(kernel, { subject: kernel.known, entries: plain, again });
}

function hear(kernel: Kernel, data: unknown): void {
  // A tab with another version of this page may say anything.
  const { identity, renewed, subject, entries, again } = asObject(data);
  if (identity === null || typeof identity === 'string') {
    raiseEpoch(kernel, identity ?? undefined, 'tab');
  } else if (renewed) {
    noteRenewal(kernel);
    // Of somebody else, it is no concern of this tab; where either is not known, it is.
  } else if (entries && (subject ?? kernel.known) === (kernel.known ?? subject)) {
    const read = entriesOf(entries) ?? everything(kernel);
    hitAll(kernel, read, 'tab', typeof again === 'number' ? again : undefined);
  }
}
