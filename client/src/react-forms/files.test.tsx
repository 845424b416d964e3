// @vitest-environment jsdom

import { act, fireEvent } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { errors, everythingForm } from '../../test/forms/fixtures.js';
import {
  answer,
  input,
  server,
  show,
  submit,
  type,
  wait,
  withServer,
} from '../../test/forms/page.js';
import { dehydrate } from '../core/index.js';

withServer();

describe('secrets and files', () => {
  it('keeps passwords out of what a page carries', () => {
    show(everythingForm);
    type('password', 'hunter2');
    expect(JSON.stringify(dehydrate(server.client))).not.toContain('hunter2');
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

  it('forgets passwords once they were taken', async () => {
    const { seen } = show(everythingForm);
    type('password', 'hunter2');
    await submit();
    await answer('every.thing.submit', { success: true, data: null });
    expect(seen.hook.succeeded).toBe(true);
    expect(input('password').value).toBe('');
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
