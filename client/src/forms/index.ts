/** The state of a form, without a framework. */

export type { ControlLike } from './controls.js';
export { createEngine } from './engine.js';
export { type FieldState, type Fields, type FormState, isDirty, type WireError } from './fields.js';
export { type Kind, several, single } from './kind.js';
export {
  type FormAnswer,
  type FormErrors,
  type FormInput,
  submitForm,
  validateForm,
} from './plain.js';
export type { Engine, Settings, State, SubmitOptions } from './state.js';
export type {
  FieldError,
  FieldName,
  FieldType,
  FieldValue,
  Filled,
  FormInitial,
  FormMessages,
  FormValues,
  Outcome,
  StandardIssue,
  StandardResult,
  StandardSchema,
} from './types.js';
export { takesSeveral, textOf } from './values.js';
