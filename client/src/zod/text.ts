import * as z from 'zod/mini';
import { about, type Inner, STRING } from './about.js';
import { said } from './schema.js';

/** Something that is asked of a value beyond its type. */
export type Check<T> = (payload: z.core.ParsePayload<T>) => void;

// JSON cannot carry half of a surrogate pair; the server refuses it.
const HALVES = /\p{Surrogate}/u;

const wellFormed: Check<string> = (payload) => {
  if (HALVES.test(payload.value)) {
    payload.issues.push({
      code: 'invalid_type',
      expected: 'string',
      input: payload.value,
      message: 'Must be a valid text',
    });
  }
};

/** A text, held to further checks. */
export function string(...checks: Check<string>[]): Inner {
  const schema = z.string(said('Must be a text')).check(wellFormed, ...checks);
  return about({ types: STRING }, schema);
}

/** How many Unicode code points a text has: UTF-16, which `length` counts, has two for some. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A text has at least so many code points. */
export function minLength(minimum: number): Check<string> {
  return (payload) => {
    if (codePoints(payload.value) >= minimum) return;
    payload.issues.push({
      code: 'too_small',
      origin: 'string',
      minimum,
      inclusive: true,
      input: payload.value,
      message: `Must have at least ${minimum} characters`,
      continue: true,
    });
  };
}

/** A text has at most so many code points. */
export function maxLength(maximum: number): Check<string> {
  return (payload) => {
    const text = payload.value;
    if (text.length <= maximum || codePoints(text) <= maximum) return;
    payload.issues.push({
      code: 'too_big',
      origin: 'string',
      maximum,
      inclusive: true,
      input: text,
      message: `Must have at most ${maximum} characters`,
      continue: true,
    });
  };
}

/** A text in which the expression is found. */
export function pattern(expression: RegExp): Check<string> {
  return (payload) => {
    if (expression.test(payload.value)) return;
    payload.issues.push({
      code: 'invalid_format',
      format: 'regex',
      pattern: expression.source,
      input: payload.value,
      message: 'Does not have the form it must have',
      continue: true,
    });
  };
}
