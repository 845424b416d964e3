/**
 * Descriptors: what the generator knows about a registry, as plain values. Every function of the
 * generated client hands one of them to the kernel, which knows nothing else about the server.
 * What only some of them need comes with them, as a function: a page that uses none of those does
 * not carry its code.
 */

import type { mergeSlots } from './merge.js';
import type { multipart } from './multipart.js';
import type { fromPage } from './priming.js';

/** A parameter of a context: what fits into a query. `null` and `undefined` are left out. */
export type Param =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly (string | number | boolean)[];

/**
 * What a mutation declares of one context. With `keys`, the arguments of that name scope it by
 * themselves; without, every instance is affected. `slot` (and `key`, where the slot is a list)
 * make it a merge.
 */
export interface Effect {
  readonly context: string;
  readonly keys?: readonly string[];
  readonly slot?: string;
  readonly key?: string;
}

/** A function of the server. */
export interface FunctionDescriptor<Input, Output> {
  /** The name on the wire. */
  readonly name: string;
  readonly effects?: readonly Effect[];
  /** The server finds the scope by `affects_params`: effects that are unknown are broad. */
  readonly scoped?: true;
  /** The server's deadline in milliseconds: unknown effects are told again after it. */
  readonly deadline?: number;
  /** A member of a context: changes nothing and may be retried. */
  readonly reads?: true;
  /** What applies the merges that it answers, {@link mergeSlots}; without it they invalidate. */
  readonly merge?: typeof mergeSlots;
  /** What sends its input where that holds files: {@link multipart}. */
  readonly files?: typeof multipart;
  /** Whether an answer is a refusal, after which nothing changed: `success: false` of a form. */
  refused?(output: Output): boolean;
  /** Carries the types, never a value. */
  readonly '~types'?: readonly [Input, Output];
}

/** A context: reader functions that are fetched together. */
export interface ContextDescriptor<Params, Value> {
  readonly name: string;
  /** The members, each with the parameters that its function declares. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** Filled in where a parameter is left out. */
  readonly defaults?: Readonly<Record<string, Param>>;
  /** Slots whose value is a list, with the key of its items. */
  readonly lists?: Readonly<Record<string, string>>;
  /** What finds the values that the page carries, {@link fromPage}: those of `global`. */
  readonly primed?: typeof fromPage;
  /** Carries the types, never a value. */
  readonly '~types'?: readonly [Params, Value];
}

/** A choice of a field, as on the wire. */
export interface FieldChoice {
  /** Any JSON; forms send it as text. */
  readonly value: unknown;
  readonly label: string;
}

/** A field of a form, as on the wire. */
export interface FieldSchema {
  readonly name: string;
  readonly label: string;
  /** The type of the HTML input: `text`, `email`, `select`, `checkbox`, `file` … */
  readonly type: string;
  readonly widget: string;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly help_text: string;
  readonly initial: unknown;
  readonly max_length: number | null;
  readonly min_length: number | null;
  readonly choices: readonly FieldChoice[] | null;
}

/** A form, as `contact.schema` answers it. */
export interface FormSchema {
  readonly name: string;
  readonly title: string;
  readonly subtitle: string | null;
  readonly submit_label: string;
  readonly fields: readonly FieldSchema[];
  readonly meta: {
    readonly live_validation: boolean;
    readonly live_form_errors: boolean;
    readonly refetch_schema_on_validate: boolean;
  };
}

/** How a form repeats, where it does. */
export interface FormsetDescriptor {
  readonly min_num: number;
  readonly max_num: number | null;
  readonly can_delete: boolean;
  readonly can_order: boolean;
}

/** A form of the server: `contact.schema`, `contact.validate`, `contact.submit` … */
export interface FormDescriptor<Fields, Data> {
  readonly name: string;
  /** What `contact.schema` answers without data. */
  readonly schema: FormSchema;
  /** The server's schema depends on the caller or on data: load it. */
  readonly dynamic?: true;
  readonly formset?: FormsetDescriptor;
  readonly effects?: readonly Effect[];
  readonly scoped?: true;
  readonly deadline?: number;
  readonly merge?: typeof mergeSlots;
  readonly files?: typeof multipart;
  /** Carries the types, never a value. */
  readonly '~types'?: readonly [Fields, Data];
}

/** A registry: where it is mounted and which shape the client was generated from. */
export interface ApiDescriptor {
  /** The contract's hash, as `X-Mizan-Contract` carries it. */
  readonly contract: string;
  /** The path of the mount, `/api/mizan`. */
  readonly mount: string;
  readonly contexts: readonly string[];
}
