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
  type MizanError,
  run,
} from '../core/index.js';
import { control, filledBefore, isChoice, read, unreadable } from './controls.js';
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
import type { Engine, Settings, State, SubmitOptions } from './state.js';
import { type FieldError, type Outcome, WHOLE } from './types.js';
import { collect, fill } from './values.js';

const DEBOUNCE = 300;

/** As long as the server waits for a body, in milliseconds. */
const UPLOAD_TIMEOUT = 600_000;

/** Before a submission, and when one begins. */
const UNSENT = {
  submitting: false,
  succeeded: false,
  data: undefined,
  error: undefined,
  progress: undefined,
};

/** Errors of one form by field, and its own under `__all__`. */
type Placed = ReadonlyMap<string, readonly FieldError[]>;

type Changes = Partial<FieldState> | undefined | false;

/** Makes one. It does nothing until it is subscribed to or used. */
export function createEngine<D>(
  api: ApiDescriptor,
  kind: Kind,
  descriptor: { readonly schema: FormSchema; readonly dynamic?: true; readonly files?: object },
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
  // Whether the schema is the caller's; nothing before it is asked for.
  let loaded: boolean | undefined = descriptor.dynamic ? undefined : true;
  let wantsFocus = false;
  const listeners = new Set<() => void>();
  const fresh = (from: unknown): FormState => form(`${made++}`, base, from);
  const start = (from: readonly unknown[]): State<D> => ({
    ...UNSENT,
    forms: from.map(fresh),
    errors: NONE,
    loading: !loaded,
    validating: false,
    submitCount: 0,
  });
  let state = start(initial);

  function set(changes: Partial<State<D>>): void {
    state = { ...state, ...changes };
    for (const listener of listeners) listener();
  }

  function ask<O>(
    fn: FunctionDescriptor<unknown, O>,
    input: unknown,
    options: CallOptions,
  ): Promise<O> {
    return run(api, fn, input, { client: settings.client, ...options });
  }

  function data(files?: boolean): Record<string, unknown>[] {
    return state.forms.map((form) => collect(Object.values(form.fields), files));
  }

  /** The forms, with what the function says of each field. */
  function altered(change: (field: FieldState, at: number, key: string) => Changes): FormState[] {
    return state.forms.map((form, at) => alter(form, (field) => change(field, at, form.key)));
  }

  /** Visits the controls that are in the page. */
  function visit(
    look: (input: HTMLInputElement, field: FieldState, at: number, key: string) => void,
  ): void {
    state.forms.forEach((form, at) => {
      for (const field of Object.values(form.fields)) {
        const input = control(element, kind.control(at, field.name));
        if (input) look(input, field, at, form.key);
      }
    });
  }

  // --- What is filled in

  function change(
    key: string,
    name: string,
    next: (field: FieldState) => Partial<FieldState>,
  ): void {
    let ready = isPending();
    const forms = altered((field, _, of) => {
      if (of !== key || field.name !== name) return;
      const changes = { ...next(field), changed: true, stale: true };
      ready ||= changes.touched ?? field.touched;
      // Without a verdict to come, the last one is about another value.
      return base.meta.live_validation ? changes : { ...changes, errors: NONE };
    });
    set({ forms });
    if (ready) schedule();
  }

  // --- What is wrong with it

  function placed(
    found: readonly (readonly WireError[] | undefined)[],
  ): Map<string, FieldError[]>[] {
    return state.forms.map((form, at) => place(form, found[at] ?? NONE));
  }

  /** Errors of the forms as wholes; without any, those that are there `stay` or go. */
  function whole(
    forms: readonly FormState[],
    found: readonly Placed[],
    stay?: boolean,
  ): FormState[] {
    return forms.map((form, at) => ({
      ...form,
      errors: found[at]?.get(WHOLE) ?? (stay ? form.errors : NONE),
    }));
  }

  /** What is known to be wrong without asking, by form. */
  async function findOwn(): Promise<Placed[]> {
    const found = placed(await Promise.all(data(true).map((data) => judge(settings.schema, data))));
    visit((input, field, at) => {
      const message = unreadable(input);
      if (message) found[at]?.set(field.name, [{ message, code: 'invalid' }]);
    });
    return found;
  }

  function isPending(): boolean {
    return (timer ?? asking) !== undefined;
  }

  function stop(): void {
    clearTimeout(timer);
    asking?.abort();
    timer = asking = undefined;
    if (state.validating) set({ validating: false });
  }

  function schedule(): void {
    const { live_validation, refetch_schema_on_validate } = base.meta;
    stop();
    if (live_validation || refetch_schema_on_validate) {
      timer = setTimeout(verify, settings.debounce ?? DEBOUNCE, live_validation);
    }
  }

  /** Judges the fields that were touched, and `all` of the form. Says whether there is a verdict. */
  async function verify(judged: boolean, all?: boolean): Promise<boolean> {
    stop();
    asking = new AbortController();
    const { signal } = asking;
    let isJudged = false;
    set({ validating: true });
    try {
      const own = judged ? await findOwn() : [];
      if (signal.aborted) return false;
      const ownOf = (field: FieldState, at: number) => own[at]?.get(field.name);
      const show = (told: readonly Placed[] | undefined) =>
        altered((field, at) => {
          const errors = ownOf(field, at) ?? (told && (told[at]?.get(field.name) ?? NONE));
          return field.touched && errors && { errors, stale: false };
        });
      set({ forms: show(undefined) });
      const { live_form_errors, refetch_schema_on_validate } = base.meta;
      const asWhole = all || live_form_errors;
      const fields = state.forms.map((form, at) => {
        const open = Object.values(form.fields).filter(
          (field) => field.touched && !ownOf(field, at),
        );
        const names = open.map((field) => field.name);
        return asWhole && !own[at]?.size ? [...names, WHOLE] : names;
      });
      const asks = judged && fields.some((names) => names.length);
      const [verdict, schemas] = await Promise.all([
        asks && ask(kind.validate, kind.validated(data(), fields), { signal }),
        refetch_schema_on_validate && describe(signal),
      ]);
      if (signal.aborted) return false;
      if (asks) {
        const { general, forms } = kind.errors(verdict);
        const told = placed(forms);
        const shown = show(told);
        set(asWhole ? { forms: whole(shown, told), errors: general } : { forms: shown });
      }
      if (schemas) adopt(schemas);
      isJudged = true;
    } catch (thrown) {
      if (signal.aborted) return false;
      // No verdict came: what is told of values that have changed since is no longer true.
      set({
        forms: altered((field) => field.stale && { errors: NONE }),
        // Somebody waits for it.
        ...(all && { error: thrown as MizanError }),
      });
    }
    stop();
    return isJudged;
  }

  // --- What the form looks like

  async function describe(signal?: AbortSignal): Promise<readonly FormSchema[]> {
    return kind.schemas(await ask(kind.schema, kind.described(data()), { signal }));
  }

  function adopt(schemas: readonly FormSchema[]): void {
    // One more than there are forms is that of a form to come.
    base = schemas[state.forms.length] ?? schemas[0] ?? base;
    const forms = state.forms.map((was, at) =>
      form(was.key, schemas[at] ?? base, was.initial, was),
    );
    set({ forms });
  }

  async function load(): Promise<void> {
    if (loaded !== undefined) return;
    loaded = false;
    try {
      adopt(await describe());
      loaded = true;
      set({ loading: false });
    } catch (thrown) {
      loaded = undefined;
      set({ loading: false, error: thrown as MizanError });
    }
  }

  // --- Submission

  async function attempt(options: SubmitOptions, abort: AbortController): Promise<Outcome<D>> {
    const keys = state.forms.map((form) => form.key);
    let came: Outcome<D> = { success: false };
    let shown: Partial<State<D>> = {};
    let answered = false;
    const refused = (found: readonly Placed[], errors: readonly FieldError[]) => {
      const forms = altered(
        (field, at) => !field.stale && { errors: found[at]?.get(field.name) ?? NONE },
      );
      shown = { forms: whole(forms, found), errors };
    };
    const refusedBy = ({ general, forms }: Verdict) => {
      // The forms may stand elsewhere by now.
      refused(placed(state.forms.map((form) => forms[keys.indexOf(form.key)])), general);
      answered = true;
    };
    set({
      ...UNSENT,
      submitting: true,
      submitCount: state.submitCount + 1,
      forms: whole(
        altered(() => ({ touched: true, stale: false })),
        NONE,
      ),
      errors: NONE,
    });
    try {
      const own = await findOwn();
      if (own.some((found) => found.size)) {
        refused(own, NONE);
      } else {
        const output = await ask(kind.submit, kind.submitted(data(true)), {
          signal: abort.signal,
          optimistic: options.optimistic,
          ...(descriptor.files && {
            timeout: UPLOAD_TIMEOUT,
            onProgress: (sent, total) => sending === abort && set({ progress: { sent, total } }),
          }),
        });
        if (output.success) {
          came = { success: true, data: output.data as D };
          const forms = altered((field) => !field.stale && { errors: NONE });
          shown = { forms, succeeded: true, data: came.data };
          answered = true;
        } else {
          refusedBy(kind.errors(output.errors));
        }
      }
    } catch (thrown) {
      // Nothing else is thrown, but by a schema that fails or where there is no client at all.
      const error = thrown as MizanError;
      if (Object.keys(error.fields ?? {}).length) {
        refusedBy(kind.refused(error.fields));
      } else if (!abort.signal.aborted) {
        came = { success: false, error };
        shown = { error };
      }
    }
    // After a reset it is no longer this form's.
    if (sending === abort) {
      sending = undefined;
      wantsFocus = !!shown.errors;
      const { forms = state.forms } = shown;
      set({
        ...shown,
        forms: answered ? forms.map(forget) : forms,
        submitting: false,
        progress: undefined,
      });
    }
    return came;
  }

  return {
    snapshot: () => state,
    subscribe(listener) {
      listeners.add(listener);
      void load();
      return () => {
        listeners.delete(listener);
        if (!listeners.size) stop();
      };
    },
    configure(next) {
      settings = next;
    },
    attach(form) {
      element = form;
      visit((input, field, _, key) => {
        const value = filledBefore(field, input);
        if (value !== undefined) change(key, field.name, () => ({ value }));
      });
    },
    input(key, name, control) {
      change(key, name, (field) => ({
        value: read(field, control),
        touched: field.touched || isChoice(field),
      }));
    },
    touch(key, name) {
      const forms = altered(
        (field, _, of) => of === key && field.name === name && { touched: true },
      );
      // Where it was touched before, what changed since is judged already.
      if (forms.every((form, at) => form === state.forms[at])) return;
      set({ forms });
      schedule();
    },
    set(key, name, value) {
      change(key, name, (field) => ({ value: fill(field.schema, value) }));
    },
    refuse(key, messages) {
      const found = placed(
        state.forms.map((form) => (form.key === key ? wireErrors(messages) : NONE)),
      );
      const forms = altered((field, at) => {
        const errors = found[at]?.get(field.name);
        return errors && { errors, stale: false };
      });
      set({ forms: whole(forms, found, true) });
    },
    async validate() {
      set({ forms: altered(() => ({ touched: true })), error: undefined });
      const isJudged = await verify(true, true);
      const fields = state.forms.flatMap((form) => Object.values(form.fields));
      return isJudged && [state, ...state.forms, ...fields].every((part) => !part.errors.length);
    },
    submit(options = {}) {
      if (!sending) {
        stop();
        sending = new AbortController();
        outcome = attempt(options, sending);
      }
      return outcome;
    },
    cancel: () => sending?.abort(),
    reset(from) {
      stop();
      sending = undefined;
      visit((input, field) => {
        if (field.widget === 'FileInput') input.value = '';
      });
      made = 0;
      set(start(from ?? initial));
      // Where it failed to come, it is asked for again.
      void load();
    },
    arrange(change) {
      const pending = isPending();
      stop();
      set({ forms: change(state.forms) });
      if (pending) schedule();
    },
    fresh,
    settle(shown) {
      if (shown !== state) return;
      visit((input, field) => {
        if (!wantsFocus || !field.errors.length || input.disabled) return;
        wantsFocus = false;
        input.focus();
      });
      wantsFocus = false;
    },
  };
}
