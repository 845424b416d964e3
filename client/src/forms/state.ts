/** What a form or a formset is while it lives: its state, and what can be done to it. */

import type { Mizan, MizanError, Patch } from '../core/index.js';
import type { ControlLike } from './controls.js';
import type { FormState } from './fields.js';
import type { FieldError, Outcome, StandardSchema } from './types.js';

/** The state of a form or a formset. A new object with every change. */
export interface State<D = unknown> {
  readonly forms: readonly FormState[];
  /** Errors of a formset as a whole. */
  readonly errors: readonly FieldError[];
  /** The schema is on its way. */
  readonly loading: boolean;
  /** A verdict on what is filled in is on its way. */
  readonly validating: boolean;
  readonly submitting: boolean;
  /** The last submission was accepted. */
  readonly succeeded: boolean;
  /** What it was answered. */
  readonly data: D | undefined;
  /** Why there was no answer. */
  readonly error: MizanError | undefined;
  readonly submitCount: number;
  /** How much of an upload was sent, in bytes. */
  readonly progress: { readonly sent: number; readonly total: number } | undefined;
}

/** What may change while a form lives. */
export interface Settings {
  readonly client?: Mizan | undefined;
  readonly schema?: StandardSchema | undefined;
  /** How many milliseconds nobody types before a field is validated. */
  readonly debounce?: number | undefined;
}

/** Options of a submission. */
export interface SubmitOptions {
  readonly optimistic?: Patch | readonly Patch[] | undefined;
}

/** Drives a form. */
export interface Engine<D = unknown> {
  snapshot(): State<D>;
  subscribe(listener: () => void): () => void;
  configure(settings: Settings): void;
  /** The `<form>` in the page. */
  attach(element: HTMLFormElement | null): void;
  /** Somebody used a control. */
  input(key: string, name: string, control: ControlLike): void;
  /** Somebody left a control. */
  touch(key: string, name: string): void;
  set(key: string, name: string, value: unknown): void;
  /** Shows errors that were found elsewhere. */
  refuse(
    key: string,
    messages: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): void;
  /** Judges everything now and says whether it is known to be right. */
  validate(): Promise<boolean>;
  submit(options?: SubmitOptions): Promise<Outcome<D>>;
  /** Gives up the submission that is running. */
  cancel(): void;
  /** Starts anew, from other values where some are given. */
  reset(initial?: readonly unknown[]): void;
  /** Changes which forms there are. */
  arrange(change: (forms: readonly FormState[]) => readonly FormState[]): void;
  /** A form with the schema that one has before anything is filled in. */
  fresh(initial: unknown): FormState;
  /** Does what has to wait until the page shows this state. */
  settle(shown: State): void;
}
