/** The verdict of a schema on this side, before anybody is asked. */

import { NONE, type WireError } from './fields.js';
import { type StandardSchema, WHOLE } from './types.js';

/** What a schema finds wrong with the data of a form. */
export async function judge(
  schema: StandardSchema | undefined,
  data: unknown,
): Promise<readonly WireError[]> {
  if (!schema) return NONE;
  const { issues } = await schema['~standard'].validate(data);
  return (issues ?? NONE).map(({ message, path }) => ({
    field:
      path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.') || WHOLE,
    errors: [{ message, code: 'invalid' }],
  }));
}
