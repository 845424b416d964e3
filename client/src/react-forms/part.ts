/** One form of a component, alone or in a formset. */

import type {
  Engine,
  FieldName,
  FieldState,
  FieldType,
  FieldValue,
  Filled,
  FormMessages,
  FormState,
  FormValues,
} from '../forms/index.js';
import { actionsOf, type FieldActions, type FieldHook, hookOf } from './field.js';

/** The fields of a form of this type, by name. */
export type FormFields<F> = {
  readonly [N in FieldName<F>]: FieldHook<Filled<FieldType<F, N>>>;
};

/** One form: its fields and what can be done with them. */
export interface FormPart<F> {
  readonly fields: FormFields<F>;
  /** All fields in their order, for a form that is drawn from its schema. */
  readonly list: readonly FieldHook[];
  readonly field: <N extends FieldName<F>>(name: N) => FormFields<F>[N];
  readonly values: FormValues<F>;
  readonly setValue: <N extends FieldName<F>>(
    name: N,
    value: Filled<FieldType<F, N>> | FieldType<F, N> | null | undefined,
  ) => void;
  /** Shows errors that were found elsewhere, until the next verdict on their fields. */
  readonly setErrors: (messages: FormMessages<F>) => void;
}

/** Makes the part for a form of this key. What did not change stays the same object. */
export function createPart<F>(
  engine: Engine,
  id: string,
  key: string,
): (form: FormState, prefix: string) => FormPart<F> {
  const actions: Record<string, FieldActions> = {};
  const setValue: FormPart<F>['setValue'] = (name, value) => engine.set(key, name, value);
  const setErrors: FormPart<F>['setErrors'] = (messages) => engine.refuse(key, messages);
  const made = new WeakMap<FieldState, FieldHook>();
  return (form, prefix) => {
    const values: Record<string, FieldValue> = {};
    const hooks: Record<string, FieldHook> = {};
    for (const field of Object.values(form.fields)) {
      const { name } = field;
      const control = prefix + name;
      actions[name] ??= actionsOf(engine, key, name);
      let hook = made.get(field);
      // A form that moved has other names.
      if (hook?.props.name !== control) {
        hook = hookOf(field, control, `${id}-${key}-${name}`, actions[name]);
        made.set(field, hook);
      }
      hooks[name] = hook;
      values[name] = field.value;
    }
    const fields = hooks as unknown as FormFields<F>;
    return {
      fields,
      list: Object.values(hooks),
      field: (name) => fields[name],
      values: values as FormValues<F>,
      setValue,
      setErrors,
    };
  };
}
