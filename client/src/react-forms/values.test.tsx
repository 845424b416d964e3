// @vitest-environment jsdom
import { act, fireEvent } from '@testing-library/react';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { contactForm, type Everything, everythingForm } from '../../test/forms/fixtures.js';
import { input, show, type, withServer } from '../../test/forms/page.js';
import type { FieldName } from '../forms/index.js';
import type { FormHook, UseFormOptions } from './index.js';

withServer();

describe('values', () => {
  it('are text while they are typed', () => {
    const { seen } = show(contactForm, { initial: { age: 36, name: 'Ada' } });
    expect(seen.hook.values).toEqual({ name: 'Ada', email: '', age: '36', topic: '' });
    expect(seen.hook.dirty).toBe(false);
    type('age', '3');
    expect(seen.hook.values.age).toBe('3');
    expect(seen.hook.fields.age.dirty).toBe(true);
    expect(seen.hook.dirty).toBe(true);
    type('age', '36');
    expect(seen.hook.dirty).toBe(false);
  });

  it('of every control are read', () => {
    const { seen } = show(everythingForm);
    const file = new File(['x'], 'x.png', { type: 'image/png' });
    fireEvent.click(input('news'));
    fireEvent.change(input('picture'), { target: { files: [file] } });
    const tags = input('tags') as unknown as HTMLSelectElement;
    for (const option of tags.options) option.selected = option.value !== 'a';
    fireEvent.change(tags);
    type('plan', 'team');
    type('about', 'one\ntwo');
    expect(seen.hook.values).toMatchObject({
      news: false,
      picture: [file],
      tags: ['b', 'c'],
      plan: 'team',
      about: 'one\ntwo',
    });
    expect(seen.hook.fields.plan.touched).toBe(true);
    expect(seen.hook.fields.about.touched).toBe(false);
  });

  it('are set from code, from text or from what the type has', () => {
    const { seen } = show(contactForm);
    act(() => seen.hook.setValue('age', 20));
    act(() => seen.hook.setValue('topic', 'help'));
    expect(input('age').value).toBe('20');
    expect(input('topic').value).toBe('help');
    act(() => seen.hook.setValue('age', null));
    expect(input('age').value).toBe('');
  });

  it('are typed by the fields', () => {
    const { seen } = show(contactForm);
    expectTypeOf(seen.hook.values.name).toEqualTypeOf<string>();
    expectTypeOf(seen.hook.values.age).toEqualTypeOf<string>();
    expectTypeOf<keyof typeof seen.hook.fields>().toEqualTypeOf<
      'name' | 'email' | 'age' | 'topic'
    >();
    type Every = FormHook<Everything, null>;
    expectTypeOf<Every['values']['address.city']>().toEqualTypeOf<string>();
    expectTypeOf<Every['values']['news']>().toEqualTypeOf<boolean>();
    expectTypeOf<Every['values']['more']>().toEqualTypeOf<readonly File[]>();
    expectTypeOf<{ address: { city: string }; plan: 'team' }>().toExtend<
      NonNullable<UseFormOptions<Everything>['initial']>
    >();
    expectTypeOf<{ plan: 'other' }>().not.toExtend<
      NonNullable<UseFormOptions<Everything>['initial']>
    >();
    interface Tree {
      name: string;
      next?: Tree | null;
    }
    expectTypeOf<'next.next.name'>().toExtend<FieldName<Tree>>();
    expectTypeOf<string>().not.toExtend<FieldName<Tree>>();
    expectTypeOf<FieldName<Record<string, unknown>>>().toEqualTypeOf<string>();
    expectTypeOf<FieldName<{ any: unknown; list: { a: string }[] }>>().toEqualTypeOf<
      'any' | 'list'
    >();
    // @ts-expect-error there is no such field
    expect(seen.hook.field('nothing')).toBe(undefined);
    // @ts-expect-error a number is no topic
    seen.hook.setValue('topic', 1);
  });

  it('keep identity and handlers where nothing changed', () => {
    const { seen, rerender, page } = show(contactForm);
    const before = seen.hook;
    rerender(page({}));
    expect(seen.hook).toBe(before);
    type('name', 'Ada');
    expect(seen.hook.fields.email).toBe(before.fields.email);
    expect(seen.hook.fields.name).not.toBe(before.fields.name);
    expect(seen.hook.fields.name.props.onChange).toBe(before.fields.name.props.onChange);
    expect(seen.hook.setValue).toBe(before.setValue);
    expect(seen.hook.submit).toBe(before.submit);
    expect(seen.hook.form.ref).toBe(before.form.ref);
    expect(seen.hook.form.onSubmit).toBe(before.form.onSubmit);
  });
});
