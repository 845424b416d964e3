import * as z from 'zod/mini';
import { ANY, about, BOOLEAN, type Inner, NULL, NUMBER, type Scalar, STRING } from './about.js';
import { custom, REQUIRED, said } from './schema.js';

/** True or false. */
export function boolean(): Inner {
  return about({ types: BOOLEAN }, z.boolean(said('Must be true or false')));
}

const LISTED = 20;

/** What is said of a value that is none of these. */
export function oneOf(values: readonly unknown[]): string {
  const more = values.length > LISTED ? ', …' : '';
  return `Must be one of: ${values.slice(0, LISTED).join(', ')}${more}`;
}

function typeOf(value: Scalar): number {
  if (typeof value === 'string') return STRING;
  return typeof value === 'number' ? NUMBER : BOOLEAN;
}

/** One of these values. */
export function literal(...values: Scalar[]): Inner {
  const types = values.map(typeOf).reduce((types, type) => types | type, 0);
  return about({ types, values }, z.literal(values, said(oneOf(values))));
}

/** Nothing but `null`. */
export function nothing(): Inner {
  return about({ types: NULL }, z.null(said('Must be null')));
}

/** Whatever JSON can say. What is wrong with it only the server can tell. */
export function unknown(): Inner {
  const schema = custom((value, report) => {
    if (value === undefined) report({ code: 'invalid_type', path: [], message: REQUIRED });
    return value;
  });
  return about({ types: ANY }, schema);
}

/** A file. Its size and its type are for the server to judge. */
export function file(): Inner {
  const schema = custom((value, report) => {
    const kind = Object.prototype.toString.call(value);
    if (kind !== '[object File]' && kind !== '[object Blob]') {
      const message = value === undefined ? REQUIRED : 'Must be a file';
      report({ code: 'invalid_type', path: [], message });
    }
    return value;
  });
  return about({ types: STRING }, schema);
}

/** A value that may be left out. */
export function optional(schema: Inner): Inner {
  return about({ types: 0, optional: true, leads: () => [schema] }, z.optional(schema));
}

/** A value that may be `null`. */
export function nullable(schema: Inner): Inner {
  return about({ types: NULL, leads: () => [schema] }, z.nullable(schema));
}
