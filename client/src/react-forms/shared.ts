/** What a form and a formset have in common in a component. */

import { useEffect, useId, useState, useSyncExternalStore } from 'react';
import type { ApiDescriptor, MizanError, Patch } from '../core/index.js';
import {
  type Engine,
  type FieldError,
  type FieldState,
  isDirty,
  type Outcome,
  type StandardSchema,
  type State,
} from '../forms/index.js';
import { useProvided } from '../react/client.js';

/** Options of a form or a formset. */
export interface FormBehaviour {
  /** A schema of any library with Standard Schema, as `contactFormSchema`: judged before the server is. */
  readonly schema?: StandardSchema | undefined;
  /** How many milliseconds nobody types before a field is validated; 300 if left out. */
  readonly debounce?: number | undefined;
}

/** An event whose default action is not wanted. */
export interface Preventable {
  preventDefault(): void;
}

/** Properties of a `<form>`. */
export interface FormProps {
  readonly action?: string;
  readonly method: 'post';
  readonly encType?: 'multipart/form-data';
  readonly noValidate: true;
  readonly onSubmit: (event: Preventable) => void;
  readonly ref: (element: HTMLFormElement | null) => void;
}

/** How a form or a formset stands. */
export interface FormStatus<D> {
  /** Properties of the `<form>`. */
  readonly form: FormProps;
  /** What is wrong with it as a whole. */
  readonly formErrors: readonly FieldError[];
  readonly formErrorProps: { readonly id: string; readonly role: 'alert' };
  /** Something holds something else than what it started with. */
  readonly dirty: boolean;
  /** What it looks like is on its way; until then it looks as it does for everybody. */
  readonly loading: boolean;
  readonly validating: boolean;
  readonly submitting: boolean;
  /** The last submission was accepted. */
  readonly succeeded: boolean;
  /** What the server answered to it. */
  readonly data: D | undefined;
  /** Why the server did not answer. What it refuses stands at the fields and in `formErrors`. */
  readonly error: MizanError | undefined;
  readonly submitCount: number;
  /** How much of an upload was sent, in bytes. */
  readonly progress: { readonly sent: number; readonly total: number } | undefined;
  /**
   * Submits, once at a time, and says what came of it. For an `onSubmit` of one's own, it takes the
   * event.
   */
  readonly submit: (
    event?: Preventable,
    options?: { readonly optimistic?: Patch | readonly Patch[] },
  ) => Promise<Outcome<D>>;
  /** Gives up the submission that is running. It may have happened all the same. */
  readonly cancel: () => void;
  /**
   * Shows everything that is wrong, and says whether nothing is: `false` too where nobody knows,
   * because something was changed meanwhile or, as `error` says, there was no answer.
   */
  readonly validate: () => Promise<boolean>;
}

/** A form while its component lives: what drives it, and how a component sees its state. */
export interface Model<H> {
  readonly engine: Engine;
  readonly view: (state: State, mount: string) => H;
}

/** Makes the model once, and draws the component again whenever the state changes. */
export function useModel<H>(
  api: ApiDescriptor,
  options: FormBehaviour,
  make: (id: string) => Model<H>,
): H {
  const id = useId();
  const [{ engine, view }] = useState(() => make(id));
  const client = useProvided(api);
  const { schema, debounce } = options;
  useEffect(
    () => engine.configure({ client, schema, debounce }),
    [engine, client, schema, debounce],
  );
  const state = useSyncExternalStore(engine.subscribe, engine.snapshot, engine.snapshot);
  // Focus waits until the errors are in the page.
  useEffect(() => engine.settle(state), [engine, state]);
  return view(state, client?.url ?? api.mount);
}

/** The part of a hook's result that a form and a formset have in common, but for its errors. */
export function createStatus<D>(
  engine: Engine,
  id: string,
): (state: State, action?: string) => Omit<FormStatus<D>, 'formErrors'> {
  const { attach, cancel, validate } = engine;
  const submit: FormStatus<D>['submit'] = (event, options) => {
    event?.preventDefault();
    return engine.submit(options) as Promise<Outcome<D>>;
  };
  const onSubmit = (event: Preventable) => void submit(event);
  const formErrorProps = { id: `${id}-errors`, role: 'alert' } as const;
  return ({ forms, errors, ...state }, action) => {
    const fields = forms.flatMap((form) => Object.values(form.fields));
    return {
      ...state,
      data: state.data as D | undefined,
      form: {
        ...(action && { action }),
        method: 'post',
        ...(fields.some(isFile) && { encType: 'multipart/form-data' }),
        noValidate: true,
        onSubmit,
        ref: attach,
      },
      formErrorProps,
      dirty: fields.some(isDirty),
      submit,
      cancel,
      validate,
    };
  };
}

function isFile(field: FieldState): boolean {
  return field.widget === 'FileInput';
}

/** A function of a state that remembers its last answer. */
export function latest<A extends readonly unknown[], B>(make: (...of: A) => B): (...of: A) => B {
  let known: A | undefined;
  let made: B;
  return (...of) => {
    if (!known?.every((one, at) => one === of[at])) made = make(...of);
    known = of;
    return made;
  };
}
