/** Shows a form in a page and uses it as somebody would. */

import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { StrictMode } from 'react';
import { afterEach, beforeEach, vi } from 'vitest';
import type { FormDescriptor } from '../../src/core/index.js';
import { MizanProvider } from '../../src/react/index.js';
import {
  type FieldHook,
  type FormHook,
  type UseFormOptions,
  useForm,
} from '../../src/react-forms/index.js';
import { api, everythingForm, type Server, serve, settled } from './fixtures.js';

/** The server of the test that runs. */
export let server: Server;

/** Gives each test of a file its own time and server. */
export function withServer(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    server = serve();
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });
}

export const VALID = { errors: [] };

export function Control({ of }: { of: FieldHook }) {
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

export function show<F, D>(
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

export function EveryControl() {
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

export function input(name: string): HTMLInputElement {
  const found = document.querySelector(`[name="${name}"]`);
  if (!found) throw new Error(`No control ${name}`);
  return found as HTMLInputElement;
}

export function type(name: string, value: string) {
  fireEvent.change(input(name), { target: { value } });
}

export async function blur(name: string) {
  fireEvent.blur(input(name));
  await wait(300);
}

export async function wait(ms: number) {
  await act(() => vi.advanceTimersByTimeAsync(ms));
}

export async function answer(fn: string, value: unknown) {
  await act(() => server.last(fn).result(value));
}

export async function submit() {
  fireEvent.submit(screen.getByTestId('form'));
  await act(settled);
}

export function told(name: string): string | null {
  const id = input(name).getAttribute('aria-describedby')?.split(' ').pop() ?? '';
  return id.endsWith('-errors') ? (document.getElementById(id)?.textContent ?? '') : null;
}
