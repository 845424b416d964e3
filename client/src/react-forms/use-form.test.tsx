// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  api,
  contactForm,
  contactSchema,
  type Everything,
  errors,
  everythingForm,
  field,
  type Server,
  schema,
  serve,
  settled,
} from '../../test/forms/fixtures.js';
import type { FormDescriptor } from '../core/index.js';
import { MizanProvider } from '../react/index.js';
import type { FieldHook, FormHook, UseFormOptions } from './index.js';
import { useForm } from './index.js';

let server: Server;

beforeEach(() => {
  vi.useFakeTimers();
  server = serve();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Control({ of }: { of: FieldHook }) {
  const { props } = of;
  return (
    <div>
      <label htmlFor={props.id}>{of.label}</label>
      {of.schema.widget === 'Textarea' ? (
        <textarea {...props} />
      ) : of.schema.choices ? (
        <select {...props}>
          {of.choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input {...props} />
      )}
      {of.help && <p {...of.helpProps}>{of.help}</p>}
      {of.errors.length > 0 && (
        <div {...of.errorProps}>{of.errors.map((error) => error.message).join(' ')}</div>
      )}
    </div>
  );
}

function show<F, D>(
  descriptor: FormDescriptor<F, D>,
  options: UseFormOptions<F> = {},
  Mode: typeof StrictMode | undefined = undefined,
) {
  const seen: { hook: FormHook<F, D>; renders: number } = { hook: undefined as never, renders: 0 };
  function Page(props: { options: UseFormOptions<F> }) {
    const hook = useForm(api, descriptor, props.options);
    seen.hook = hook;
    seen.renders += 1;
    return (
      <form {...hook.form} data-testid="form">
        {hook.formErrors.length > 0 && (
          <p {...hook.formErrorProps}>{hook.formErrors.map((e) => e.message).join(' ')}</p>
        )}
        {hook.list.map((one) => (
          <Control key={one.name} of={one} />
        ))}
        <button type="submit">{hook.schema.submit_label}</button>
      </form>
    );
  }
  const page = (next: UseFormOptions<F>) => (
    <MizanProvider client={server.client}>
      {Mode ? (
        <Mode>
          <Page options={next} />
        </Mode>
      ) : (
        <Page options={next} />
      )}
    </MizanProvider>
  );
  const rendered = render(page(options));
  return { seen, page, ...rendered };
}

function EveryControl() {
  const { form, list, values } = useForm(api, everythingForm);
  return (
    <form {...form}>
      {list.map((one) => (
        <Control key={one.name} of={one} />
      ))}
      <output>{JSON.stringify(values)}</output>
    </form>
  );
}

function input(name: string): HTMLInputElement {
  const found = document.querySelector(`[name="${name}"]`);
  if (!found) throw new Error(`No control ${name}`);
  return found as HTMLInputElement;
}

function type(name: string, value: string) {
  fireEvent.change(input(name), { target: { value } });
}

async function blur(name: string) {
  fireEvent.blur(input(name));
  await wait(300);
}

async function wait(ms: number) {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}

async function answer(fn: string, value: unknown) {
  await act(() => server.last(fn).result(value));
}

async function submit() {
  fireEvent.submit(screen.getByTestId('form'));
  await act(settled);
}

const VALID = { errors: [] };

function told(name: string): string | null {
  const id = input(name).getAttribute('aria-describedby')?.split(' ').pop() ?? '';
  return id.endsWith('-errors') ? (document.getElementById(id)?.textContent ?? '') : null;
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

describe('live validation', () => {
  it('asks about touched fields, once nobody types', async () => {
    const { seen } = show(contactForm);
    type('name', 'r');
    await wait(1000);
    expect(server.names()).toEqual([]);
    await blur('name');
    expect(server.names()).toEqual(['contact.validate']);
    expect(server.last('contact.validate').args.fields).toEqual(['name']);
    expect(seen.hook.validating).toBe(true);
    await answer('contact.validate', errors({ name: 'Reserved', email: 'Required' }));
    expect(seen.hook.validating).toBe(false);
    expect(told('name')).toBe('Reserved');
    expect(input('name').getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(seen.hook.fields.name.errorProps.id)?.getAttribute('role')).toBe(
      'alert',
    );
    // Nobody was there yet.
    expect(told('email')).toBe(null);
  });

  it('drops an answer once something newer was typed', async () => {
    show(contactForm);
    type('name', 'root');
    await blur('name');
    const old = server.last('contact.validate');
    type('name', 'roots');
    await act(() => old.result(errors({ name: 'Reserved' })));
    expect(told('name')).toBe(null);
    expect(old.signal?.aborted).toBe(true);
    await wait(299);
    expect(server.names()).toEqual(['contact.validate']);
    await wait(1);
    expect(server.names()).toEqual(['contact.validate']);
    await answer('contact.validate', VALID);
    expect(told('name')).toBe(null);
  });

  it('drops it from a client that knows no signals, too', async () => {
    const call = server.client.call.bind(server.client);
    server.client.call = (fn, input, options) => call(fn, input, { ...options, signal: undefined });
    show(contactForm);
    type('name', 'root');
    await blur('name');
    const old = server.last('contact.validate');
    type('name', 'roots');
    await act(() => old.result(errors({ name: 'Reserved' })));
    expect(told('name')).toBe(null);
  });

  it('judges once what was left twice', async () => {
    show(contactForm);
    await blur('name');
    await answer('contact.validate', errors({ name: 'Required' }));
    await blur('name');
    expect(server.names()).toEqual(['contact.validate']);
  });

  it('asks anew when an untouched field changes while a verdict is on its way', async () => {
    show(contactForm);
    type('name', 'root');
    await blur('name');
    server.names();
    type('email', 'a');
    await wait(300);
    expect(server.names()).toEqual(['contact.validate']);
    expect(server.last('contact.validate').args.fields).toEqual(['name']);
    await answer('contact.validate', errors({ name: 'Reserved' }));
    expect(told('name')).toBe('Reserved');
  });

  it('keeps an error until the next verdict, and drops it when none comes', async () => {
    show(contactForm);
    type('name', 'root');
    await blur('name');
    await answer('contact.validate', errors({ name: 'Reserved' }));
    type('name', 'Ada');
    expect(told('name')).toBe('Reserved');
    await wait(300);
    await act(() => server.last('contact.validate').lose());
    expect(told('name')).toBe(null);
  });

  it('does not ask where the form says so, and forgets errors of what was changed', async () => {
    const quiet = {
      ...contactForm,
      schema: { ...contactSchema, meta: { ...contactSchema.meta, live_validation: false } },
    };
    show(quiet);
    type('name', 'root');
    await blur('name');
    expect(server.names()).toEqual([]);
    await submit();
    await answer('contact.submit', {
      success: false,
      errors: errors({ name: 'Reserved', email: 'Required' }),
    });
    type('name', 'Ada');
    await wait(1000);
    expect(told('name')).toBe(null);
    expect(told('email')).toBe('Required');
    expect(server.names()).toEqual(['contact.submit']);
  });

  it('asks about the whole form only where the form says so', async () => {
    const form = {
      ...contactForm,
      schema: schema('contact', contactSchema.fields, { live_form_errors: true }),
    };
    const { seen } = show(form);
    await blur('name');
    expect(server.last('contact.validate').args.fields).toEqual(['name', '__all__']);
    await answer('contact.validate', errors({ __all__: 'Closed today' }));
    expect(seen.hook.formErrors).toEqual([{ message: 'Closed today', code: 'closed' }]);
    expect(screen.getByRole('alert').textContent).toBe('Closed today');
  });

  it('stops when the component goes', async () => {
    const { unmount } = show(contactForm);
    type('name', 'root');
    await blur('name');
    const asked = server.last('contact.validate');
    unmount();
    await act(settled);
    expect(asked.signal?.aborted).toBe(true);
    await wait(1000);
    expect(server.names()).toEqual(['contact.validate']);
  });
});

describe('a schema on this side', () => {
  const ownSchema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate(value: unknown) {
        const { name, age } = value as Record<string, unknown>;
        const issues = [];
        if (name === 'root') issues.push({ message: 'Not root', path: ['name'] });
        if (age !== undefined && Number(age) < 18) {
          issues.push({ message: 'Too young', path: [{ key: 'age' }] });
        }
        return { issues };
      },
    },
  };

  it('is asked before the server, which is asked about the rest', async () => {
    show(contactForm, { schema: ownSchema });
    type('name', 'root');
    type('age', '17');
    await blur('name');
    expect(told('name')).toBe('Not root');
    expect(told('age')).toBe(null);
    expect(server.names()).toEqual([]);
    await blur('email');
    expect(server.last('contact.validate').args.fields).toEqual(['email']);
    await answer('contact.validate', errors({ email: 'Required' }));
    expect(told('name')).toBe('Not root');
    expect(told('email')).toBe('Required');
  });

  it('keeps a submission from being sent', async () => {
    const { seen } = show(contactForm, { schema: ownSchema });
    type('age', '17');
    await submit();
    expect(server.names()).toEqual([]);
    expect(told('age')).toBe('Too young');
    expect(seen.hook.submitting).toBe(false);
    expect(document.activeElement).toBe(input('age'));
    type('age', '18');
    await submit();
    expect(server.names()).toEqual(['contact.submit']);
    await answer('contact.submit', { success: false, errors: errors({ age: 'Older' }) });
    expect(told('age')).toBe('Older');
  });
});

describe('submission', () => {
  it('sends what is filled in and shows the answer', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    type('email', 'ada@example.org');
    type('topic', 'help');
    await submit();
    expect(seen.hook.submitting).toBe(true);
    expect(server.last('contact.submit').args).toEqual({
      name: 'Ada',
      email: 'ada@example.org',
      topic: 'help',
    });
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(seen.hook).toMatchObject({
      submitting: false,
      succeeded: true,
      data: { sent: true },
      error: undefined,
      submitCount: 1,
    });
    expect(seen.hook.values.name).toBe('Ada');
  });

  it('shows a refusal at the fields, keeps the values and moves the focus', async () => {
    const { seen } = show(contactForm);
    type('email', 'ada');
    await submit();
    await answer('contact.submit', {
      success: false,
      errors: errors({
        email: 'Invalid',
        topic: 'Required',
        __all__: 'Closed',
        'elsewhere.1': 'Odd',
      }),
    });
    expect(told('email')).toBe('Invalid');
    expect(told('topic')).toBe('Required');
    expect(document.activeElement).toBe(input('email'));
    expect(seen.hook.formErrors.map((error) => error.message)).toEqual([
      'Closed',
      'elsewhere.1: Odd',
    ]);
    expect(seen.hook.values.email).toBe('ada');
    expect(seen.hook.succeeded).toBe(false);
    // The next one begins without them.
    await submit();
    expect(seen.hook.formErrors).toEqual([]);
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(told('topic')).toBe(null);
    expect(seen.hook.submitCount).toBe(2);
  });

  it('takes a VALIDATION_ERROR for a refusal', async () => {
    const { seen } = show(contactForm);
    await submit();
    await act(() =>
      server.last('contact.submit').fail(422, 'VALIDATION_ERROR', { fields: { name: ['Bad'] } }),
    );
    expect(told('name')).toBe('Bad');
    expect(seen.hook.error).toBe(undefined);
  });

  it('keeps the values when the network fails, and says why', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    await submit();
    await act(() => server.last('contact.submit').lose());
    expect(seen.hook.error?.code).toBe('NETWORK');
    expect(seen.hook.submitting).toBe(false);
    expect(input('name').value).toBe('Ada');
  });

  it('runs once at a time', async () => {
    const { seen } = show(contactForm);
    await submit();
    await submit();
    let outcome: unknown;
    act(() => void seen.hook.submit().then((came) => (outcome = came)));
    expect(server.names()).toEqual(['contact.submit']);
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(outcome).toEqual({ success: true, data: { sent: true } });
  });

  it('shows no error of a field that was changed meanwhile', async () => {
    show(contactForm);
    type('name', 'root');
    await submit();
    type('name', 'Ada');
    await answer('contact.submit', {
      success: false,
      errors: errors({ name: 'Reserved', email: 'Required' }),
    });
    expect(told('name')).toBe(null);
    expect(told('email')).toBe('Required');
    await wait(300);
    expect(server.last('contact.validate').args.data.name).toBe('Ada');
  });

  it('drops a validation that was on its way', async () => {
    show(contactForm);
    type('name', 'root');
    await blur('name');
    await submit();
    await answer('contact.validate', errors({ name: 'Reserved' }));
    expect(told('name')).toBe(null);
  });

  it('survives the component, and is no error then', async () => {
    const { unmount } = show(contactForm);
    await submit();
    const sent = server.last('contact.submit');
    unmount();
    await act(settled);
    expect(sent.signal?.aborted).toBe(false);
    await act(() => sent.result({ success: true, data: { sent: true } }));
  });

  it('can be given up', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    let outcome: unknown;
    act(() => void seen.hook.submit().then((came) => (outcome = came)));
    await act(settled);
    act(() => seen.hook.cancel());
    await act(settled);
    expect(outcome).toEqual({ success: false });
    expect(seen.hook).toMatchObject({ submitting: false, error: undefined });
    expect(input('name').value).toBe('Ada');
  });

  it('that is refused changes nothing, and one that is accepted what the form affects', async () => {
    const context = { name: 'messages', slots: { messages: [] } };
    const messages = server.client.observe(context, {});
    const leave = messages.subscribe(() => {});
    await act(settled);
    await answer('/api/mizan/ctx/messages/', { messages: [] });
    expect(messages.snapshot().data).toEqual({ messages: [] });
    show(contactForm);
    await submit();
    server.names();
    await answer('contact.submit', { success: false, errors: errors({ name: 'Required' }) });
    expect(messages.snapshot()).toMatchObject({ stale: false, refreshing: false });
    await submit();
    await act(() =>
      server
        .last('contact.submit')
        .result({ success: true, data: {} }, { invalidate: ['messages'] }),
    );
    expect(messages.snapshot()).toMatchObject({ stale: true, refreshing: true });
    expect(server.names()).toEqual(['contact.submit', '/api/mizan/ctx/messages/']);
    leave();
  });

  it('that got lost may have changed what the form affects', async () => {
    const context = { name: 'messages', slots: { messages: [] } };
    const messages = server.client.observe(context, {});
    const leave = messages.subscribe(() => {});
    await act(settled);
    await answer('/api/mizan/ctx/messages/', { messages: [] });
    const { seen } = show(contactForm);
    await submit();
    await act(() => server.last('contact.submit').lose());
    expect(seen.hook.error?.unknown).toBe(true);
    expect(messages.snapshot().stale).toBe(true);
    leave();
  });

  it('works under StrictMode', async () => {
    const { seen } = show(contactForm, {}, StrictMode);
    type('name', 'root');
    await blur('name');
    expect(server.names()).toEqual(['contact.validate']);
    await submit();
    await answer('contact.submit', { success: false, errors: errors({ name: 'Reserved' }) });
    expect(told('name')).toBe('Reserved');
    expect(document.activeElement).toBe(input('name'));
    await submit();
    await answer('contact.submit', { success: true, data: { sent: true } });
    expect(seen.hook.submitCount).toBe(2);
  });

  it('leaves the page to the script, and gives its outcome to one who asks', async () => {
    const { seen } = show(contactForm);
    expect(fireEvent.submit(screen.getByTestId('form'))).toBe(false);
    await act(settled);
    await answer('contact.submit', { success: true, data: { sent: true } });
    const event = { preventDefault: vi.fn() };
    let outcome: unknown;
    act(() => void seen.hook.submit(event).then((came) => (outcome = came)));
    expect(event.preventDefault).toHaveBeenCalledOnce();
    await act(settled);
    await act(() => server.last('contact.submit').fail(401, 'UNAUTHORIZED'));
    expect(outcome).toMatchObject({ success: false, error: { code: 'UNAUTHORIZED' } });
  });

  it('is forgotten by a reset', async () => {
    const { seen } = show(contactForm);
    type('name', 'Ada');
    await submit();
    act(() => seen.hook.reset());
    expect(input('name').value).toBe('');
    expect(seen.hook.submitting).toBe(false);
    await answer('contact.submit', { success: false, errors: errors({ name: 'Reserved' }) });
    expect(told('name')).toBe(null);
    act(() => seen.hook.reset({ name: 'Grace' }));
    expect(input('name').value).toBe('Grace');
    expect(seen.hook.dirty).toBe(false);
    type('name', 'Ada');
    expect(input('name').value).toBe('Ada');
    act(() => seen.hook.setValue('name', 'Edsger'));
    expect(input('name').value).toBe('Edsger');
  });

  it('takes errors that were found elsewhere', async () => {
    const { seen } = show(contactForm);
    act(() => seen.hook.setErrors({ name: 'Taken', __all__: ['One', 'Two'] }));
    expect(told('name')).toBe('Taken');
    expect(seen.hook.formErrors.map((error) => error.message)).toEqual(['One', 'Two']);
  });

  it('of text that the control cannot read is refused here', async () => {
    show(contactForm);
    Object.defineProperty(input('age'), 'validity', { value: { badInput: true } });
    Object.defineProperty(input('age'), 'validationMessage', { value: 'Enter a number.' });
    await submit();
    expect(server.names()).toEqual([]);
    expect(told('age')).toBe('Enter a number.');
  });
});

describe('secrets and files', () => {
  it('keeps passwords out of what a page carries', () => {
    show(everythingForm);
    type('password', 'hunter2');
    expect(JSON.stringify(server.client.dehydrate())).not.toContain('hunter2');
  });

  it('forgets passwords with a refusal and not when the network fails', async () => {
    const { seen } = show(everythingForm);
    type('password', 'hunter2');
    await submit();
    await act(() => server.last('every.thing.submit').lose());
    expect(input('password').value).toBe('hunter2');
    await submit();
    await answer('every.thing.submit', { success: false, errors: errors({ about: 'Long' }) });
    expect(input('password').value).toBe('');
    expect(seen.hook.values.about).toBe('');
    // Its absence is not told before it is typed again.
    type('about', 'x');
    await wait(300);
    expect(server.last('every.thing.validate').args.fields).not.toContain('password');
  });

  it('sends everything that is filled in, files included', async () => {
    show(everythingForm);
    const files = ['a', 'b'].map((name) => new File([name], `${name}.png`));
    fireEvent.change(input('picture'), { target: { files: files.slice(0, 1) } });
    fireEvent.change(input('more'), { target: { files } });
    type('address.city', 'Graz');
    type('size', '2');
    await submit();
    const form = server.last('every.thing.submit').form as FormData;
    expect([...form.keys()][0]).toBe('fn');
    const sent = [...form].map(([name, value]) => [
      name,
      value instanceof File ? value.name : value,
    ]);
    expect(sent).toEqual([
      ['fn', 'every.thing.submit'],
      ['plan', 'basic'],
      ['tags', 'a'],
      ['at', '2026-01-02T03:04'],
      ['news', 'true'],
      ['token', 'abc'],
      ['size', '2'],
      ['address.city', 'Graz'],
      ['picture', 'a.png'],
      ['more', 'a.png'],
      ['more', 'b.png'],
    ]);
  });

  it('keeps files out of validation', async () => {
    show(everythingForm);
    fireEvent.change(input('picture'), { target: { files: [new File(['a'], 'a.png')] } });
    await wait(300);
    expect(server.last('every.thing.validate').args.data).not.toHaveProperty('picture');
    expect(server.last('every.thing.validate').args.data.address).toEqual({});
  });

  it('tells the progress of an upload', async () => {
    const { seen } = show(everythingForm);
    let tell: ((sent: number, total: number) => void) | undefined;
    let timeout: number | undefined;
    const call = server.client.call.bind(server.client);
    server.client.call = (fn, input, options) => {
      tell = options?.onProgress;
      timeout = options?.timeout;
      return call(fn, input, options);
    };
    await submit();
    // The server waits as long for a body.
    expect(timeout).toBe(600_000);
    act(() => tell?.(10, 100));
    expect(seen.hook.progress).toEqual({ sent: 10, total: 100 });
    await answer('every.thing.submit', { success: true, data: null });
    expect(seen.hook.progress).toBe(undefined);
    act(() => tell?.(20, 100));
    expect(seen.hook.progress).toBe(undefined);
  });

  it('shows what is wrong with a hidden field at the form', async () => {
    const { seen } = show(everythingForm);
    await submit();
    await answer('every.thing.submit', {
      success: false,
      errors: errors({ token: 'Old', 'tags.1': 'No such tag' }),
    });
    expect(seen.hook.formErrors.map((error) => error.message)).toEqual(['Token: Old']);
    expect(seen.hook.fields.tags.errors).toEqual([
      { message: 'No such tag', code: 'no', path: '1' },
    ]);
  });

  it('a reset empties the file inputs of the page', () => {
    const { seen } = show(everythingForm);
    const values: string[] = [];
    Object.defineProperty(input('picture'), 'value', {
      set: (value) => values.push(value),
      get: () => 'C:\\fakepath\\a',
    });
    act(() => seen.hook.reset());
    expect(values).toEqual(['']);
  });
});

describe('a schema of the server', () => {
  const cities = (values: string[], initial: unknown = null) => [
    field('country', {
      type: 'select',
      widget: 'Select',
      choices: ['at', 'de'].map((value) => ({ value, label: value })),
    }),
    field('city', {
      type: 'select',
      widget: 'Select',
      initial,
      choices: values.map((value) => ({ value, label: value })),
    }),
    field('note', { required: false }),
  ];
  const order = (
    refetch: boolean,
    dynamic?: true,
  ): FormDescriptor<{ country: string; city: string; note?: string }, string> => ({
    name: 'order',
    ...(dynamic && { dynamic }),
    schema: schema('order', cities([]), { refetch_schema_on_validate: refetch }),
  });

  it('that comes late leaves what was typed', async () => {
    const { seen } = show(order(false, true));
    await act(settled);
    expect(server.names()).toEqual(['order.schema']);
    expect(seen.hook.loading).toBe(true);
    type('note', 'typed');
    const fields = cities(['vie'], 'vie').map((one) =>
      one.name === 'note' ? { ...one, initial: 'late', label: 'Remark' } : one,
    );
    await answer('order.schema', schema('order', fields));
    expect(seen.hook.loading).toBe(false);
    expect(input('note').value).toBe('typed');
    expect(seen.hook.fields.note.label).toBe('Remark');
    expect(input('city').value).toBe('vie');
    act(() => seen.hook.reset());
    expect(seen.hook.loading).toBe(false);
    expect(input('city').value).toBe('vie');
    expect(input('note').value).toBe('late');
    expect(server.names()).toEqual([]);
  });

  it('leaves alone what was typed and taken back', async () => {
    show(order(false, true));
    await act(settled);
    type('note', 'typed');
    type('note', '');
    const fields = cities([]).map((one) =>
      one.name === 'note' ? { ...one, initial: 'late' } : one,
    );
    await answer('order.schema', schema('order', fields));
    expect(input('note').value).toBe('');
  });

  it('is loaded once in StrictMode', async () => {
    const { seen } = show(order(false, true), {}, StrictMode);
    await act(settled);
    expect(server.names()).toEqual(['order.schema']);
    await act(() => server.last('order.schema').fail(503, 'OVERLOADED'));
    expect(seen.hook).toMatchObject({ loading: false, error: { code: 'OVERLOADED' } });
  });

  it('is fetched again with each validation where the form says so', async () => {
    const { seen } = show(order(true));
    type('country', 'at');
    await wait(300);
    expect(server.names().sort()).toEqual(['order.schema', 'order.validate']);
    expect(server.last('order.schema').args.data.country).toBe('at');
    await answer('order.validate', VALID);
    const { note } = seen.hook.fields;
    await act(() =>
      server
        .last('order.schema')
        .result(schema('order', cities(['vie', 'grz']), { refetch_schema_on_validate: true })),
    );
    expect(seen.hook.fields.city.choices).toHaveLength(3);
    expect(seen.hook.fields.note).toBe(note);
    type('city', 'grz');
    type('country', 'de');
    await wait(300);
    await answer('order.validate', VALID);
    await answer(
      'order.schema',
      schema('order', cities(['ber']), { refetch_schema_on_validate: true }),
    );
    // Graz is not among them any more.
    expect(seen.hook.values.city).toBe('');
    expect(seen.hook.values.country).toBe('de');
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

  it('starts clean: what the browser makes of a value is nothing that somebody typed', () => {
    const { seen } = show(everythingForm, {
      initial: { about: 'one\r\ntwo', born: 'no date', tags: ['c', 'a'] },
    });
    expect(seen.hook.dirty).toBe(false);
    expect(seen.renders).toBe(1);
  });
});
