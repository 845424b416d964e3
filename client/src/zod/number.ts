import * as z from 'zod/mini';
import { about, INTEGER, type Inner, NUMBER } from './about.js';
import { said } from './schema.js';
import type { Check } from './text.js';

function refuse(payload: z.core.ParsePayload<number>, message: string): void {
  payload.issues.push({ code: 'invalid_type', expected: 'int', input: payload.value, message });
}

const WHOLE = 'Must be a whole number';

/** A number is in the range of its type. */
export function range(low: number, high = Number.MAX_SAFE_INTEGER): Check<number> {
  return (payload) => {
    const value = payload.value;
    if (value < low || value > high) refuse(payload, `${WHOLE} from ${low} to ${high}`);
  };
}

const safe = /*#__PURE__*/ range(Number.MIN_SAFE_INTEGER);

const whole: Check<number> = (payload) => {
  if (Number.isInteger(payload.value)) safe(payload);
  else refuse(payload, WHOLE);
};

/**
 * A whole number. Beyond 2^53 numbers are not told apart here, so that those are refused although
 * the server takes them.
 */
export function integer(...checks: Check<number>[]): Inner {
  return about({ types: INTEGER }, z.number(said(WHOLE)).check(whole, ...checks));
}

/** A finite number. */
export function number(...checks: Check<number>[]): Inner {
  return about({ types: NUMBER }, z.number(said('Must be a number')).check(...checks));
}

// Half-way between the greatest of single precision and what would come next, as it is written: the
// server rounds what is written.
const MAX_SINGLE = 3.4028235677973366e38;

/** A number that single precision can hold. */
export const single: Check<number> = (payload) => {
  if (Math.abs(payload.value) > MAX_SINGLE) refuse(payload, 'Number out of range');
};

function atLeast(minimum: number, inclusive: boolean, message: string): Check<number> {
  return (payload) => {
    const input = payload.value;
    if (inclusive ? input >= minimum : input > minimum) return;
    const origin = 'number';
    payload.issues.push({
      code: 'too_small',
      origin,
      minimum,
      inclusive,
      input,
      message,
      continue: true,
    });
  };
}

function atMost(maximum: number, inclusive: boolean, message: string): Check<number> {
  return (payload) => {
    const input = payload.value;
    if (inclusive ? input <= maximum : input < maximum) return;
    const origin = 'number';
    payload.issues.push({
      code: 'too_big',
      origin,
      maximum,
      inclusive,
      input,
      message,
      continue: true,
    });
  };
}

/** A number is this or more. */
export function minimum(limit: number): Check<number> {
  return atLeast(limit, true, `Must be at least ${limit}`);
}

/** A number is more than this. */
export function moreThan(limit: number): Check<number> {
  return atLeast(limit, false, `Must be more than ${limit}`);
}

/** A number is this or less. */
export function maximum(limit: number): Check<number> {
  return atMost(limit, true, `Must be at most ${limit}`);
}

/** A number is less than this. */
export function lessThan(limit: number): Check<number> {
  return atMost(limit, false, `Must be less than ${limit}`);
}

/** A whole number is a multiple of another. */
export function multipleOf(divisor: number): Check<number> {
  return (payload) => {
    if (payload.value % divisor === 0) return;
    payload.issues.push({
      code: 'not_multiple_of',
      divisor,
      input: payload.value,
      message: `Must be a multiple of ${divisor}`,
      continue: true,
    });
  };
}
