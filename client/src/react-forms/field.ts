/** A field, as a component shows it. */

import type { FieldSchema } from '../core/index.js';
import {
  type ControlLike,
  type Engine,
  type FieldError,
  type FieldState,
  type FieldValue,
  isDirty,
  takesSeveral,
  textOf,
} from '../forms/index.js';

/** Properties of an `<input>`, a `<select>` or a `<textarea>`: what goes with the field's control. */
export interface FieldProps {
  readonly id: string;
  readonly name: string;
  readonly type?: string;
  readonly value?: string | readonly string[];
  readonly checked?: boolean;
  readonly multiple?: boolean;
  readonly step?: string;
  readonly autoComplete?: string;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly 'aria-invalid'?: true;
  readonly 'aria-describedby'?: string;
  readonly onChange: (event: { readonly target: object }) => void;
  readonly onBlur: () => void;
}

/** A field. The same object until something about it changed. */
export interface FieldHook<T extends FieldValue = FieldValue> {
  readonly name: string;
  readonly props: FieldProps;
  readonly label: string;
  readonly help: string;
  readonly value: T;
  readonly errors: readonly FieldError[];
  readonly touched: boolean;
  /** It holds something else than what it started with. */
  readonly dirty: boolean;
  /** Options of a select, the blank one included where there is one. */
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly helpProps: { readonly id: string };
  readonly errorProps: { readonly id: string; readonly role: 'alert' };
  /** The field as the server describes it; lengths count code points. */
  readonly schema: FieldSchema;
  /** Fills it in, from text or from a value of its type. */
  readonly set: (value: unknown) => void;
}

/** What is done to a field: the same functions as long as it is there. */
export type FieldActions = Pick<FieldProps, 'onChange' | 'onBlur'> & Pick<FieldHook, 'set'>;

export function actionsOf(engine: Engine, key: string, name: string): FieldActions {
  return {
    onChange: (event) => engine.input(key, name, event.target as ControlLike),
    onBlur: () => engine.touch(key, name),
    set: (value) => engine.set(key, name, value),
  };
}

/** A field for a component. */
export function hookOf(
  field: FieldState,
  name: string,
  id: string,
  actions: FieldActions,
): FieldHook {
  const { schema, value, errors } = field;
  const { set, ...events } = actions;
  const help = schema.help_text ? `${id}-help` : '';
  const told = errors.length ? `${id}-errors` : '';
  const describedBy = [help, told].filter(Boolean).join(' ');
  return {
    name: field.name,
    label: schema.label,
    help: schema.help_text,
    value,
    errors,
    touched: field.touched,
    dirty: isDirty(field),
    choices: choicesOf(field),
    helpProps: { id: `${id}-help` },
    errorProps: { id: `${id}-errors`, role: 'alert' },
    schema,
    set,
    props: {
      id,
      name,
      ...controlOf(field),
      // There is no `maxLength`: it would count UTF-16 units, and refuse what the server takes.
      required: schema.required,
      disabled: schema.disabled,
      ...(told && { 'aria-invalid': true }),
      ...(describedBy && { 'aria-describedby': describedBy }),
      ...events,
    },
  };
}

/** What depends on the widget. */
function controlOf({ schema, widget, value }: FieldState): Partial<FieldProps> {
  const { type } = schema;
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  switch (widget) {
    case 'CheckboxInput':
      return { type, checked: value === true };
    case 'FileInput':
      return { type, multiple: takesSeveral(schema) };
    case 'SelectMultiple':
      return { multiple: true, value: value as readonly string[] };
    case 'Select':
    case 'Textarea':
      return { value: text };
    default:
      return {
        type,
        value: text,
        // Without it, browsers find fault with fractions.
        ...(type === 'number' && { step: 'any' }),
        ...(/^(email|url|tel)$/.test(type) && { autoComplete: type }),
      };
  }
}

/** A required select that starts with a choice has no blank one. */
function choicesOf({ schema, widget, initial }: FieldState): FieldHook['choices'] {
  const choices = (schema.choices ?? []).map(({ value, label }) => ({
    value: textOf(value),
    label,
  }));
  const has = (text: unknown) => choices.some(({ value }) => value === text);
  const blank = schema.choices && widget === 'Select' && !has('');
  if (!blank || (schema.required && has(initial))) return choices;
  // An option must have text, and a dash needs no translation.
  return [{ value: '', label: '\u2014' }, ...choices];
}
