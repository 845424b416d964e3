/** The functions of a form, for other form libraries and for no library at all. */

import { type ApiDescriptor, type CallOptions, type FormDescriptor, run } from '../core/index.js';
import type { WireError } from './fields.js';
import { single } from './kind.js';

/** What is wrong with a form, in the order of its fields; of the whole form under `__all__`. */
export interface FormErrors {
  readonly errors: readonly WireError[];
}

/** What a form is sent: text as somebody typed it, or what the type has. */
export type FormInput<F> = { readonly [K in keyof F]?: unknown };

/** What a submission is answered. */
export type FormAnswer<D> =
  | { readonly success: true; readonly data: D }
  | { readonly success: false; readonly errors: FormErrors };

/** Asks what is wrong with what is filled in, of the fields with these names or of all; does nothing. */
export function validateForm<F, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
  data: FormInput<F>,
  fields?: readonly string[],
  options?: CallOptions,
): Promise<FormErrors> {
  const { validate, validated } = single(form);
  return run(
    api,
    validate,
    validated([{ ...data }], fields ? [fields] : []),
    options,
  ) as Promise<FormErrors>;
}

/** Submits a form. A refusal is an answer; whatever else keeps it from being done rejects. */
export function submitForm<F, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
  data: FormInput<F>,
  options?: CallOptions,
): Promise<FormAnswer<D>> {
  return run(api, single(form).submit, data, options) as Promise<FormAnswer<D>>;
}
