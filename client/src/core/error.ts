/** What made a call or a read fail. */

/** What the server said, or what kept it from saying anything. */
export interface Failure {
  readonly code: string;
  /** The code, where nothing is said. */
  readonly message?: string | undefined;
  /** The HTTP status; 0 when there was no answer. */
  readonly status?: number;
  readonly details?: unknown;
  /** Whether the mutation may have happened in spite of the failure. */
  readonly unknown?: boolean;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The one error of the client. `code` is the server's (`VALIDATION_ERROR`, `NOT_FOUND` …) or the
 * client's own: `NETWORK`, `TIMEOUT`, `ABORTED`, `INVALID_RESPONSE`, `IDENTITY_CHANGED`,
 * `DISPOSED`; of channels `REFUSED`, `MESSAGE_REFUSED`, `MESSAGE_TOO_LARGE`.
 */
export class MizanError extends Error {
  declare readonly code: string;
  declare readonly status: number;
  declare readonly details: unknown;
  /** Messages by dotted path, of a `VALIDATION_ERROR`; else empty. */
  declare readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Whether the mutation may have happened in spite of the failure. */
  declare readonly unknown: boolean;
  /** How long the server asks to wait, in milliseconds. */
  declare readonly retryAfter: number | undefined;

  constructor(failure: Failure) {
    const { code, message, status = 0, details, unknown = false, retryAfter, cause } = failure;
    super(message ?? code, { cause });
    const fields = fieldsOf(details);
    const own = { name: 'MizanError', code, status, details, fields, unknown, retryAfter };
    Object.assign(this, own);
  }
}

function fieldsOf(details: unknown): Record<string, readonly string[]> {
  // Without a prototype: a field may be named like a member of every object.
  const fields: Record<string, readonly string[]> = Object.create(null);
  for (const [path, messages] of members(member(details, 'fields'))) {
    if (Array.isArray(messages)) fields[path] = messages.map(String);
  }
  return fields;
}

/** A member of what may be an object. */
export function member(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name];
}

/** What may be an object, as one. */
export function asObject(value: unknown): Partial<Record<string, unknown>> {
  return Object(value);
}

/** The members of what may be an object. */
export function members(value: unknown): [string, unknown][] {
  return Object.entries(Object(value));
}
