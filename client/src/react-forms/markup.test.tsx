// @vitest-environment jsdom
import { act, render, screen } from '@testing-library/react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';
import { api, contactForm, everythingForm, field, schema } from '../../test/forms/fixtures.js';
import { EveryControl, input, show, withServer } from '../../test/forms/page.js';
import { useForm } from './index.js';

withServer();

function Formatted() {
  const { form, fields, dirty } = useForm(api, contactForm, { initial: { age: 1234 } });
  const { props, value } = fields.age;
  return (
    <form {...form}>
      <input {...props} type="text" value={value.replace('1', '1,')} />
      <output>{`${value} ${dirty}`}</output>
    </form>
  );
}

describe('markup', () => {
  it('is a form that works without JavaScript', () => {
    const html = renderToString(<EveryControl />);
    const page = new DOMParser().parseFromString(html, 'text/html');
    const form = page.querySelector('form') as HTMLFormElement;
    expect(form.getAttribute('action')).toBe('/api/mizan/form/every.thing/');
    expect(form.method).toBe('post');
    expect(form.enctype).toBe('multipart/form-data');
    const data = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    expect(data.filter(([name]) => name !== 'picture' && name !== 'more')).toEqual([
      ['password', ''],
      ['plan', 'basic'],
      ['tags', 'a'],
      ['born', ''],
      ['at', '2026-01-02T03:04'],
      ['about', ''],
      ['site', ''],
      ['news', 'on'],
      ['token', 'abc'],
      ['size', ''],
      ['address.city', ''],
      ['address.zip', ''],
    ]);
    expect(html).not.toContain('never');
  });

  it('says what a control is, and finds its parts by id', () => {
    show(contactForm);
    const email = screen.getByLabelText('Email') as HTMLInputElement;
    expect(email.type).toBe('email');
    expect(email.required).toBe(true);
    expect(email.autocomplete).toBe('email');
    expect(email.getAttribute('aria-invalid')).toBe(null);
    const help = document.getElementById(email.getAttribute('aria-describedby') ?? '');
    expect(help?.textContent).toBe('We answer to this address.');
    expect((screen.getByTestId('form') as HTMLFormElement).noValidate).toBe(true);
    expect(screen.getByTestId('form').getAttribute('enctype')).toBe(null);
  });

  it('has a blank option where nothing is chosen, and none where something always is', () => {
    const { seen } = show(everythingForm);
    expect(seen.hook.field('plan').choices.map((choice) => choice.value)).toEqual([
      'basic',
      'team',
    ]);
    expect(seen.hook.field('size').choices.map((choice) => choice.value)).toEqual(['', '1', '2']);
    expect(seen.hook.field('tags').choices).toHaveLength(3);
  });

  it.each([
    { required: true, initial: 'a', own: false, blank: 0 },
    { required: false, initial: 'a', own: false, blank: 1 },
    { required: true, initial: null, own: false, blank: 1 },
    { required: false, initial: null, own: true, blank: 1 },
  ])('a select has one blank option or none: $required $initial $own', (of) => {
    const choices = [{ value: 'a', label: 'A' }, ...(of.own ? [{ value: '', label: 'None' }] : [])];
    const { required, initial } = of;
    const one = field('one', { widget: 'Select', type: 'select', choices, required, initial });
    const { seen } = show<{ one?: string }, null>({ name: 'f', schema: schema('f', [one]) });
    const blank = seen.hook.fields.one.choices.filter(({ value }) => value === '');
    expect(blank).toHaveLength(of.blank);
  });

  it('ids differ between two forms of one page', () => {
    show(contactForm);
    show(contactForm);
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('hydration', () => {
  it('takes over what was filled in before scripts ran', async () => {
    const { hydrateRoot } = await import('react-dom/client');
    const container = document.body.appendChild(document.createElement('div'));
    container.innerHTML = renderToString(<EveryControl />);
    input('about').value = 'written early';
    input('news').checked = false;
    input('plan').value = 'team';
    const complaint = vi.spyOn(console, 'error');
    const root = await act(() => hydrateRoot(container, <EveryControl />));
    expect(complaint).not.toHaveBeenCalled();
    const values = JSON.parse(container.querySelector('output')?.textContent ?? '');
    expect(values).toMatchObject({
      about: 'written early',
      news: false,
      plan: 'team',
      tags: ['a'],
    });
    expect(input('about').value).toBe('written early');
    expect(input('plan').value).toBe('team');
    act(() => root.unmount());
    container.remove();
  });

  it('takes nothing over from a control that shows something else than it holds', () => {
    render(<Formatted />);
    expect(input('age').value).toBe('1,234');
    expect(screen.getByRole('status').textContent).toBe('1234 false');
  });

  it('starts clean: what the browser makes of a value is nothing that somebody typed', () => {
    const { seen } = show(everythingForm, {
      initial: { about: 'one\r\ntwo', born: 'no date', tags: ['c', 'a'] },
    });
    expect(seen.hook.dirty).toBe(false);
    expect(seen.renders).toBe(1);
  });
});
