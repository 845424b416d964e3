import type { ApiDescriptor, FormDescriptor, FormSchema } from '../core/index.js';
import {
  createEngine,
  type FormInitial,
  type FormState,
  type State,
  single,
} from '../forms/index.js';
import { createPart, type FormPart } from './part.js';
import {
  createStatus,
  type FormBehaviour,
  type FormStatus,
  latest,
  type Model,
  useModel,
} from './shared.js';

/** Options of {@link useForm}. */
export interface UseFormOptions<F> extends FormBehaviour {
  /** What the fields start with, in place of what the server says. Read once; later, `reset`. */
  readonly initial?: FormInitial<F> | undefined;
}

/** A form, as a component uses it. */
export interface FormHook<F, D> extends FormPart<F>, FormStatus<D> {
  /** Title, subtitle, label of the button and fields, as the server describes them. */
  readonly schema: FormSchema;
  /** Starts anew, from other values where some are given. */
  readonly reset: (initial?: FormInitial<F>) => void;
}

/** A form of the server in a component. */
export function useForm<F, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
  options: UseFormOptions<F> = {},
): FormHook<F, D> {
  return useModel(api, options, (id) => modelOf(api, form, id, options.initial));
}

function modelOf<F, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
  id: string,
  initial: unknown,
): Model<FormHook<F, D>> {
  const engine = createEngine(api, single(form), form, [initial]);
  const part = createPart<F>(engine, id, '0');
  const status = createStatus<D>(engine, id);
  const reset = (from?: FormInitial<F>) => engine.reset(from === undefined ? undefined : [from]);
  const view = latest((state: State, mount: string): FormHook<F, D> => {
    const [only] = state.forms as [FormState];
    return {
      ...part(only, ''),
      ...status(state, `${mount}/form/${form.name}/`),
      formErrors: only.errors,
      schema: only.schema,
      reset,
    };
  });
  return { engine, view };
}
