/** How one form and a formset differ on the wire (protocol section 5). */

import type { FormDescriptor, FormSchema, FunctionDescriptor } from '../core/index.js';
import { NONE, type WireError, wireErrors } from './fields.js';
import { type FieldError, WHOLE } from './types.js';

/** What was found wrong: with all of it, and with each form. */
export interface Verdict {
  readonly general: readonly FieldError[];
  readonly forms: readonly (readonly WireError[])[];
}

/** What `…submit` answers. */
export type Submitted = {
  readonly success: boolean;
  readonly data?: unknown;
  readonly errors?: unknown;
};

type Data = Record<string, unknown>;

/** The wire's side of an engine. */
export interface Kind {
  readonly submit: FunctionDescriptor<unknown, Submitted>;
  readonly validate: FunctionDescriptor<unknown, unknown>;
  readonly schema: FunctionDescriptor<unknown, unknown>;
  /** The name of a control, among all controls of the HTML form. */
  control(index: number, field: string): string;
  submitted(data: readonly Data[]): unknown;
  /** `fields`: those to tell of, form by form. */
  validated(data: readonly Data[], fields: readonly (readonly string[])[]): unknown;
  described(data: readonly Data[]): unknown;
  schemas(output: unknown): readonly FormSchema[];
  errors(output: unknown): Verdict;
  /** Of a `VALIDATION_ERROR`. */
  refused(fields: Readonly<Record<string, readonly string[]>>): Verdict;
}

/** The functions of a form under this name. */
function functions<F, D>(
  form: FormDescriptor<F, D>,
  name: string,
): Pick<Kind, 'submit' | 'validate' | 'schema'> {
  const { schema, dynamic, formset, '~types': types, ...declared } = form;
  return {
    submit: { ...declared, name: `${name}.submit`, refused: (output) => !output.success },
    validate: { name: `${name}.validate`, reads: true },
    schema: { name: `${name}.schema`, reads: true },
  };
}

type WireErrors = { readonly errors: readonly WireError[] };

/** One form. */
export function single<F, D>(form: FormDescriptor<F, D>): Kind {
  return {
    ...functions(form, form.name),
    control: (_, field) => field,
    submitted: ([data]) => data,
    validated: ([data], [fields]) => ({ data, fields }),
    described: ([data]) => ({ data }),
    schemas: (output) => [output as FormSchema],
    errors: (output) => ({ general: NONE, forms: [(output as WireErrors).errors] }),
    refused: (fields) => ({ general: NONE, forms: [wireErrors(fields)] }),
  };
}

/** Several forms of one kind. */
export function several<F, D>(form: FormDescriptor<F, D>): Kind {
  const most = form.formset?.max_num ?? Number.POSITIVE_INFINITY;
  return {
    // It invalidates its contexts as a whole.
    ...functions(
      { ...form, effects: (form.effects ?? NONE).map(({ context }) => ({ context })) },
      `${form.name}.formset`,
    ),
    control: (index, field) => `forms.${index}.${field}`,
    submitted: (forms) => ({ forms }),
    validated: (forms) => ({ forms }),
    // One more than there are, which tells what a form to come looks like.
    described: (forms) => ({ forms: forms.length < most ? [...forms, {}] : forms }),
    schemas: (output) => (output as { forms: FormSchema[] }).forms,
    errors(output) {
      const found = output as { general: string[]; per_form: WireErrors[] };
      return { general: found.general.map(told), forms: found.per_form.map((form) => form.errors) };
    },
    refused(fields) {
      const general: FieldError[] = [];
      const forms: WireError[][] = [];
      for (const error of wireErrors(fields)) {
        const [, index, field] = /^forms\.(\d+)\.?(.*)/.exec(error.field) ?? [];
        if (index === undefined) {
          general.push(...error.errors);
        } else {
          const form = forms[Number(index)] ?? [];
          forms[Number(index)] = [...form, { ...error, field: field || WHOLE }];
        }
      }
      return { general, forms };
    },
  };
}

function told(message: string): FieldError {
  return { message, code: 'invalid' };
}
