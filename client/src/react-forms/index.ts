/** Forms of a Mizan server in React. */

export type { FieldError, FormInitial, FormMessages, FormValues, Outcome } from '../forms/index.js';
export type { FieldHook, FieldProps } from './field.js';
export type { FormFields, FormPart } from './part.js';
export type { FormBehaviour, FormProps, FormStatus } from './shared.js';
export { type FormHook, type UseFormOptions, useForm } from './use-form.js';
export {
  type FormsetHook,
  type FormsetPart,
  type UseFormsetOptions,
  useFormset,
} from './use-formset.js';
