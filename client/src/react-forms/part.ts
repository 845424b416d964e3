/** One form of a component, alone or in a formset. */

import type {
  Engine,
  FieldName,
  FieldType,
  FieldValue,
  Filled,
  FormMessages,
  FormState,
  FormValues,
} from '../forms/index.js';
import { actionsOf, type FieldActions, type FieldHook, type FieldHooks, hookOf } from './field.js';
import { latest } from './shared.js';

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
  let was: { readonly fields: FormState['fields']; readonly prefix: string } | undefined;
  let hooks: FieldHooks = {};
  return latest((form, prefix) => {
    const values: Record<string, FieldValue> = {};
    const next: Record<string, FieldHook> = {};
    for (const [name, field] of Object.entries(form.fields)) {
      actions[name] ??= actionsOf(engine, key, name);
      const known = was?.prefix === prefix && was.fields[name] === field && hooks[name];
      next[name] = known || hookOf(field, prefix + name, `${id}-${key}-${name}`, actions[name]);
      values[name] = field.value;
    }
    was = { fields: form.fields, prefix };
    hooks = next;
    const fields = next as unknown as FormFields<F>;
    return {
      fields,
      list: Object.values(next),
      field(name) {
        if (!fields[name]) throw new Error(`"${form.schema.name}" has no field "${name}"`);
        return fields[name];
      },
      values: values as FormValues<F>,
      setValue,
      setErrors,
    };
  });
}
