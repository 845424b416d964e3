// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  api,
  type Contact,
  contactForm,
  errors,
  type Server,
  schema,
  serve,
  settled,
} from '../../test/forms/fixtures.js';
import type { FormDescriptor } from '../core/index.js';
import { MizanProvider } from '../react/index.js';
import { type FormsetHook, type UseFormsetOptions, useFormset } from './index.js';

let server: Server;
let hook: FormsetHook<Contact>;

beforeEach(() => {
  vi.useFakeTimers();
  server = serve();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

interface Props {
  form?: FormDescriptor<Contact, unknown>;
  options?: UseFormsetOptions<Contact>;
}

function Page({ form = contactForm, options }: Props) {
  hook = useFormset(api, form, options);
  return (
    <form {...hook.form} data-testid="form">
      {hook.forms.map((one) => (
        <fieldset key={one.key}>
          {one.list.map(({ name, props, errors }) => (
            <p key={name}>
              <input {...props} />
              {errors.map(({ message }) => message).join(' ')}
            </p>
          ))}
        </fieldset>
      ))}
    </form>
  );
}

function show(props: Props = {}) {
  return render(
    <MizanProvider client={server.client}>
      <Page {...props} />
    </MizanProvider>,
  );
}

const TWO = [{ name: 'Ada' }, { name: 'Grace' }];

function input(name: string): HTMLInputElement {
  return document.querySelector(`[name="${name}"]`) as HTMLInputElement;
}

function type(name: string, value: string) {
  fireEvent.change(input(name), { target: { value } });
}

function names(): string[] {
  return hook.forms.map((form) => form.values.name);
}

async function submit() {
  fireEvent.submit(screen.getByTestId('form'));
  await act(settled);
}

it('starts with as many forms as there have to be', () => {
  show();
  expect(names()).toEqual(['']);
  cleanup();
  show({
    form: {
      ...contactForm,
      formset: { min_num: 2, max_num: 2, can_delete: true, can_order: true },
    },
  });
  expect(hook.forms).toHaveLength(2);
  expect(hook.canAdd).toBe(false);
  expect(hook.forms.map((form) => form.canRemove)).toEqual([false, false]);
  cleanup();
  show({ options: { initial: TWO } });
  expect(names()).toEqual(['Ada', 'Grace']);
  expect(hook.dirty).toBe(false);
});

it('adds forms up to the most, and removes those that were added', () => {
  show({ options: { initial: TWO } });
  act(() => hook.add({ name: 'Edsger' }));
  expect(names()).toEqual(['Ada', 'Grace', 'Edsger']);
  expect(hook.canAdd).toBe(false);
  act(() => hook.add());
  expect(hook.forms).toHaveLength(3);
  expect(hook.forms.map((form) => form.canRemove)).toEqual([false, false, true]);
  act(() => hook.forms[0]?.remove());
  expect(hook.forms).toHaveLength(3);
  act(() => hook.forms[2]?.remove());
  expect(names()).toEqual(['Ada', 'Grace']);
});

it('removes any form where the server lets forms be deleted', () => {
  const formset = { min_num: 1, max_num: null, can_delete: true, can_order: false };
  show({ form: { ...contactForm, formset }, options: { initial: TWO } });
  act(() => hook.forms[0]?.remove());
  expect(names()).toEqual(['Grace']);
  expect(hook.forms[0]?.canRemove).toBe(false);
});

it('moves forms with all that is filled in, keeping their keys', () => {
  show({ options: { initial: TWO } });
  const keys = hook.forms.map((form) => form.key);
  const [ada] = document.querySelectorAll('fieldset');
  type('forms.0.email', 'ada@example.org');
  act(() => hook.forms[0]?.move(1));
  expect(names()).toEqual(['Grace', 'Ada']);
  expect(hook.forms.map((form) => form.key)).toEqual([...keys].reverse());
  expect(document.querySelectorAll('fieldset')[1]).toBe(ada);
  expect(input('forms.1.email').value).toBe('ada@example.org');
  type('forms.1.email', 'a@example.org');
  expect(hook.forms[1]?.values.email).toBe('a@example.org');
});

it('stays where it is where the server does not let forms be ordered', () => {
  const formset = { min_num: 1, max_num: 3, can_delete: false, can_order: false };
  show({ form: { ...contactForm, formset }, options: { initial: TWO } });
  expect(hook.canMove).toBe(false);
  act(() => hook.forms[0]?.move(1));
  expect(names()).toEqual(['Ada', 'Grace']);
});

it('validates all forms and shows the verdict on touched fields', async () => {
  show({ options: { initial: TWO } });
  type('forms.1.name', 'root');
  fireEvent.blur(input('forms.1.name'));
  await act(() => vi.advanceTimersByTimeAsync(300));
  const asked = server.last('contact.formset.validate');
  expect(asked.args.forms.map((form: Contact) => form.name)).toEqual(['Ada', 'root']);
  await act(() =>
    asked.result({
      general: ['Too few'],
      per_form: [errors({ name: 'Odd' }), errors({ name: 'Reserved', email: 'Required' })],
    }),
  );
  expect(hook.forms[0]?.fields.name.errors).toEqual([]);
  expect(hook.forms[1]?.fields.name.errors).toEqual([{ message: 'Reserved', code: 'reserved' }]);
  expect(hook.forms[1]?.fields.email.errors).toEqual([]);
  expect(hook.formErrors).toEqual([]);
});

it('validates what is there once forms have come or gone', async () => {
  show({ options: { initial: TWO } });
  type('forms.0.name', 'root');
  fireEvent.blur(input('forms.0.name'));
  act(() => hook.forms[0]?.move(1));
  await act(() => vi.advanceTimersByTimeAsync(300));
  const asked = server.last('contact.formset.validate');
  expect(asked.args.forms.map((form: Contact) => form.name)).toEqual(['Grace', 'root']);
});

it('is not right where the formset as a whole is not', async () => {
  show({ options: { initial: TWO } });
  let isRight: boolean | undefined;
  act(() => void hook.validate().then((right) => (isRight = right)));
  await act(settled);
  const verdict = { general: ['Too few'], per_form: [errors({}), errors({})] };
  await act(() => server.last('contact.formset.validate').result(verdict));
  expect(isRight).toBe(false);
  expect(hook.formErrors).toEqual([{ message: 'Too few', code: 'invalid' }]);
});

it('submits all forms, and shows a refusal where it belongs', async () => {
  show({ options: { initial: TWO } });
  await submit();
  const sent = server.last('contact.formset.submit');
  expect(sent.args.forms.map((form: Contact) => form.name)).toEqual(['Ada', 'Grace']);
  // The forms change places before the answer is there.
  act(() => hook.forms[0]?.move(1));
  await act(() =>
    sent.result({
      success: false,
      errors: {
        general: ['Too many'],
        per_form: [errors({}), errors({ name: 'Twice', __all__: 'Odd form' })],
      },
    }),
  );
  expect(hook.formErrors).toEqual([{ message: 'Too many', code: 'invalid' }]);
  expect(hook.forms[0]?.values.name).toBe('Grace');
  expect(hook.forms[0]?.fields.name.errors[0]?.message).toBe('Twice');
  expect(hook.forms[0]?.formErrors[0]?.message).toBe('Odd form');
  expect(document.activeElement).toBe(input('forms.0.name'));
  await submit();
  expect(hook.formErrors).toEqual([]);
  await act(() => server.last('contact.formset.submit').result({ success: true }));
  expect(hook.succeeded).toBe(true);
});

it('takes a VALIDATION_ERROR of a form for a refusal', async () => {
  show({ options: { initial: TWO } });
  await submit();
  const fields = { 'forms.1.name': ['Bad'], 'forms.0': ['Must be an object'], forms: ['Too many'] };
  await act(() => server.last('contact.formset.submit').fail(422, 'VALIDATION_ERROR', { fields }));
  expect(hook.forms[1]?.fields.name.errors[0]?.message).toBe('Bad');
  expect(hook.forms[0]?.formErrors[0]?.message).toBe('Must be an object');
  expect(hook.formErrors[0]?.message).toBe('Too many');
});

it('loads a schema for each form, and one for forms to come', async () => {
  show({ form: { ...contactForm, dynamic: true }, options: { initial: TWO } });
  await act(settled);
  const asked = server.last('contact.formset.schema');
  expect(asked.args.forms).toHaveLength(3);
  const fields = contactForm.schema.fields;
  const with_ = (initial: string) =>
    schema(
      'contact',
      fields.map((one) => (one.name === 'email' ? { ...one, initial } : one)),
    );
  await act(() =>
    asked.result({ forms: [with_('a'), with_('b'), with_('c')], min_num: 1, max_num: 3 }),
  );
  expect(hook.forms.map((form) => form.values.email)).toEqual(['a', 'b']);
  act(() => hook.add());
  expect(hook.forms[2]?.values.email).toBe('c');
});

it('is never sent as a GET with what is filled in', () => {
  show();
  expect((screen.getByTestId('form') as HTMLFormElement).method).toBe('post');
});
