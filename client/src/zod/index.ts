/**
 * What the generated `zod.ts` is made of: schemas in `zod/mini` that judge as the server does, with
 * its messages, and take nothing along that is not used.
 *
 * @module
 */
export type { Inner } from './about.js';
export { array, closed, object, open, record, tuple } from './composite.js';
export { email } from './email.js';
export { fieldErrors, type StandardIssue } from './fields.js';
export { type FormInput, form } from './form.js';
export {
  integer,
  lessThan,
  maximum,
  minimum,
  moreThan,
  multipleOf,
  number,
  range,
  single,
} from './number.js';
export { boolean, file, literal, nothing, nullable, optional, unknown } from './scalar.js';
export { input, lazy, type Schema } from './schema.js';
export { type Check, maxLength, minLength, pattern, string } from './text.js';
export { tagged, union } from './union.js';
