/**
 * What drives a form or a formset: it keeps the state, asks the server and shows its answers.
 *
 * 1. A verdict is shown only if nothing was changed since it was asked for: a change aborts the
 *    question and asks anew.
 * 2. What is filled in survives everything but `reset`; passwords are forgotten with every answer
 *    to a submission.
 * 3. One submission runs at a time. It goes on when nobody looks any more.
 */

import {
  type ApiDescriptor,
  type CallOptions,
  type FormSchema,
  type FunctionDescriptor,
  type Mizan,
  MizanError,
  type Patch,
  run,
} from '../core/index.js';
import { type ControlLike, control, filledBefore, isChoice, read, unreadable } from './controls.js';
import {
  alter,
  type FieldState,
  type FormState,
  forget,
  form,
  NONE,
  place,
  type WireError,
  wireErrors,
} from './fields.js';
import { judge } from './judge.js';
import type { Kind, Verdict } from './kind.js';
import { type FieldError, type Outcome, type StandardSchema, WHOLE } from './types.js';
import { collect, fill, widgetOf } from './values.js';

/** The state of a form or a formset. A new object with every change. */
export interface State<D = unknown> {
  readonly forms: readonly FormState[];
  /** Errors of a formset as a whole. */
  readonly errors: readonly FieldError[];
  /** The schema is on its way. */
  readonly loading: boolean;
  /** A verdict on what is filled in is on its way. */
  readonly validating: boolean;
  readonly submitting: boolean;
  /** The last submission was accepted. */
  readonly succeeded: boolean;
  /** What it was answered. */
  readonly data: D | undefined;
  /** Why there was no answer. */
  readonly error: MizanError | undefined;
  readonly submitCount: number;
  /** How much of an upload was sent, in bytes. */
  readonly progress: { readonly sent: number; readonly total: number } | undefined;
}

/** What may change while a form lives. */
export interface Settings {
  readonly client?: Mizan | undefined;
  readonly schema?: StandardSchema | undefined;
  /** How many milliseconds nobody types before a field is validated. */
  readonly debounce?: number | undefined;
}

/** Options of a submission. */
export interface SubmitOptions {
  readonly optimistic?: Patch | readonly Patch[] | undefined;
}

/** Drives a form. */
export interface Engine<D = unknown> {
  snapshot(): State<D>;
  subscribe(listener: () => void): () => void;
  configure(settings: Settings): void;
  /** The `<form>` in the page. */
  attach(element: HTMLFormElement | null): void;
  /** Somebody used a control. */
  input(key: string, name: string, control: ControlLike): void;
  /** Somebody left a control. */
  touch(key: string, name: string): void;
  set(key: string, name: string, value: unknown): void;
  /** Shows errors that were found elsewhere. */
  refuse(
    key: string,
    messages: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): void;
  /** Judges everything now and says whether it is right. */
  validate(): Promise<boolean>;
  submit(options?: SubmitOptions): Promise<Outcome<D>>;
  /** Gives up the submission that is running. */
  cancel(): void;
  /** Starts anew, from other values where some are given. */
  reset(initial?: readonly unknown[]): void;
  /** Changes which forms there are. */
  arrange(change: (forms: readonly FormState[]) => readonly FormState[]): void;
  /** A form with the schema that one has before anything is filled in. */
  fresh(initial: unknown): FormState;
  /** Does what has to wait until the page shows this state. */
  settle(shown: State): void;
}

const DEBOUNCE = 300;

/** As long as the server waits for a body, in milliseconds. */
const UPLOAD_TIMEOUT = 600_000;

/** Makes one. It does nothing until it is subscribed to or used. */
export function createEngine<D>(
  api: ApiDescriptor,
  kind: Kind,
  descriptor: { readonly schema: FormSchema; readonly dynamic?: true; readonly files?: true },
  initial: readonly unknown[],
): Engine<D> {
  let made = 0;
  let base = descriptor.schema;
  let settings: Settings = {};
  let element: HTMLFormElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  let sending: AbortController | undefined;
  let outcome: Promise<Outcome<D>>;
  let loaded = !descriptor.dynamic;
  let wantsFocus = false;
  const listeners = new Set<() => void>();
  const fresh = (from: unknown): FormState => form(`${made++}`, base, from);
  const start = (from: readonly unknown[]): State<D> => ({
    forms: from.map(fresh),
    errors: NONE,
    loading: !loaded,
    validating: false,
    submitting: false,
    succeeded: false,
    data: undefined,
    error: undefined,
    submitCount: 0,
    progress: undefined,
  });
  let state = start(initial);

  function set(changes: Partial<State<D>>): void {
    state = { ...state, ...changes };
    for (const listener of listeners) listener();
  }

  function each(change: (form: FormState, index: number) => FormState): readonly FormState[] {
    return state.forms.map(change);
  }

  function ask<O>(
    fn: FunctionDescriptor<unknown, O>,
    input: unknown,
    options: CallOptions,
  ): Promise<O> {
    return run(api, fn, input, { client: settings.client, ...options });
  }

  function data(options: { typed?: boolean; files?: boolean }): Record<string, unknown>[] {
    return state.forms.map((form) => collect(Object.values(form.fields), options));
  }

  // --- What is filled in

  function change(
    key: string,
    name: string,
    next: (field: FieldState) => Partial<FieldState>,
  ): void {
    let ready = false;
    const live = base.meta.live_validation;
    const forms = each((form) =>
      form.key !== key
        ? form
        : alter(form, (field) => {
            if (field.schema.name !== name) return undefined;
            const changes = { ...next(field), changed: true, stale: true };
            ready = changes.touched ?? field.touched;
            // Without a verdict to come, the last one is about another value.
            return live ? changes : { ...changes, errors: NONE };
          }),
    );
    set({ forms });
    if (ready || timer !== undefined || asking) schedule();
  }

  // --- What the server says of it

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    asking?.abort();
    asking = undefined;
    if (state.validating) set({ validating: false });
  }

  function schedule(): void {
    const { live_validation, refetch_schema_on_validate } = base.meta;
    stop();
    if (live_validation || refetch_schema_on_validate) {
      timer = setTimeout(() => {
        timer = undefined;
        void verify(live_validation);
      }, settings.debounce ?? DEBOUNCE);
    }
  }

  /** Asks about the fields that were touched. */
  async function verify(judged: boolean): Promise<void> {
    stop();
    const abort = new AbortController();
    const { signal } = abort;
    asking = abort;
    set({ validating: true });
    try {
      const own = judged ? await findOwn() : [];
      if (signal.aborted) return;
      set({ forms: show(own, (_, found) => found && { errors: found, stale: false }) });
      const { live_form_errors, refetch_schema_on_validate } = base.meta;
      const fields = state.forms.map((form, index) => {
        const touched = Object.values(form.fields).filter((field) => field.touched);
        const names = touched.map((field) => field.schema.name);
        const open = names.filter((name) => !own[index]?.has(name));
        return live_form_errors && !own[index]?.size ? [...open, WHOLE] : open;
      });
      const asks = judged && fields.some((names) => names.length > 0);
      const [verdict, schemas] = await Promise.all([
        asks ? ask(kind.validate, kind.validated(data({}), fields), { signal }) : undefined,
        refetch_schema_on_validate ? describe(signal) : undefined,
      ]);
      if (signal.aborted) return;
      asking = undefined;
      if (asks) {
        const told = kind.errors(verdict);
        const placed = placeAll(told.forms);
        const forms = show(placed, (field, found, at) =>
          field.touched
            ? { errors: own[at]?.get(field.schema.name) ?? found ?? NONE, stale: false }
            : undefined,
        );
        const whole = (form: FormState, at: number) => ({
          ...form,
          errors: placed[at]?.get(WHOLE) ?? NONE,
        });
        set(live_form_errors ? { forms: forms.map(whole), errors: told.general } : { forms });
      }
      if (schemas) adopt(schemas);
    } catch {
      if (signal.aborted) return;
      asking = undefined;
      // No verdict came: what is told of values that have changed since is no longer true.
      set({
        forms: each((form) => alter(form, (field) => (field.stale ? { errors: NONE } : undefined))),
      });
    }
    set({ validating: false });
  }

  function placeAll(forms: readonly (readonly WireError[])[]): Map<string, FieldError[]>[] {
    return state.forms.map((form, index) => place(form, forms[index] ?? NONE));
  }

  function show(
    placed: readonly Map<string, FieldError[]>[],
    change: (
      field: FieldState,
      found: FieldError[] | undefined,
      at: number,
    ) => Partial<FieldState> | undefined,
  ): readonly FormState[] {
    return each((form, at) =>
      alter(form, (field) => change(field, placed[at]?.get(field.schema.name), at)),
    );
  }

  /** What is known to be wrong without asking: of touched fields, by form. */
  async function findOwn(): Promise<Map<string, FieldError[]>[]> {
    const issues = await Promise.all(
      data({ typed: true, files: true }).map((data) => judge(settings.schema, data)),
    );
    const found = placeAll(issues);
    state.forms.forEach((form, index) => {
      for (const [name, field] of Object.entries(form.fields)) {
        const message = unreadable(control(element, kind.control(index, name)));
        if (message) found[index]?.set(name, [{ message, code: 'invalid' }]);
        if (!field.touched) found[index]?.delete(name);
      }
    });
    return found;
  }

  // --- What the form looks like

  async function describe(signal?: AbortSignal): Promise<readonly FormSchema[]> {
    return kind.schemas(await ask(kind.schema, kind.described(data({})), signal ? { signal } : {}));
  }

  function adopt(schemas: readonly FormSchema[]): void {
    // One more than there are forms is that of a form to come.
    base = schemas[state.forms.length] ?? schemas[0] ?? base;
    set({ forms: each((was, at) => form(was.key, schemas[at] ?? base, was.initial, was)) });
  }

  async function load(): Promise<void> {
    loaded = true;
    try {
      adopt(await describe());
      set({ loading: false });
    } catch (error) {
      loaded = false;
      set({ loading: false, error: mizanError(error) });
    }
  }

  // --- Submission

  async function attempt(options: SubmitOptions, abort: AbortController): Promise<Outcome<D>> {
    const current = () => sending === abort;
    const keys = state.forms.map((form) => form.key);
    set({
      forms: each((form) =>
        alter({ ...form, errors: NONE }, () => ({ touched: true, stale: false })),
      ),
      errors: NONE,
      submitting: true,
      succeeded: false,
      data: undefined,
      error: undefined,
      progress: undefined,
      submitCount: state.submitCount + 1,
    });
    try {
      const own = await findOwn();
      if (own.some((found) => found.size > 0)) {
        if (current()) refuse(own, NONE);
        return { success: false };
      }
      const output = await ask(kind.submit, kind.submitted(data({ files: true })), {
        signal: abort.signal,
        optimistic: options.optimistic,
        timeout: descriptor.files && UPLOAD_TIMEOUT,
        onProgress: descriptor.files
          ? (sent, total) => current() && set({ progress: { sent, total } })
          : undefined,
      });
      if (!output.success) {
        if (current()) refuseBy(kind.errors(output.errors), keys);
        return { success: false };
      }
      const answer = output.data as D;
      if (current()) {
        const right = { errors: NONE };
        const forms = each((form) =>
          forget(alter(form, (field) => (field.stale ? undefined : right))),
        );
        set({ forms, submitting: false, succeeded: true, data: answer, progress: undefined });
      }
      return { success: true, data: answer };
    } catch (thrown) {
      const error = mizanError(thrown);
      const rest = { submitting: false, progress: undefined };
      if (abort.signal.aborted) {
        if (current()) set(rest);
        return { success: false };
      }
      if (Object.keys(error.fields).length > 0) {
        if (current()) refuseBy(kind.refused(error.fields), keys);
        return { success: false };
      }
      if (current()) set({ ...rest, error });
      return { success: false, error };
    }
  }

  /** `keys`: the forms that were sent, which may stand elsewhere by now. */
  function refuseBy(verdict: Verdict, keys: readonly string[]): void {
    const forms = state.forms.map((form) => verdict.forms[keys.indexOf(form.key)] ?? NONE);
    refuse(placeAll(forms), verdict.general);
    set({ forms: each(forget) });
  }

  function refuse(
    placed: readonly Map<string, FieldError[]>[],
    general: readonly FieldError[],
  ): void {
    const forms = show(placed, (field, found) =>
      field.stale ? undefined : { errors: found ?? NONE },
    );
    wantsFocus = true;
    set({
      forms: forms.map((form, at) => ({ ...form, errors: placed[at]?.get(WHOLE) ?? NONE })),
      errors: general,
      submitting: false,
      progress: undefined,
    });
  }

  return {
    snapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (!loaded) void load();
      return () => {
        listeners.delete(listener);
        // Not where React only looks whether a component survives it.
        queueMicrotask(() => listeners.size || stop());
      };
    },
    configure(next) {
      settings = next;
    },
    attach(form) {
      element = form;
      state.forms.forEach(({ key, fields }, index) => {
        for (const [name, field] of Object.entries(fields)) {
          const input = control(form, kind.control(index, name));
          const held = input && filledBefore(field, input);
          if (held !== undefined) change(key, name, () => ({ value: held }));
        }
      });
    },
    input(key, name, control) {
      change(key, name, (field) => ({
        value: read(field, control),
        touched: field.touched || isChoice(field),
      }));
    },
    touch(key, name) {
      const field = state.forms.find((form) => form.key === key)?.fields[name];
      if (!field || (field.touched && !field.stale)) return;
      set({
        forms: each((form) =>
          form.key !== key
            ? form
            : alter(form, (other) => (other.schema.name === name ? { touched: true } : undefined)),
        ),
      });
      schedule();
    },
    set(key, name, value) {
      change(key, name, (field) => ({ value: fill(field.schema, value) }));
    },
    refuse(key, messages) {
      const placed = state.forms.map((form) =>
        form.key === key ? place(form, wireErrors(messages)) : new Map<string, FieldError[]>(),
      );
      const forms = show(placed, (_, found) => found && { errors: found, stale: false });
      set({
        forms: forms.map((form, at) => ({
          ...form,
          errors: placed[at]?.get(WHOLE) ?? form.errors,
        })),
      });
    },
    async validate() {
      set({ forms: each((form) => alter(form, () => ({ touched: true }))) });
      await verify(true);
      return state.forms.every(
        (form) =>
          !form.errors.length && Object.values(form.fields).every((field) => !field.errors.length),
      );
    },
    submit(options = {}) {
      if (sending) return outcome;
      stop();
      const abort = new AbortController();
      sending = abort;
      outcome = new Promise((resolve) => {
        attempt(options, abort).then((came) => {
          if (sending === abort) sending = undefined;
          resolve(came);
        });
      });
      return outcome;
    },
    cancel: () => sending?.abort(),
    reset(from) {
      stop();
      // What is being sent goes on, and is no longer this form's.
      sending = undefined;
      state.forms.forEach((form, index) => {
        for (const [name, field] of Object.entries(form.fields)) {
          const input = control(element, kind.control(index, name));
          if (input && widgetOf(field.schema) === 'FileInput') input.value = '';
        }
      });
      made = 0;
      set(start(from ?? initial));
    },
    arrange(change) {
      const pending = timer !== undefined || asking;
      stop();
      set({ forms: change(state.forms) });
      if (pending) schedule();
    },
    fresh,
    settle(shown) {
      if (!wantsFocus || shown !== state) return;
      wantsFocus = false;
      for (const [index, form] of state.forms.entries()) {
        for (const [name, field] of Object.entries(form.fields)) {
          const input = field.errors.length
            ? control(element, kind.control(index, name))
            : undefined;
          if (input && !input.disabled) return input.focus();
        }
      }
    },
  };
}

function mizanError(error: unknown): MizanError {
  if (error instanceof MizanError) return error;
  return new MizanError({ code: 'CLIENT_ERROR', message: String(error), cause: error });
}
