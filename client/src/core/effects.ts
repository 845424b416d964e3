/** What an answer says about what is held. */

import type { Effect, FunctionDescriptor } from './descriptor.js';
import { type Entry, entriesOf, type Merge } from './entry.js';
import { asObject, member, members } from './error.js';
import { parseEntries } from './header.js';
import type { Kernel } from './kernel.js';
import { scopeOf } from './params.js';
import type { Answer } from './transport.js';

/** What a mutation did. */
export interface Outcome {
  readonly entries: readonly Entry[];
  readonly merges?: readonly Merge[];
  /** Nobody knows whether it happened, or will yet. */
  readonly unknown?: true;
}

/** A descriptor whose types do not matter. */
export type AnyFunction = FunctionDescriptor<unknown, unknown>;

/** What an answer to a mutation says, or what is to be feared where it says nothing. */
export function outcomeOf(
  kernel: Kernel,
  fn: AnyFunction,
  input: unknown,
  answer: Answer,
): Outcome {
  const { status, body, sent, failure } = answer;
  const { result, invalidate, merge } = asObject(body);
  const done = isDone(answer);
  // A refusal promises that nothing changed.
  const refused = done ? fn.refused?.(result) : status >= 400 && status < 500;
  if (fn.reads || refused || !sent) return { entries: [] };
  if (done) {
    const entries = entriesOf(invalidate);
    const merges = entriesOf(merge);
    if (!entries || !merges) return { entries: everything(kernel) };
    // A value that was rounded is not merged: its instances are read.
    if (failure) return { entries: [...entries, ...merges] };
    return { entries, merges };
  }
  const told = headerEntries(kernel, answer.headers);
  // What the server says of a context is more exact.
  const feared = (fn.effects ?? [])
    .filter((effect) => !told.some(({ context }) => context === effect.context))
    .map((effect) => declared(effect, fn.scoped, input));
  return { entries: [...told, ...feared], unknown: true };
}

/** Whether a mutation succeeded, by the answer. */
export function isDone({ status, body }: Answer): boolean {
  return status >= 200 && status < 300 && hasResult(body);
}

/** Whether a body is that of a function that was called. */
export function hasResult(body: unknown): boolean {
  return member(body, 'result') !== undefined;
}

/** The entries of `X-Mizan-Invalidate`; everything, where it cannot be read. */
export function headerEntries(kernel: Kernel, headers: Headers | undefined): Entry[] {
  const header = headers?.get('X-Mizan-Invalidate');
  return header ? (parseEntries(header) ?? everything(kernel)) : [];
}

/** Every instance of every context. */
export function everything(kernel: Kernel): Entry[] {
  return kernel.api.contexts.map((context) => ({ context, scope: new Map() }));
}

/**
 * An effect with the scope of the input. Only numbers and booleans scope: text may be put into
 * another form by the server (an address in lower case), and nothing that changed may be spared.
 */
function declared(effect: Effect, scoped: true | undefined, input: unknown): Entry {
  const keys = scoped ? [] : (effect.keys ?? []);
  const given = members(input).filter(
    ([name, value]) => keys.includes(name) && typeof value !== 'string',
  );
  return { context: effect.context, scope: scopeOf(Object.fromEntries(given)) };
}
