import * as z from 'zod/mini';
import { about, type Inner } from './about.js';

/**
 * A schema as generated code exports it: one of `zod/mini`, and by its `~standard` one of Standard
 * Schema. What it gives is what the server takes; of a form `Input` is what its controls hold.
 */
export type Schema<Output, Input = Output> = z.ZodMiniType<Output, Input>;

/** What is said of a value that is not there, as the server says it. */
export const REQUIRED = 'Field required';

/** What a schema of zod's says: `message`, or that the value is not there. */
export function said(message: string): { error: (issue: { input?: unknown }) => string } {
  return { error: (issue) => (issue.input === undefined ? REQUIRED : message) };
}

/** The schema that `make` makes, made when first used. Recursive types refer to it by its name. */
export function lazy(make: () => Inner): Inner {
  let made: Inner | undefined;
  const get = () => {
    made ??= make();
    return made;
  };
  return about({ types: 0, leads: () => [get()] }, z.lazy(get));
}

/** The same as generated code exports it: of a function's input. */
export function input<T>(make: () => Inner): Schema<T> {
  return z.lazy(make) as z.ZodMiniType as Schema<T>;
}

/** An issue as the schemas report it that are not zod's. */
export interface Issue {
  readonly code: 'invalid_type' | 'invalid_union' | 'too_big' | 'too_small' | 'unrecognized_keys';
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Takes what is wrong with a value. */
export type Report = (issue: Issue | z.core.$ZodIssue) => void;

/**
 * A schema for what zod has no word for: `read` gives the value, and reports what is wrong with it.
 */
export function custom(read: (value: unknown, report: Report) => unknown): Inner {
  return z.unknown().check((payload) => {
    const input = payload.value;
    payload.value = read(input, (issue) => {
      payload.issues.push({ ...issue, path: [...issue.path], input } as z.core.$ZodRawIssue);
    });
  });
}

/** Reads a value by a schema; what is wrong with it is reported below `path`. */
export function readBy(
  schema: Inner,
  value: unknown,
  path: readonly PropertyKey[],
  report: Report,
): unknown {
  const read = z.safeParse(schema, value);
  if (read.success) return read.data;
  for (const issue of read.error.issues) report({ ...issue, path: [...path, ...issue.path] });
  return value;
}
