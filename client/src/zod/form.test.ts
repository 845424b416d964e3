import { describe, expect, test } from 'vitest';
import {
  array,
  boolean,
  fieldErrors,
  file,
  form,
  type Inner,
  integer,
  lazy,
  literal,
  nullable,
  number,
  object,
  optional,
  record,
  string,
  tagged,
  tuple,
  union,
  unknown,
} from './index.js';

const nested = object({ label: string(), size: optional(nullable(integer())), done: boolean() });
const all: Inner = lazy(() =>
  object({
    i: optional(integer()),
    f: optional(number()),
    b: optional(boolean()),
    maybe: optional(nullable(boolean())),
    s: optional(string()),
    kind: optional(literal('on', 'off')),
    either: optional(union(integer(), string())),
    several: optional(union(integer(), array(integer()))),
    ints: optional(array(integer())),
    texts: optional(array(string())),
    grid: optional(nullable(array(array(integer())))),
    rows: optional(array(nested)),
    pair: optional(tuple(nullable(integer()), string())),
    nested: optional(nested),
    map: optional(record(integer())),
    any: optional(unknown()),
    mixed: optional(literal(1.5, 2, true, '3', 3)),
    tagged: optional(
      tagged('by', {
        id: object({ by: literal('id'), value: integer(), strict: boolean() }),
        name: object({ by: literal('name'), value: string() }),
      }),
    ),
    file: optional(nullable(file())),
    files: optional(array(file())),
    again: optional(nullable(all)),
  }),
);

const filled = form<Record<string, unknown>>(() => all);

function read(name: string, value: unknown): unknown {
  const judged = filled.safeParse({ [name]: value });
  return judged.success ? judged.data[name] : fieldErrors(judged.error.issues);
}

const picture = new File(['x'], 'x.png');

describe('what controls hold is typed', () => {
  test.each<[string, unknown, unknown]>([
    ['i', '5', 5],
    ['i', ' -007\u0085', -7],
    ['i', '+5', 5],
    ['i', '20.0', 20],
    ['i', '1e3', 1000],
    ['i', '1500e-2', 15],
    ['i', '0e999', 0],
    ['f', '5', 5],
    ['f', '.5', 0.5],
    ['f', '5.', 5],
    ['f', '1.5E3', 1500],
    ['b', 'on', true],
    ['b', 'TRUE', true],
    ['b', '0', false],
    ['maybe', 'off', false],
    ['maybe', null, null],
    ['s', '5', '5'],
    ['s', ' x ', ' x '],
    ['kind', 'on', 'on'],
    ['either', '5', '5'],
    ['several', '5', 5],
    ['ints', '5', [5]],
    ['ints', ['1', '', null, 2], [1, 2]],
    ['texts', [''], []],
    ['grid', '5', [[5]]],
    ['pair', ['', ''], [null, '']],
    ['pair', ['5', '6'], [5, '6']],
    ['map', { a: '5', b: '' }, { a: 5 }],
    ['any', '5', '5'],
    ['any', { a: '', b: null }, { a: '', b: null }],
    ['mixed', '1.5', 1.5],
    ['mixed', 'true', true],
    ['mixed', '3', '3'],
    ['tagged', { by: 'id', value: '5' }, { by: 'id', value: 5, strict: false }],
    ['tagged', { by: 'name', value: '5' }, { by: 'name', value: '5' }],
    ['nested', { label: 'x', size: '', done: 'on' }, { label: 'x', done: true }],
    ['nested', { label: '', size: '' }, undefined],
    ['rows', [{ label: '', size: '' }, { label: 'x' }], [{ label: 'x', done: false }]],
    ['again', { i: '5' }, { i: 5 }],
    ['again', { again: { i: '5' } }, { again: { i: 5 } }],
    ['again', { i: '' }, undefined],
    ['file', picture, picture],
    ['file', null, null],
    ['file', '', undefined],
    ['files', picture, [picture]],
    ['files', [picture, ''], [picture]],
    ['i', '', undefined],
    ['i', null, undefined],
    ['i', undefined, undefined],
  ])('%s: %j', (name, value, typed) => {
    expect(read(name, value)).toEqual(typed);
  });
});

describe('what stands for nothing is refused', () => {
  test.each<[string, unknown]>([
    ['i', '20.5'],
    ['i', 'five'],
    ['i', '0x10'],
    ['i', '1_0'],
    ['i', '.'],
    ['i', ' '],
    ['i', '\ufeff5'],
    ['i', '9007199254740993.0'],
    ['i', '4503599627370496.3'],
    ['i', '1e999999999999'],
    ['i', '0e99999999999'],
    ['i', true],
    ['f', '1e999'],
    ['f', 'Infinity'],
    ['f', 'NaN'],
    ['b', 'yes'],
    ['b', ' on'],
    ['s', 5],
    ['kind', 'On'],
    ['mixed', '4'],
    ['file', 'x'],
  ])('%s: %j', (name, value) => {
    expect(Object.keys(read(name, value) as object)).toEqual([name]);
  });
});

test('what has to be there and cannot be sent is there', () => {
  const schema = form<Record<string, unknown>>(() => object({ terms: boolean(), nested }));
  const judged = schema.safeParse({ terms: '', nested: '' });
  expect(fieldErrors(judged.error?.issues ?? [])).toEqual({ 'nested.label': ['Field required'] });
  const { data } = schema.safeParse({ nested: { label: 'x' } });
  expect(data).toEqual({ terms: false, nested: { label: 'x', done: false } });
});

test('nothing is said of disabled fields', () => {
  const make = () => object({ free: integer(), fixed: integer(), part: nested });
  const schema = form<Record<string, unknown>>(make, ['fixed', 'part.label']);
  const judged = schema.safeParse({ free: 'x', fixed: 'y', part: {} });
  expect(fieldErrors(judged.error?.issues ?? [])).toEqual({ free: ['Must be a whole number'] });
  expect(schema.safeParse({ free: '5' }).success).toBe(true);
});

test('a form can be nothing', () => {
  expect(filled.safeParse(undefined)).toEqual({ success: true, data: {} });
  expect(filled.safeParse('x').success).toBe(false);
});
