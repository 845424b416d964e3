import { describe, expect, test } from 'vitest';
import {
  array,
  closed,
  fieldErrors,
  type Inner,
  integer,
  literal,
  object,
  string,
  tagged,
  tuple,
  union,
} from './index.js';

function said(schema: Inner, value: unknown): Record<string, string[]> {
  const read = schema.safeParse(value);
  return read.success ? {} : fieldErrors(read.error.issues);
}

describe('told apart by a tag', () => {
  const schema = tagged('type', {
    circle: object({ type: literal('circle'), radius: integer(), strict: integer() }),
    label: object({ type: literal('label'), label: string(), strict: integer() }),
  });

  test.each<[unknown, Record<string, string[]>]>([
    [{ type: 'circle', radius: 1, strict: 1 }, {}],
    [{ type: 'circle', radius: 'x', strict: 1 }, { radius: ['Must be a whole number'] }],
    [{ type: 'label' }, { label: ['Field required'], strict: ['Field required'] }],
    [{ type: 'other', strict: 5 }, { type: ['Must be one of: circle, label'] }],
    [{ type: null }, { type: ['Must be one of: circle, label'] }],
    [{ type: 'constructor' }, { type: ['Must be one of: circle, label'] }],
    [{}, { strict: ['Field required'], type: ['Field required'] }],
    [5, { __all__: ['Must be an object'] }],
    [undefined, { __all__: ['Field required'] }],
  ])('%j', (value, errors) => {
    expect(said(schema, value)).toEqual(errors);
  });
});

describe('told apart by the name of the one member, or a text', () => {
  const schema = union(
    literal('Empty', 'Told'),
    closed({ Circle: object({ radius: integer() }) }),
    closed({ Pair: tuple(integer(), integer()) }),
  );

  test.each<[unknown, Record<string, string[]>]>([
    ['Empty', {}],
    [{ Circle: { radius: 1 } }, {}],
    [{ Circle: { radius: 'x' } }, { 'Circle.radius': ['Must be a whole number'] }],
    [
      { Pair: ['x'] },
      { Pair: ['Must have at least 2 items'], 'Pair.0': ['Must be a whole number'] },
    ],
    ['Circle', { __all__: ['Must be an object'] }],
    [{ Other: 1 }, { __all__: ['Does not have any of the forms it may have'] }],
    [{}, { __all__: ['Does not have any of the forms it may have'] }],
  ])('%j', (value, errors) => {
    expect(said(schema, value)).toEqual(errors);
  });
});

describe('told apart by nothing but what they are', () => {
  const schema = union(
    object({ radius: integer() }),
    object({ side: integer(), depth: integer() }),
    string(),
    array(integer()),
  );

  test.each<[unknown, Record<string, string[]>]>([
    [{ radius: 1 }, {}],
    ['x', {}],
    [{ radius: 'x' }, { radius: ['Must be a whole number'] }],
    [{ side: 1, depth: 'x' }, { depth: ['Must be a whole number'] }],
    [[1, 'x'], { 1: ['Must be a whole number'] }],
    [{}, { __all__: ['Does not have any of the forms it may have'] }],
    [5, { __all__: ['Must be an object'] }],
  ])('%j', (value, errors) => {
    expect(said(schema, value)).toEqual(errors);
  });

  test('gives what the branch gives that holds', () => {
    expect(schema.parse({ radius: 1, unknown: 2 })).toEqual({ radius: 1 });
  });
});
