// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  api,
  type Contact,
  contactForm,
  errors,
  everythingForm,
  serve,
  settled,
} from '../../test/forms/fixtures.js';
import * as z from '../zod/index.js';
import { createEngine, single, submitForm, validateForm } from './index.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** A form of the page's own, without a framework. */
function page() {
  const server = serve();
  document.body.innerHTML = `<form><input name="name"><input name="email">
    <input name="topic" type="radio" value="sales"><input name="topic" type="radio" value="help"></form>`;
  const form = document.querySelector('form') as HTMLFormElement;
  const engine = createEngine(api, single(contactForm), contactForm, [undefined]);
  engine.configure({ client: server.client });
  engine.attach(form);
  form.addEventListener('change', ({ target }) => {
    engine.input('0', (target as HTMLInputElement).name, target as HTMLInputElement);
  });
  form.addEventListener('focusout', ({ target }) =>
    engine.touch('0', (target as HTMLInputElement).name),
  );
  const use = (selector: string, act: (input: HTMLInputElement) => void) => {
    const input = form.querySelector(selector) as HTMLInputElement;
    act(input);
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  return { server, engine, form, use };
}

it('takes over what the page has', () => {
  const { engine, form } = page();
  const held = () => engine.snapshot().forms[0]?.fields.topic;
  expect(held()).toMatchObject({ value: '', changed: false });
  (form.querySelector('[value=help]') as HTMLInputElement).checked = true;
  engine.attach(form);
  expect(held()).toMatchObject({ value: 'help', changed: true });
});

it('takes over a group of checkboxes', () => {
  document.body.innerHTML = `<form><input name="tags" type="checkbox" value="a" checked>
    <input name="tags" type="checkbox" value="b" checked></form>`;
  const initial = { tags: ['b', 'a'] };
  const engine = createEngine(api, single(everythingForm), everythingForm, [initial]);
  const form = document.querySelector('form') as HTMLFormElement;
  const held = () => engine.snapshot().forms[0]?.fields.tags;
  engine.attach(form);
  expect(held()).toMatchObject({ value: ['b', 'a'], changed: false });
  (form.elements[0] as HTMLInputElement).checked = false;
  engine.attach(form);
  expect(held()).toMatchObject({ value: ['b'], changed: true });
});

it('gets along with a control that hides the others', () => {
  document.body.innerHTML = '<form><input name="elements"></form>';
  const engine = createEngine(api, single(contactForm), contactForm, [undefined]);
  const form = document.querySelector('form') as HTMLFormElement;
  // As browsers have it, and jsdom has not.
  Object.defineProperty(form, 'elements', { value: form.querySelector('input') });
  expect(() => engine.attach(form)).not.toThrow();
});

it('drives a form without a framework', async () => {
  const { server, engine, form, use } = page();
  const states: boolean[] = [];
  engine.subscribe(() => states.push(engine.snapshot().submitting));
  use('[name=name]', (input) => {
    input.value = 'Ada';
  });
  use('[value=help]', (input) => {
    input.checked = true;
  });
  expect(engine.snapshot().forms[0]?.fields.topic?.value).toBe('help');
  const before = engine.snapshot();
  const outcome = engine.submit();
  await settled();
  expect(server.last('contact.submit').args).toEqual({ name: 'Ada', topic: 'help' });
  await server
    .last('contact.submit')
    .result({ success: false, errors: errors({ topic: 'Closed' }) });
  expect(await outcome).toEqual({ success: false });
  expect(states).toContain(true);
  engine.settle(before);
  expect(document.activeElement).toBe(document.body);
  engine.settle(engine.snapshot());
  expect(document.activeElement).toBe(form.querySelector('[value=sales]'));
  // The focus moves once.
  (form.querySelector('[name=name]') as HTMLInputElement).focus();
  engine.settle(engine.snapshot());
  expect(document.activeElement).toBe(form.querySelector('[name=name]'));
});

it('says whether everything is right', async () => {
  const { server, engine } = page();
  const wrong = engine.validate();
  await settled();
  const all = ['name', 'email', 'age', 'topic', '__all__'];
  expect(server.last('contact.validate').args.fields).toEqual(all);
  await server.last('contact.validate').result(errors({ name: 'Required' }));
  expect(await wrong).toBe(false);
  const right = engine.validate();
  await settled();
  await server.last('contact.validate').result(errors({}));
  expect(await right).toBe(true);
  const whole = engine.validate();
  await settled();
  await server.last('contact.validate').result(errors({ __all__: 'Closed' }));
  expect(await whole).toBe(false);
  expect(engine.snapshot().forms[0]?.errors).toMatchObject([{ message: 'Closed' }]);
});

it('does not say that everything is right where nobody knows', async () => {
  const { server, engine, use } = page();
  const lost = engine.validate();
  await settled();
  await server.last('contact.validate').lose();
  expect(await lost).toBe(false);
  expect(engine.snapshot()).toMatchObject({ validating: false, error: { code: 'NETWORK' } });
  const overtaken = engine.validate();
  await settled();
  expect(engine.snapshot().error).toBeUndefined();
  use('[name=name]', (input) => {
    input.value = 'Ada';
  });
  expect(await overtaken).toBe(false);
});

it('a schema that fails is told and not thrown', async () => {
  const { server, engine } = page();
  const validate = () => {
    throw new Error('Broken');
  };
  const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } };
  engine.configure({ client: server.client, schema });
  expect(await engine.submit()).toMatchObject({ success: false, error: { message: 'Broken' } });
  expect(engine.snapshot()).toMatchObject({ submitting: false, error: { message: 'Broken' } });
});

it('is there as plain functions', async () => {
  const server = serve();
  const { client } = server;
  const found = validateForm(api, contactForm, { name: 'root' }, ['name'], { client });
  await settled();
  expect(server.last('contact.validate').args).toEqual({
    data: { name: 'root' },
    fields: ['name'],
  });
  await server.last('contact.validate').result(errors({ name: 'Reserved' }));
  expect((await found).errors[0]?.errors[0]?.message).toBe('Reserved');
  const all = validateForm(api, contactForm, { name: 'root' }, undefined, { client });
  await settled();
  expect(server.last('contact.validate').args).toEqual({ data: { name: 'root' } });
  await server.last('contact.validate').result(errors({}));
  await all;
  const sent = submitForm(api, contactForm, { name: 'Ada' }, { client });
  await settled();
  await server.last('contact.submit').result({ success: true, data: { sent: true } });
  expect(await sent).toEqual({ success: true, data: { sent: true } });
  // @ts-expect-error there is no such field
  void submitForm(api, contactForm, { nam: 'Ada' }, { client });
});

it('judges by the schema that the generator writes', async () => {
  const schema: z.Schema<Contact, z.FormInput<Contact>> = z.form(() =>
    z.object({
      age: z.optional(z.nullable(z.integer(z.minimum(18)))),
      email: z.string(z.email()),
      name: z.string(z.maxLength(20)),
      topic: z.literal('sales', 'help'),
    }),
  );
  const { server, engine } = page();
  engine.configure({ client: server.client, schema });
  const fill = (values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) engine.set('0', name, value);
  };
  const told = () =>
    Object.values(engine.snapshot().forms[0]?.fields ?? {}).map(({ errors }) => errors[0]?.message);
  fill({ name: 'Ada', email: 'ada', age: '17' });
  await engine.submit();
  expect(told()).toEqual([
    undefined,
    'Must be a valid e-mail address',
    'Must be at least 18',
    'Field required',
  ]);
  fill({ email: 'ada@example.org', age: '18', topic: 'help' });
  void engine.submit();
  await settled();
  expect(server.last('contact.submit').args.age).toBe('18');
});
