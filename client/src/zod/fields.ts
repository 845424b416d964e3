/** An issue as Standard Schema has them, and zod. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Where the server puts what it says of the whole input. */
const WHOLE = '__all__';

/**
 * Messages by the dotted path of the field on the wire (`items.1`, `nested.label`), as the server
 * has them in `details.fields`; those about the whole input stand under `__all__`.
 */
export function fieldErrors(issues: readonly StandardIssue[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { path = [], message } of issues) {
    const steps = path.map((step) => String(typeof step === 'object' ? step.key : step));
    const field = steps.join('.') || WHOLE;
    const messages = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (messages === undefined) fields[field] = [message];
    else if (!messages.includes(message)) messages.push(message);
  }
  return fields;
}
