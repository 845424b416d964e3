/** The state of one form's fields, and how it changes. Nothing here asks anybody. */

import type { FieldSchema, FormSchema } from '../core/index.js';
import { type FieldError, type FieldValue, WHOLE } from './types.js';
import { at, same, startOf, textOf, widgetOf } from './values.js';

/** The state of a field. The same object until something about it changed. */
export interface FieldState {
  readonly name: string;
  readonly schema: FieldSchema;
  /** The control that goes with it. */
  readonly widget: string;
  readonly value: FieldValue;
  /** What it started with. */
  readonly initial: FieldValue;
  /** Somebody was there: what is wrong with it may be told. */
  readonly touched: boolean;
  /** Somebody filled it in: no schema that comes later has a say on its value. */
  readonly changed: boolean;
  /** Changed since its errors were found. */
  readonly stale: boolean;
  readonly errors: readonly FieldError[];
}

/** Whether it holds something else than what it started with. */
export function isDirty(field: FieldState): boolean {
  return !same(field.value, field.initial);
}

/** The fields of a form by name, in their order. */
export type Fields = Readonly<Record<string, FieldState>>;

/** The state of one form. */
export interface FormState {
  /** Stays while other forms of a formset come and go. */
  readonly key: string;
  readonly schema: FormSchema;
  readonly fields: Fields;
  /** Errors of the form as a whole. */
  readonly errors: readonly FieldError[];
  /** What was given to start with; it outranks the schema's. */
  readonly initial: unknown;
  /** Of a formset: it was not there at the start. */
  readonly added: boolean;
}

/** An error as the wire has it. */
export interface WireError {
  readonly field: string;
  readonly errors: readonly FieldError[];
}

export const NONE: readonly never[] = [];

/** A form with this schema; what was filled in before stays. */
export function form(
  key: string,
  schema: FormSchema,
  initial: unknown,
  was?: FormState,
): FormState {
  const fields: Record<string, FieldState> = {};
  for (const field of schema.fields) {
    const { name } = field;
    const given = at(initial, name);
    const start = startOf(field, given === undefined || field.disabled ? field.initial : given);
    const known = was?.fields[name];
    const kept = known?.changed && !field.disabled;
    const state: FieldState = {
      ...(known ?? { name, touched: false, changed: false, stale: false, errors: NONE }),
      schema: field,
      widget: widgetOf(field),
      initial: start,
      value: kept ? chosen(field, known.value, start) : start,
    };
    fields[name] = known && unchanged(known, state) ? known : state;
  }
  return { key, schema, fields, errors: was?.errors ?? NONE, initial, added: was?.added ?? false };
}

/** Files are the same here, which only somebody at the control changes. */
function unchanged(one: FieldState, other: FieldState): boolean {
  const shown = ({ schema, initial, value }: FieldState) =>
    JSON.stringify([schema, initial, value]);
  return shown(one) === shown(other);
}

/** A value that the choices still have; else what the field starts with. */
function chosen(schema: FieldSchema, value: FieldValue, start: FieldValue): FieldValue {
  const texts = schema.choices?.map((choice) => textOf(choice.value));
  if (!texts || typeof value === 'boolean') return value;
  if (typeof value === 'string') return texts.includes(value) ? value : value && start;
  return (value as readonly string[]).filter((text) => texts.includes(text));
}

/** Changes all fields of a form that the function has something to say about. */
export function alter(
  state: FormState,
  change: (field: FieldState) => Partial<FieldState> | undefined | false,
): FormState {
  let fields: Record<string, FieldState> | undefined;
  for (const field of Object.values(state.fields)) {
    const changes = change(field);
    const differs = changes && Object.entries(changes).some(([key, to]) => at(field, key) !== to);
    if (!differs) continue;
    fields ??= { ...state.fields };
    fields[field.name] = { ...field, ...changes };
  }
  return fields ? { ...state, fields } : state;
}

/** Forgets passwords. Without `touched`, nobody is told that they are missing before they are typed. */
export function forget(state: FormState): FormState {
  return alter(state, (field) =>
    field.widget === 'PasswordInput' ? { value: '', touched: false } : undefined,
  );
}

/** Errors by field, and under `__all__` those of the form and of paths that no control shows. */
export function place(state: FormState, found: readonly WireError[]): Map<string, FieldError[]> {
  const placed = new Map<string, FieldError[]>();
  for (const { field: path, errors } of found) {
    const field = owner(state, path);
    const schema = field?.schema;
    const isShown = schema && field.widget !== 'HiddenInput';
    const where = isShown || path === WHOLE ? '' : `${schema?.label ?? path}: `;
    const rest = isShown && path.slice(schema.name.length + 1);
    const key = isShown ? schema.name : WHOLE;
    const told = errors.map(({ message, code }) => ({
      message: where + message,
      code,
      ...(rest && { path: rest }),
    }));
    placed.set(key, [...(placed.get(key) ?? []), ...told]);
  }
  return placed;
}

/** The field that shows errors at this path: the innermost of several. */
function owner({ fields }: FormState, path: string): FieldState | undefined {
  const names = Object.keys(fields);
  const within = names.filter((name) => `${path}.`.startsWith(`${name}.`)).sort();
  // What is wrong with a struct stands at the first of its fields.
  return fields[within.pop() ?? names.find((name) => name.startsWith(`${path}.`)) ?? ''];
}

/** Errors that the wire has, of a record of messages by path. */
export function wireErrors(
  messages: Readonly<Record<string, string | readonly string[] | undefined>>,
): WireError[] {
  return Object.entries(messages).map(([field, told]) => ({
    field,
    errors: [told ?? NONE].flat().map((message) => ({ message, code: 'invalid' })),
  }));
}
