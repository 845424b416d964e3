// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { contactForm, everythingForm, field, schema } from '../../test/forms/fixtures.js';
import { type FieldSchema, multipart } from '../core/index.js';
import { read } from './controls.js';
import { type FormState, form, place } from './fields.js';
import { several, single } from './kind.js';
import { collect, fill, startOf } from './values.js';

const file = new File(['x'], 'x.png');
const text = field('text');
const number = field('number', { type: 'number', widget: 'NumberInput' });
const box = field('box', { type: 'checkbox', widget: 'CheckboxInput', required: false });
const many = field('many', { type: 'select', widget: 'SelectMultiple' });
const picture = field('picture', { type: 'file', widget: 'FileInput' });
const time = field('time', { type: 'datetime-local', widget: 'DateTimeInput' });
const hidden = field('hidden', { type: 'hidden', widget: 'HiddenInput' });

function made(fields: FieldSchema[], values: Record<string, unknown>): FormState {
  const state = form('0', schema('f', fields), undefined);
  const filled = Object.values(state.fields).map((one) => [
    one.name,
    { ...one, value: one.name in values ? fill(one.schema, values[one.name]) : one.value },
  ]);
  return { ...state, fields: Object.fromEntries(filled) };
}

describe('controls hold', () => {
  const table: [FieldSchema, unknown, unknown][] = [
    [text, null, ''],
    [text, undefined, ''],
    [text, 'a', 'a'],
    [text, 5, '5'],
    [text, false, 'false'],
    [text, ['a'], 'a'],
    [text, ['a', 'b'], ['a', 'b']],
    [text, [], ''],
    [number, 0, '0'],
    [number, 1.5, '1.5'],
    [box, true, true],
    [box, 'on', true],
    [box, '1', true],
    [box, 'yes', false],
    [box, null, false],
    [many, null, []],
    [many, 'a', ['a']],
    [many, [1, 'b'], ['1', 'b']],
    [picture, file, [file]],
    [picture, [file], [file]],
    [picture, 'path', []],
    [time, '2026-01-02T03:04:05Z', '2026-01-02T03:04:05'],
    [time, '2026-01-02T03:04:05+00:00', '2026-01-02T03:04:05'],
    [time, '2026-01-02T03:04:05', '2026-01-02T03:04:05'],
  ];
  it.each(table)('of a field, row %#', (one, value, held) => {
    expect(fill(one, value)).toEqual(held);
  });

  it('no password and no file to start with', () => {
    const password = field('p', { type: 'password', widget: 'TextInput' });
    expect(startOf(password, 'secret')).toBe('');
    expect(startOf(picture, file)).toEqual([]);
  });
});

describe('what is sent', () => {
  const sent = (fields: FieldSchema[], values: Record<string, unknown>, files?: boolean) =>
    collect(Object.values(made(fields, values).fields), files);

  it('leaves out what is empty or disabled', () => {
    const off = field('off', { disabled: true, initial: 'x' });
    expect(sent([text, number, many, off, box], {})).toEqual({ box: false });
  });

  it('nests dotted names, and keeps an object in which something is required', () => {
    const fields = [
      field('a.b.c'),
      field('a.d', { required: false }),
      field('e.f', { required: false }),
    ];
    expect(sent(fields, {})).toEqual({ a: { b: {} } });
    expect(sent(fields, { 'a.b.c': 'x', 'e.f': 'y' })).toEqual({
      a: { b: { c: 'x' } },
      e: { f: 'y' },
    });
  });

  it('is text, which the server reads', () => {
    const values = { number: '1e3', text: '5' };
    expect(sent([number, text], values)).toEqual(values);
  });

  it('has files only where they are wanted', () => {
    const several = { ...picture, name: 'several', max_length: 2 };
    const values = { picture: file, several: [file] };
    expect(sent([picture, several], values)).toEqual({});
    expect(sent([picture, several], values, true)).toEqual({
      picture: file,
      several: [file],
    });
  });
});

describe('errors', () => {
  const state = made([text, many, hidden, field('a.b'), field('a')], {});
  const at = (path: string) => {
    const found = place(state, [{ field: path, errors: [{ message: 'Wrong', code: 'c' }] }]);
    return [...found].flatMap(([name, errors]) =>
      errors.map((error) => [name, error.message, error.path]),
    );
  };
  it.each([
    ['text', 'text', 'Wrong', undefined],
    ['many.1', 'many', 'Wrong', '1'],
    ['a.b', 'a.b', 'Wrong', undefined],
    ['a.b.0', 'a.b', 'Wrong', '0'],
    ['a.c', 'a', 'Wrong', 'c'],
    ['ab', '__all__', 'ab: Wrong', undefined],
    ['hidden', '__all__', 'Hidden: Wrong', undefined],
    ['__all__', '__all__', 'Wrong', undefined],
  ])('at %s stand at %s', (path, ...told) => {
    expect(at(path)).toEqual([told]);
  });

  it('at a struct stand at the first of its fields', () => {
    const state = made([text, field('s.a'), field('s.b')], {});
    const found = place(state, [{ field: 's', errors: [{ message: 'Wrong', code: 'c' }] }]);
    expect([...found]).toEqual([['s.a', [{ message: 'Wrong', code: 'c' }]]]);
  });

  it('of one field come together', () => {
    const errors = ['One', 'Two'].map((message) => ({ message, code: 'c' }));
    const found = place(state, [
      { field: 'many.0', errors },
      { field: 'many.1', errors },
    ]);
    expect(found.get('many')).toHaveLength(4);
  });
});

it('a group of checkboxes is read one by one', () => {
  const { many: state } = made([many], { many: ['a', 'b'] }).fields;
  if (!state) throw new Error('no field');
  expect(read(state, { type: 'checkbox', value: 'b', checked: false })).toEqual(['a']);
  expect(read(state, { type: 'checkbox', value: 'c', checked: true })).toEqual(['a', 'b', 'c']);
});

describe('descriptors', () => {
  it('of a submission have what the form declares', () => {
    const form = {
      ...everythingForm,
      deadline: 5,
      scoped: true,
      effects: [{ context: 'user', keys: ['id'] }],
    } as const;
    expect(single(form).submit).toEqual({
      name: 'every.thing.submit',
      files: multipart,
      deadline: 5,
      scoped: true,
      effects: [{ context: 'user', keys: ['id'] }],
      refused: expect.any(Function),
    });
    expect(single(form).submit.refused?.({ success: false })).toBe(true);
    expect(single(form).submit.refused?.({ success: true })).toBe(false);
  });

  it('of a formset invalidate contexts as wholes', () => {
    const form = { ...contactForm, effects: [{ context: 'user', keys: ['id'] }] };
    expect(several(form).submit.effects).toEqual([{ context: 'user' }]);
    expect(several(form).submit.name).toBe('contact.formset.submit');
  });
});
