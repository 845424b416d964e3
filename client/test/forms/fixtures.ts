/** The forms of the tests, and a server that answers as the protocol says. */

import {
  type ApiDescriptor,
  createClient,
  type FieldSchema,
  type FormDescriptor,
  type FormSchema,
  type Mizan,
  multipart,
} from '../../src/core/index.js';

export const api: ApiDescriptor = {
  contract: '0123456789abcdef',
  mount: '/api/mizan',
  contexts: ['messages'],
};

export function field(name: string, changes: Partial<FieldSchema> = {}): FieldSchema {
  const label = name.charAt(0).toUpperCase() + name.slice(1).replace('_', ' ');
  return {
    name,
    label,
    type: 'text',
    widget: 'TextInput',
    required: true,
    disabled: false,
    help_text: '',
    initial: null,
    max_length: null,
    min_length: null,
    choices: null,
    ...changes,
  };
}

export function schema(
  name: string,
  fields: readonly FieldSchema[],
  meta: Partial<FormSchema['meta']> = {},
): FormSchema {
  return {
    name,
    title: 'Contact Us',
    subtitle: null,
    submit_label: 'Send',
    fields,
    meta: {
      live_validation: true,
      live_form_errors: false,
      refetch_schema_on_validate: false,
      ...meta,
    },
  };
}

export interface Contact {
  name: string;
  email: string;
  age?: number | null | undefined;
  topic: 'sales' | 'help';
}

export const contactSchema = schema('contact', [
  field('name', { max_length: 20 }),
  field('email', {
    type: 'email',
    widget: 'EmailInput',
    help_text: 'We answer to this address.',
  }),
  field('age', { type: 'number', widget: 'NumberInput', required: false }),
  field('topic', {
    type: 'select',
    widget: 'Select',
    choices: [
      { value: 'sales', label: 'Sales' },
      { value: 'help', label: 'Help' },
    ],
  }),
]);

export const contactForm: FormDescriptor<Contact, { sent: boolean }> = {
  name: 'contact',
  schema: contactSchema,
  formset: { min_num: 1, max_num: 3, can_delete: false, can_order: true },
  effects: [{ context: 'messages' }],
};

/** A form with every kind of control. */
export interface Everything {
  password: string;
  plan: 'basic' | 'team';
  tags: ('a' | 'b' | 'c')[];
  born: string | null;
  at?: string | undefined;
  about?: string | undefined;
  site?: string | undefined;
  news: boolean;
  token: string;
  size?: 1 | 2 | undefined;
  address: { city: string; zip?: string | undefined };
  picture: Blob;
  more?: Blob[] | undefined;
  origin?: string | undefined;
}

export const everythingForm: FormDescriptor<Everything, null> = {
  name: 'every.thing',
  files: multipart,
  schema: schema('every.thing', [
    field('password', { type: 'password', widget: 'PasswordInput', initial: 'never' }),
    field('plan', {
      type: 'select',
      widget: 'Select',
      initial: 'basic',
      choices: [
        { value: 'basic', label: 'Basic' },
        { value: 'team', label: 'Team' },
      ],
    }),
    field('tags', {
      type: 'select',
      widget: 'SelectMultiple',
      initial: ['a'],
      choices: ['a', 'b', 'c'].map((value) => ({ value, label: value.toUpperCase() })),
    }),
    field('born', { type: 'date', widget: 'DateInput', required: false }),
    field('at', {
      type: 'datetime-local',
      widget: 'DateTimeInput',
      required: false,
      initial: '2026-01-02T03:04Z',
    }),
    field('about', { type: 'textarea', widget: 'Textarea', required: false }),
    field('site', { type: 'url', widget: 'URLInput', required: false }),
    field('news', { type: 'checkbox', widget: 'CheckboxInput', required: false, initial: true }),
    field('token', { type: 'hidden', widget: 'HiddenInput', initial: 'abc' }),
    field('size', {
      type: 'select',
      widget: 'Select',
      required: false,
      choices: [1, 2].map((value) => ({ value: value as never, label: `No. ${value}` })),
    }),
    field('address.city', { label: 'City' }),
    field('address.zip', { label: 'Zip', required: false }),
    field('picture', { type: 'file', widget: 'FileInput' }),
    field('more', { type: 'file', widget: 'FileInput', required: false, max_length: 3 }),
    field('origin', { disabled: true, initial: 'web' }),
  ]),
};

/** What a form or a formset answers where something is wrong. */
export function errors(of: Record<string, string>) {
  const told = Object.entries(of).map(([field, message]) => ({
    field,
    errors: [{ message, code: message.toLowerCase().split(' ')[0] ?? '' }],
  }));
  return { errors: told };
}

/** One call that waits for its answer. */
export interface Pending {
  readonly fn: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  readonly args: any;
  readonly form: FormData | undefined;
  readonly signal: AbortSignal | undefined;
  result(value: unknown, more?: object): Promise<void>;
  fail(status: number, code: string, details?: unknown): Promise<void>;
  lose(): Promise<void>;
}

/** A server whose answers are given by hand. */
export interface Server {
  readonly client: Mizan;
  /** Everything that was asked, in its order. */
  readonly asked: Pending[];
  /** The names of the functions that were called since the last look. */
  names(): string[];
  /** The newest call of this function. */
  last(fn: string): Pending;
}

export function serve(): Server {
  const asked: Pending[] = [];
  let seen = 0;
  const fetcher: typeof fetch = (url, init) =>
    new Promise((resolve, reject) => {
      const signal = init?.signal ?? undefined;
      signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
      const form = init?.body instanceof FormData ? init.body : undefined;
      const text = init?.body ? String(init.body) : JSON.stringify({ fn: String(url) });
      const body = form ? { fn: form.get('fn') } : JSON.parse(text);
      const headers = { 'Content-Type': 'application/json', 'X-Mizan-Contract': api.contract };
      asked.push({
        fn: String(body.fn),
        args: body.args,
        form,
        signal,
        result(value, more) {
          const body = init?.body ? { result: value, ...more } : value;
          resolve(new Response(JSON.stringify(body), { headers }));
          return settled();
        },
        fail(status, code, details) {
          const error = { error: true, code, message: code, details };
          resolve(new Response(JSON.stringify(error), { status, headers }));
          return settled();
        },
        lose() {
          reject(new TypeError('Failed to fetch'));
          return settled();
        },
      });
    });
  return {
    client: createClient(api, { fetch: fetcher, retries: 0 }),
    asked,
    names() {
      const names = asked.slice(seen).map(({ fn }) => fn);
      seen = asked.length;
      return names;
    },
    last(fn) {
      const found = asked.findLast((call) => call.fn === fn);
      if (!found) throw new Error(`${fn} was not called, but ${asked.map((call) => call.fn)}`);
      return found;
    },
  };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
