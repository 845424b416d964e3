/** The recipe of docs/client-forms.md: react-hook-form over a form of the server. */

import {
  type FieldErrors,
  type FieldValues,
  type Path,
  type Resolver,
  set,
  type UseFormSetError,
} from 'react-hook-form';
import type { ApiDescriptor, FormDescriptor } from '../../src/core/index.js';
import { type FormErrors, validateForm } from '../../src/forms/index.js';

/** Lets the server judge: `useForm({ resolver: mizanResolver(api, contactForm) })`. */
export function mizanResolver<F extends FieldValues, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
): Resolver<F> {
  return async (values, _context, { names }) => {
    const found = await validateForm(api, form, values, names);
    const errors: FieldErrors<F> = {};
    for (const {
      field,
      errors: [first],
    } of found.errors) {
      set(errors, field === '__all__' ? 'root.server' : field, {
        type: first?.code,
        message: first?.message,
      });
    }
    return found.errors.length ? { values: {}, errors } : { values, errors: {} };
  };
}

/** Shows what a submission was refused for, and moves the focus to the first field of it. */
export function setServerErrors<F extends FieldValues>(
  found: FormErrors,
  setError: UseFormSetError<F>,
): void {
  found.errors.forEach(({ field, errors: [first] }, index) => {
    const error = { type: first?.code ?? 'invalid', message: first?.message ?? '' };
    setError(field === '__all__' ? 'root.server' : (field as Path<F>), error, {
      shouldFocus: index === 0,
    });
  });
}
