import type { ApiDescriptor, FormDescriptor, FormSchema } from '../core/index.js';
import {
  createEngine,
  type FieldError,
  type FormInitial,
  type FormState,
  isDirty,
  type State,
  several,
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

/** Options of {@link useFormset}. */
export interface UseFormsetOptions<F> extends FormBehaviour {
  /** The forms to start with; as many empty ones as there have to be, and at least one, if left out. */
  readonly initial?: readonly FormInitial<F>[] | undefined;
}

/** One form of a formset. */
export interface FormsetPart<F> extends FormPart<F> {
  /** React's `key`: the same for as long as the form is there. */
  readonly key: string;
  readonly schema: FormSchema;
  /** What is wrong with this form as a whole. */
  readonly formErrors: readonly FieldError[];
  readonly formErrorProps: { readonly id: string; readonly role: 'alert' };
  readonly dirty: boolean;
  /** There are enough without it, and it was added here or the server lets forms be deleted. */
  readonly canRemove: boolean;
  readonly remove: () => void;
  /** Moves it to this place, where the server lets forms be ordered. */
  readonly move: (to: number) => void;
}

/** A formset, as a component uses it. */
export interface FormsetHook<F> extends FormStatus<undefined> {
  readonly forms: readonly FormsetPart<F>[];
  readonly canAdd: boolean;
  readonly canMove: boolean;
  /** Adds a form at the end, unless there are as many as there may be. */
  readonly add: (initial?: FormInitial<F>) => void;
  /** Starts anew, from other forms where some are given. */
  readonly reset: (initial?: readonly FormInitial<F>[]) => void;
}

/** Several forms of one kind in a component, which are submitted as one. */
export function useFormset<F, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
  options: UseFormsetOptions<F> = {},
): FormsetHook<F> {
  return useModel(api, options, (id) => modelOf(api, form, id, options.initial));
}

const EMPTY = {};

function modelOf<F, D>(
  api: ApiDescriptor,
  form: FormDescriptor<F, D>,
  id: string,
  initial: readonly FormInitial<F>[] | undefined,
): Model<FormsetHook<F>> {
  const { min_num, max_num, can_delete, can_order } = form.formset ?? {
    min_num: 0,
    max_num: null,
    can_delete: false,
    can_order: false,
  };
  const most = max_num ?? Number.POSITIVE_INFINITY;
  const start =
    initial ?? Array.from({ length: Math.min(Math.max(min_num, 1), most) }, () => EMPTY);
  const engine = createEngine(api, several(form), form, start);
  const status = createStatus<undefined>(engine, id);
  const parts = new Map<string, ReturnType<typeof partOf<F>>>();

  const view = latest((state: State): FormsetHook<F> => {
    const count = state.forms.length;
    const forms = state.forms.map((one, index) => {
      const part = parts.get(one.key) ?? partOf<F>(engine, id, one.key, can_order);
      parts.set(one.key, part);
      const canRemove = count > min_num && (can_delete || one.added);
      return part(one, `forms.${index}.`, canRemove);
    });
    return {
      ...status(state),
      forms,
      formErrors: state.errors,
      canAdd: count < most,
      canMove: can_order,
      add,
      reset: engine.reset,
    };
  });
  function add(from?: FormInitial<F>): void {
    engine.arrange((forms) =>
      forms.length < most ? [...forms, { ...engine.fresh(from), added: true }] : forms,
    );
  }
  return { engine, view };
}

/** Makes the view of one form; the same object for the same state. */
function partOf<F>(
  engine: ReturnType<typeof createEngine>,
  id: string,
  key: string,
  canMove: boolean,
) {
  const make = createPart<F>(engine, id, key);
  const fixed = {
    key,
    formErrorProps: { id: `${id}-${key}-errors`, role: 'alert' },
    move(to: number) {
      if (!canMove) return;
      engine.arrange((forms) => {
        const rest = forms.filter((form) => form.key !== key);
        rest.splice(to, 0, ...forms.filter((form) => form.key === key));
        return rest;
      });
    },
  } as const;
  return latest(
    (form: FormState, prefix: string, canRemove: boolean): FormsetPart<F> => ({
      ...make(form, prefix),
      ...fixed,
      schema: form.schema,
      formErrors: form.errors,
      dirty: Object.values(form.fields).some(isDirty),
      canRemove,
      remove() {
        if (canRemove) engine.arrange((forms) => forms.filter((other) => other.key !== key));
      },
    }),
  );
}
