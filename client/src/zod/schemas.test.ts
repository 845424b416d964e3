import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import {
  array,
  boolean,
  closed,
  email,
  fieldErrors,
  file,
  type Inner,
  input,
  integer,
  lazy,
  lessThan,
  literal,
  maximum,
  maxLength,
  minimum,
  minLength,
  moreThan,
  multipleOf,
  nothing,
  nullable,
  number,
  object,
  open,
  optional,
  pattern,
  range,
  record,
  single,
  string,
  tuple,
  unknown,
} from './index.js';

function said(schema: Inner, value: unknown): Record<string, string[]> {
  const read = schema.safeParse(value);
  return read.success ? {} : fieldErrors(read.error.issues);
}

/** What is said of a value itself. */
function of(schema: Inner, value: unknown): string[] {
  return said(object({ it: schema }), { it: value }).it ?? [];
}

const astral = '😀';

test.each<[string, Inner, unknown[], [unknown, string][]]>([
  [
    'text',
    string(),
    ['', 'x', astral],
    [
      [5, 'Must be a text'],
      [null, 'Must be a text'],
      ['\ud800', 'Must be a valid text'],
      [`${astral}\udc00`, 'Must be a valid text'],
    ],
  ],
  [
    'lengths in code points',
    string(minLength(2), maxLength(3)),
    ['ab', astral.repeat(2), astral.repeat(3), 'e\u0301x'],
    [
      [astral, 'Must have at least 2 characters'],
      [astral.repeat(4), 'Must have at most 3 characters'],
    ],
  ],
  [
    'pattern',
    string(pattern(/^.$/u)),
    ['x', astral],
    [
      ['', 'Does not have the form it must have'],
      ['x\n', 'Does not have the form it must have'],
    ],
  ],
  [
    'e-mail address',
    string(email()),
    ['a@b', "o'b+c@d-e.F", 'a@[::1]', 'a@ä.example', `a@${'b'.repeat(63)}`, `${'a'.repeat(64)}@b`],
    [
      'a',
      '@b',
      'a@',
      'a@b@c',
      'a b@c',
      'ä@b',
      'a@b.',
      'a@-b',
      'a@b_c',
      'a@b\n',
      `a@${'b'.repeat(64)}`,
      `a@${'b.'.repeat(128)}c`,
      `${'a'.repeat(65)}@b`,
      '\u212a@b',
    ].map((text) => [text, 'Must be a valid e-mail address']),
  ],
  [
    'whole number',
    integer(),
    [0, -0, 5.0, 2 ** 53 - 1, 1 - 2 ** 53],
    [
      ['5', 'Must be a whole number'],
      [0.5, 'Must be a whole number'],
      [Number.NaN, 'Must be a whole number'],
      [2 ** 53, 'Must be a whole number from -9007199254740991 to 9007199254740991'],
    ],
  ],
  [
    'whole number of a type',
    integer(range(0, 255), multipleOf(5)),
    [0, 255],
    [
      [-5, 'Must be a whole number from 0 to 255'],
      [260, 'Must be a whole number from 0 to 255'],
      [4, 'Must be a multiple of 5'],
    ],
  ],
  [
    'number',
    number(minimum(-1), lessThan(1)),
    [-1, 0.999],
    [
      [-1.01, 'Must be at least -1'],
      [1, 'Must be less than 1'],
      [Number.NaN, 'Must be a number'],
      [Number.POSITIVE_INFINITY, 'Must be a number'],
    ],
  ],
  [
    'number of single precision',
    number(single, moreThan(0), maximum(1e39)),
    [3.4028234663852886e38, 3.4028235677973366e38],
    [
      [3.402823567797337e38, 'Number out of range'],
      [0, 'Must be more than 0'],
    ],
  ],
  ['boolean', boolean(), [true, false], [['true', 'Must be true or false']]],
  [
    'listed',
    literal('a', 2, true),
    ['a', 2, true],
    [
      ['b', 'Must be one of: a, 2, true'],
      ['2', 'Must be one of: a, 2, true'],
    ],
  ],
  ['nothing', nothing(), [null], [[0, 'Must be null']]],
  ['null or', nullable(integer()), [null, 1], [['', 'Must be a whole number']]],
  ['anything', unknown(), [null, [], {}, 'x'], []],
  [
    'file',
    file(),
    [new Blob(['x']), new File(['x'], 'x')],
    [
      ['x', 'Must be a file'],
      [{}, 'Must be a file'],
    ],
  ],
  [
    'list',
    array(integer(), 1, 2),
    [[1], [1, 2]],
    [
      [[], 'Must have at least 1 items'],
      [[1, 2, 3], 'Must have at most 2 items'],
      [{}, 'Must be a list'],
    ],
  ],
  [
    'tuple',
    tuple(integer(), string()),
    [[1, '']],
    [
      [[1], 'Must have at least 2 items'],
      [[1, '', 2], 'Must have at most 2 items'],
      ['', 'Must be a list'],
    ],
  ],
  ['map', record(integer()), [{}, { a: 1 }], [[[], 'Must be an object']]],
])('%s', (_, schema, right, wrong) => {
  for (const value of right) expect([value, of(schema, value)]).toEqual([value, []]);
  for (const [value, message] of wrong)
    expect([value, of(schema, value)]).toEqual([value, [message]]);
  expect(of(schema, undefined)).toEqual(['Field required']);
});

describe('paths', () => {
  const inner = object({ label: string(), weight: optional(nullable(number())) });
  const schema = object({
    nested: inner,
    items: optional(array(integer(), 2)),
    map: optional(record(inner)),
    pair: optional(tuple(integer(), inner)),
    'dotted.name': optional(integer()),
  });

  test('lead to everything that is wrong', () => {
    const value = {
      nested: { weight: 'x' },
      items: ['1'],
      map: { a: {}, 'b.c': 5 },
      pair: [1, { label: 2 }],
      'dotted.name': '',
      unknown: 5,
    };
    expect(said(schema, value)).toEqual({
      'nested.label': ['Field required'],
      'nested.weight': ['Must be a number'],
      items: ['Must have at least 2 items'],
      'items.0': ['Must be a whole number'],
      'map.a.label': ['Field required'],
      'map.b.c': ['Must be an object'],
      'pair.1.label': ['Must be a text'],
      'dotted.name': ['Must be a whole number'],
    });
    expect(said(schema, 5)).toEqual({ __all__: ['Must be an object'] });
  });

  test('what nobody declared is ignored, denied, or has a schema', () => {
    expect(object({ a: integer() }).parse({ a: 1, b: 2 })).toEqual({ a: 1 });
    expect(said(closed({ a: integer() }), { b: 1 })).toEqual({
      a: ['Field required'],
      b: ['Unknown field'],
    });
    const rest = open(boolean(), { a: integer() });
    expect(rest.parse({ a: 1, b: true })).toEqual({ a: 1, b: true });
    expect(said(rest, { a: 1, b: 1 })).toEqual({ b: ['Must be true or false'] });
  });
});

test('types that hold themselves', () => {
  const tree: Inner = lazy(() => object({ value: integer(), children: optional(array(tree)) }));
  expect(said(tree, { value: 1, children: [{ value: 2, children: [{ value: '3' }] }] })).toEqual({
    'children.0.children.0.value': ['Must be a whole number'],
  });
});

test('a schema is made when it is first used, and once', () => {
  let made = 0;
  const schema = input<{ a: string }>(() => {
    made += 1;
    return object({ a: string() });
  });
  expect(made).toBe(0);
  schema.parse({ a: '' });
  schema.parse({ a: '' });
  expect(made).toBe(1);
});

test('schemas are of zod and of Standard Schema', async () => {
  const schema = input<{ a: number }>(() => object({ a: integer() }));
  expect(z.safeParse(schema, { a: 1 })).toEqual({ success: true, data: { a: 1 } });
  const standard = schema['~standard'];
  expect([standard.version, standard.vendor]).toEqual([1, 'zod']);
  const judged = await standard.validate({ a: 'x' });
  expect(fieldErrors(judged.issues ?? [])).toEqual({ a: ['Must be a whole number'] });
  expect(z.array(schema).safeParse([{ a: 1 }, {}]).error?.issues[0]?.path).toEqual([1, 'a']);
});

test('issues of other Standard Schemas have fields, too', () => {
  const issues = [
    { message: 'one', path: [{ key: 'a' }, 0] },
    { message: 'two', path: ['a', '0'] },
    { message: 'one', path: ['a', 0] },
    { message: 'whole' },
    { message: 'odd', path: ['constructor'] },
  ];
  expect(fieldErrors(issues)).toEqual({
    'a.0': ['one', 'two'],
    __all__: ['whole'],
    constructor: ['odd'],
  });
});
