// @vitest-environment jsdom
import { act } from '@testing-library/react';
import { StrictMode } from 'react';
import { describe, expect, it } from 'vitest';
import { field, schema, settled } from '../../test/forms/fixtures.js';
import {
  answer,
  input,
  server,
  show,
  type,
  VALID,
  wait,
  withServer,
} from '../../test/forms/page.js';
import type { FormDescriptor } from '../core/index.js';

withServer();

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

  it('that did not come is asked for again by a reset, and once', async () => {
    const { seen } = show(order(false, true));
    await act(settled);
    act(() => seen.hook.reset());
    expect(seen.hook.loading).toBe(true);
    await act(settled);
    expect(server.names()).toEqual(['order.schema']);
    await act(() => server.last('order.schema').fail(503, 'OVERLOADED'));
    act(() => seen.hook.reset());
    await act(settled);
    expect(server.names()).toEqual(['order.schema']);
    expect(seen.hook).toMatchObject({ loading: true, error: undefined });
    await answer('order.schema', schema('order', cities(['vie'], 'vie')));
    expect(seen.hook.loading).toBe(false);
    expect(input('city').value).toBe('vie');
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
