/** Values of fields: as controls hold them, and as they are sent. */

import type { FieldSchema } from '../core/index.js';
import type { FieldState } from './fields.js';
import type { FieldValue } from './types.js';

/** The control of a field. A type that hides what is typed outranks the widget. */
export function widgetOf(schema: FieldSchema): string {
  if (schema.type === 'password') return 'PasswordInput';
  return schema.type === 'file' ? 'FileInput' : schema.widget;
}

/** A value as text, the way an attribute spells it. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Any value as the control of this field holds it. */
export function fill(schema: FieldSchema, value: unknown): FieldValue {
  const list = Array.isArray(value)
    ? value
    : value === null || value === undefined || value === ''
      ? []
      : [value];
  switch (widgetOf(schema)) {
    case 'FileInput':
      return list.filter((item): item is File => item instanceof Blob);
    case 'CheckboxInput':
      return /^(on|true|1)$/.test(textOf(value));
    case 'SelectMultiple':
      return list.map(textOf);
    case 'DateTimeInput':
      // `datetime-local` knows no offset, and shows nothing where one is given.
      return textOf(value).replace(/(Z|\+00:00)$/, '');
    default:
      // Several values of a field that has one text are for controls of the application's own.
      return list.length > 1 ? list.map(textOf) : textOf(list[0]);
  }
}

/** What a field starts with. Nothing starts with a password or a file. */
export function startOf(schema: FieldSchema, initial: unknown): FieldValue {
  const secret = /^(Password|File)Input$/.test(widgetOf(schema));
  return fill(schema, secret ? undefined : initial);
}

/** Whether two controls hold the same; of several values, the order is the page's. */
export function same(one: FieldValue, other: FieldValue): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((item) => other.includes(item));
}

/**
 * Puts the fields together as they are sent: dotted names become objects, what is disabled or
 * empty is left out, and files unless they are wanted. Text stays text: whoever judges it reads it
 * as the field's type does.
 */
export function collect(fields: Iterable<FieldState>, files?: boolean): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const field of fields) {
    const { schema } = field;
    if (schema.disabled) continue;
    const sent = sentOf(field, files);
    // An object that has to be there is there, so that what is missing is missing in it.
    if (sent === undefined && !schema.required) continue;
    const path = field.name.split('.');
    const last = path.pop() as string;
    let inner = data;
    for (const step of path) {
      inner[step] ??= {};
      inner = inner[step] as Record<string, unknown>;
    }
    if (sent !== undefined) inner[last] = sent;
  }
  return data;
}

function sentOf({ schema, widget, value }: FieldState, files?: boolean): unknown {
  if (typeof value === 'boolean') return value;
  const isFile = widget === 'FileInput';
  if (!value.length || (isFile && !files)) return undefined;
  if (isFile && value.length === 1 && !takesSeveral(schema)) return value[0];
  return value;
}

/** Whether a file input takes several: lengths of such a field are numbers of files. */
export function takesSeveral(schema: FieldSchema): boolean {
  return (schema.max_length ?? schema.min_length ?? 0) > 1;
}

/** What a dotted name leads to in a value. */
export function at(value: unknown, name: string): unknown {
  let found = value;
  for (const step of name.split('.')) {
    found = (found as Record<string, unknown> | null | undefined)?.[step];
  }
  return found;
}
