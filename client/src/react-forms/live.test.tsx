// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { contactForm, contactSchema, errors, schema, settled } from '../../test/forms/fixtures.js';
import {
  answer,
  blur,
  input,
  server,
  show,
  submit,
  told,
  type,
  VALID,
  wait,
  withServer,
} from '../../test/forms/page.js';

withServer();

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
