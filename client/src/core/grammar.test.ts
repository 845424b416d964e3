/** The headers, matching, sharing and JSON, with generated data. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hits } from './entry.js';
import { parseEntries, parseEntry } from './header.js';
import { isInexact } from './json.js';
import { canonical, fill, queryOf, scopeOf } from './params.js';
import { share } from './share.js';

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/);
const text = fc.string({ unit: 'binary' });
const scope = fc
  .array(fc.tuple(text.filter(Boolean), text), { maxLength: 4 })
  .map((entries) => new Map(entries));
const entry = fc.record({ context: name, scope });

/** As the server writes it. */
function write({ context, scope }: { context: string; scope: Map<string, string> }): string {
  const encode = (part: string) =>
    encodeURIComponent(part).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  return encode(context) + [...scope].map(([n, v]) => `;${encode(n)}=${encode(v)}`).join('');
}

test('what the server writes is read', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1 }), (entries) => {
      expect(parseEntries(entries.map(write).join(', '))).toEqual(entries);
    }),
  );
});

test('no text makes it throw', () => {
  const pieces = fc.constantFrom(';', '=', ',', '%', '%4', '%FF', '%41', ' ', 'user', 'ü', '"');
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((all) => all.join('')),
  );
  fc.assert(
    fc.property(any, (header) => {
      for (const each of parseEntries(header) ?? []) expect(each.context).toMatch(/^[A-Za-z_]/);
    }),
  );
});

test.each([
  ['user;user_id=%', {}],
  ['user;user_id=%FF', {}],
  ['user;user_id', {}],
  ['user;=5', {}],
  ['user;a=1;a=2', {}],
  ['user;a=1;a=2;a=3;b=4', { b: '4' }],
  ['user;a=b=c', {}],
  ['user;a=1 2;b=3', { a: '1 2', b: '3' }],
  ['user;a=%C3%BC;b=', { a: 'ü', b: '' }],
  ['  user;a=1', { a: '1' }],
])('%s is as narrow as can be read', (header, expected) => {
  const [first] = parseEntries(header) ?? [];
  expect(first && Object.fromEntries(first.scope)).toEqual(expected);
});

test.each(['', ',', 'user,', '1user', 'us er', 'user;a=1,,team', 'us%20er', '%'])(
  'of %o nothing can be said',
  (header) => {
    expect(parseEntries(header)).toBeUndefined();
  },
);

test('a name is decoded, whatever it is', () => {
  expect(parseEntry('user;__proto__=1')?.scope.get('__proto__')).toBe('1');
  expect(parseEntry('%75ser')?.context).toBe('user');
});

test('a scope hits unless a name is in both with different values', () => {
  const small = fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '')))
    .map((entries) => new Map(entries));
  fc.assert(
    fc.property(small, small, (one, two) => {
      const differs = [...one].some(([n, v]) => two.has(n) && two.get(n) !== v);
      expect(hits(one, two)).toBe(!differs);
      expect(hits(one, undefined)).toBe(true);
      expect(hits(new Map(), two)).toBe(true);
    }),
  );
});

test('canonical text: numbers as ECMAScript, nothing for what cannot scope', () => {
  const table: [unknown, string | undefined][] = [
    [42, '42'],
    ['42', '42'],
    [-0, '0'],
    [1e21, '1e+21'],
    [true, 'true'],
    ['', ''],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [null, undefined],
    [undefined, undefined],
    [[1], undefined],
    [{}, undefined],
  ];
  for (const [value, expected] of table) expect(canonical(value)).toBe(expected);
  expect(scopeOf(undefined).size).toBe(0);
});

test('a query says what was given', () => {
  const value = fc.oneof(text, fc.double({ noNaN: true }), fc.boolean());
  fc.assert(
    fc.property(text, fc.oneof(value, fc.array(value)), (key, given) => {
      const all = new URLSearchParams(queryOf({ [key]: given })).getAll(key);
      expect(all).toEqual((Array.isArray(given) ? given : [given]).map(String));
    }),
  );
});

test('the order in which parameters are given does not matter, nor does an undefined one', () => {
  const one = queryOf(fill({ c: 3 }, { b: 2, a: 1, d: undefined }));
  const two = queryOf(fill({ c: 3 }, { a: 1, b: 2, c: null }));
  expect(one).toBe(two);
  expect(one).toBe('a=1&b=2&c=3');
});

test('sharing: equal to the new, made of the old where nothing changed', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, next) => {
      expect(share(before, next)).toEqual(next);
      expect(share(before, structuredClone(before))).toBe(before);
      const shared = share(
        { kept: before, other: before },
        { kept: structuredClone(before), other: next },
      );
      expect(shared.kept).toBe(before);
    }),
  );
});

test('sharing keeps items of lists, and is not fooled by names', () => {
  const before = [{ id: 1 }, { id: 2 }];
  const after = share(before, [{ id: 1 }, { id: 3 }, { id: 2 }]);
  expect(after[0]).toBe(before[0]);
  expect(after).toEqual([{ id: 1 }, { id: 3 }, { id: 2 }]);
  const odd = JSON.parse('{"__proto__":{"a":1},"b":2}') as object;
  const odder = JSON.parse('{"__proto__":{"a":2},"b":2}') as object;
  expect(JSON.stringify(share(odd, odder))).toBe('{"__proto__":{"a":2},"b":2}');
  expect(share({ a: undefined }, { b: undefined } as object)).toEqual({ b: undefined });
  expect(share([], {} as object)).toEqual({});
});

test('integers beyond 2^53 are told, and nothing else', () => {
  const integer = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n });
  fc.assert(
    fc.property(integer, fc.string(), fc.double({ min: -1, max: 1 }), (big, string, double) => {
      const beyond = big > 2n ** 53n || big < -(2n ** 53n);
      const around = JSON.stringify([string, double, `${big}`, { [`"${big}`]: 1 }]);
      expect(isInexact(`[${big}]`)).toBe(beyond);
      expect(isInexact(`{"a":${around},"b":[1, ${big} ]}`)).toBe(beyond);
      expect(isInexact(around)).toBe(false);
    }),
  );
  expect(isInexact('9007199254740992')).toBe(false);
  expect(isInexact('-9007199254740993')).toBe(true);
  expect(isInexact('0.12345678901234567890')).toBe(false);
  expect(isInexact('1234567890123456.0')).toBe(false);
  expect(isInexact('1e400')).toBe(false);
  expect(isInexact('"\\\\" 12345678901234567890')).toBe(true);
  expect(isInexact(`"${'x'.repeat(2_000_000)}1234567890123456789"`)).toBe(false);
});
