// @vitest-environment jsdom
import { readFileSync } from 'node:fs';
import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { useForm } from 'react-hook-form';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Mizan } from '../../src/core/index.js';
import { submitForm } from '../../src/forms/index.js';
import {
  api,
  type Contact,
  contactForm,
  errors,
  type Server,
  serve,
  settled,
} from '../forms/fixtures.js';
import { mizanResolver, setServerErrors } from './react-hook-form.js';

let server: Server;
let client: Mizan;

beforeEach(() => {
  server = serve();
  client = server.client; // the page's from here on
});

afterEach(() => {
  cleanup();
  client.dispose();
});

function Page() {
  const { register, handleSubmit, setError, formState } = useForm<Contact>({
    mode: 'onBlur',
    resolver: mizanResolver(api, contactForm),
  });
  const submit = handleSubmit(async (values) => {
    const answer = await submitForm(api, contactForm, values);
    if (!answer.success) setServerErrors(answer.errors, setError);
  });
  const { errors: found } = formState;
  return (
    <form onSubmit={submit}>
      <input {...register('name')} />
      <output title="name">{found.name?.message}</output>
      <input {...register('email')} />
      <output title="email">{found.email?.message}</output>
      <output title="root">{found.root?.server?.message}</output>
    </form>
  );
}

function element(selector: string): HTMLElement {
  return document.querySelector(selector) as HTMLElement;
}

it('lets the server judge, before and after', async () => {
  render(<Page />);
  fireEvent.input(element('[name=name]'), { target: { value: 'root' } });
  await act(async () => {
    fireEvent.blur(element('[name=name]'));
    await settled();
  });
  const asked = server.last('contact.validate');
  expect(asked.args.data.name).toBe('root');
  expect(asked.args.fields).toEqual(['name']);
  await act(() => asked.result(errors({ name: 'Reserved' })));
  expect(element('[title=name]').textContent).toBe('Reserved');

  await act(async () => {
    fireEvent.submit(element('form'));
    await settled();
  });
  await act(() => server.last('contact.validate').result(errors({})));
  await act(settled);
  await act(() =>
    server.last('contact.submit').result({
      success: false,
      errors: errors({ email: 'Taken', __all__: 'Closed' }),
    }),
  );
  expect(element('[title=name]').textContent).toBe('');
  expect(element('[title=email]').textContent).toBe('Taken');
  expect(element('[title=root]').textContent).toBe('Closed');
  expect(document.activeElement).toBe(element('[name=email]'));
});

it.each([
  ['react-hook-form.ts', "'../../src/", "'./api/mizan/"],
  ['contact.tsx', "'../fixtures/", "'./"],
])('%s is what the documentation says', (file, here, there) => {
  const read = (path: string) =>
    readFileSync(new URL(path, `file://${import.meta.dirname}/`), 'utf8');
  const recipe = read(file).split('\n').slice(2).join('\n');
  expect(read('../../../docs/client-forms.md')).toContain(recipe.replaceAll(here, there));
});
