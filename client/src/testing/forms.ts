import { type FormDescriptor, MizanError } from '../core/index.js';

/** Which function of a form is called: `contact.submit`, `contact.formset.validate` … */
export interface FormCall {
  readonly form: FormDescriptor<unknown, unknown>;
  /** The formset's. */
  readonly many: boolean;
  readonly action: string;
  /** Under which name a test stubs it. */
  readonly stub: string;
}

/** The form that a function belongs to, if it does. */
export function formCall(
  forms: ReadonlyMap<string, FormDescriptor<unknown, unknown>>,
  name: string,
): FormCall | undefined {
  const [, stub = '', action = ''] = /^(.+)\.(schema|validate|submit)$/.exec(name) ?? [];
  const many = stub.endsWith('.formset');
  const form = forms.get(many ? stub.slice(0, -'.formset'.length) : stub);
  return form && { form, many, action, stub };
}

/** What is answered without asking a stub: the form as declared, and that nothing is wrong. */
export function unasked({ form, many, action }: FormCall, input: unknown): unknown {
  const rows = rowsOf(input);
  if (action === 'schema') {
    return many ? { forms: rows.map(() => form.schema), ...form.formset } : form.schema;
  }
  return many ? { general: [], per_form: rows.map(() => ({ errors: [] })) } : { errors: [] };
}

/** What `…submit` answers to what the stub gave. */
export function accepted({ many }: FormCall, data: unknown): unknown {
  return many ? { success: true } : { success: true, data: data ?? null };
}

/** What it answers to a `VALIDATION_ERROR` that the stub threw; nothing for other failures. */
export function refused({ many }: FormCall, input: unknown, error: unknown): unknown {
  if (!(error instanceof MizanError) || error.code !== 'VALIDATION_ERROR') return undefined;
  const fields = Object.entries(error.fields);
  if (!many) return { success: false, errors: wire(fields) };
  const within = (row: number) =>
    fields
      .filter(([path]) => path.startsWith(`forms.${row}.`))
      .map(([path, messages]) => [path.slice(`forms.${row}.`.length), messages] as const);
  const general = fields.filter(([path]) => !/^forms\.\d+\./.test(path));
  return {
    success: false,
    errors: {
      general: general.flatMap(([, messages]) => messages),
      per_form: rowsOf(input).map((_, row) => wire(within(row))),
    },
  };
}

type Fields = readonly (readonly [string, readonly string[]])[];

function wire(fields: Fields): unknown {
  return {
    errors: fields.map(([field, messages]) => ({
      field,
      errors: messages.map((message) => ({ message, code: 'invalid' })),
    })),
  };
}

/** The forms of a formset's input. */
export function rowsOf(input: unknown): readonly unknown[] {
  const { forms } = (input ?? {}) as { forms?: unknown };
  return Array.isArray(forms) ? forms : [];
}
