import type * as z from 'zod/mini';

/**
 * A schema within another. What it is of is known to the exported one alone: inferred types would
 * cost every import of the file, and be the same.
 */
export type Inner = z.ZodMiniType;

/** The JSON types that a value may have, as bits. */
export const NULL = 1;
export const OBJECT = 2;
export const ARRAY = 4;
export const STRING = 8;
export const INTEGER = 16;
export const NUMBER = 32;
export const BOOLEAN = 64;
export const ANY = 127;

export type Scalar = string | number | boolean;
export type Members = Readonly<Record<string, Inner>>;

/**
 * What a schema is about, for what reads values that are not yet as it wants them: a form's, which
 * come as text. zod's own definitions tell it too, but not of the schemas that are not zod's, and
 * differently from version to version.
 */
export interface About {
  /** The types of value that it admits by itself. */
  readonly types: number;
  /** The only values that it admits. */
  readonly values?: readonly Scalar[];
  /** Whether the value may be left out. */
  readonly optional?: boolean;
  /** The schemas that it leads to, any of which may hold. */
  readonly leads?: () => readonly Inner[];
  /** Of an object: its members, and the schema of others. */
  readonly members?: Members;
  readonly others?: Inner;
  /** Of a list: its items, or those of each place. */
  readonly items?: Inner;
  readonly places?: readonly Inner[];
}

const ABOUT: unique symbol = Symbol('about');

/** The schema, with what it is about. */
export function about(what: About, schema: Inner): Inner {
  return Object.assign(schema, { [ABOUT]: what });
}

/** What a schema is about; of one that does not say, anything. */
export function aboutOf(schema: Inner): About {
  return ABOUT in schema ? (schema[ABOUT] as About) : { types: ANY };
}
