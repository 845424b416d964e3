/** What a form's type says of its fields. */

/** One thing that is wrong. */
export interface FieldError {
  /** What people read. */
  readonly message: string;
  /** What programs read: `required`, `invalid`, `max_length` … or the form's own. */
  readonly code: string;
  /** Where in the field, for an item of a list: `1`. */
  readonly path?: string;
}

/** What a control holds. Numbers and dates are text while they are typed. */
export type FieldValue = string | boolean | readonly string[] | readonly File[];

/** Where errors of the whole form stand on the wire. */
export const WHOLE = '__all__';

type Leaf = string | number | boolean | Blob | readonly unknown[] | null | undefined;

/** How deep the names of nested fields are known to the type checker. */
type Depth = [1, 1, 1, 1];

type Names<F, D> = {
  [K in keyof F & string]-?: unknown extends F[K]
    ? K
    : NonNullable<F[K]> extends infer T
      ? T extends Leaf
        ? K
        : D extends [unknown, ...infer Rest]
          ? `${K}.${Names<T, Rest>}`
          : never
      : never;
}[keyof F & string];

/** The names of a form's fields; those of nested structs are dotted, `address.city`. */
export type FieldName<F> = Names<F, Depth>;

/** What the type has under the name of a field. */
export type FieldType<F, N extends string> = N extends keyof F
  ? NonNullable<F[N]>
  : N extends `${infer Head}.${infer Rest}`
    ? Head extends keyof F
      ? FieldType<NonNullable<F[Head]>, Rest>
      : never
    : never;

/** What the control of a field of this type holds. */
export type Filled<T> = [T] extends [boolean]
  ? boolean
  : [T] extends [Blob | readonly Blob[]]
    ? readonly File[]
    : [T] extends [readonly unknown[]]
      ? readonly string[] | string
      : string;

/** What all controls hold, by the names of their fields. */
export type FormValues<F> = { readonly [N in FieldName<F>]: Filled<FieldType<F, N>> };

/** What a form starts with: typed as the server has it, as far as it is known. */
export type FormInitial<F> = {
  readonly [K in keyof F]?:
    | (NonNullable<F[K]> extends Leaf ? F[K] : FormInitial<F[K]>)
    | null
    | undefined;
};

/** Messages by field, and under `__all__` those of the whole form. */
export type FormMessages<F> = {
  readonly [N in FieldName<F> | typeof WHOLE]?: string | readonly string[] | undefined;
};

/** What came of a submission. It never rejects. */
export type Outcome<D> =
  | { readonly success: true; readonly data: D }
  | {
      readonly success: false;
      /** Why there was no answer; nothing where the form was refused or the submission cancelled. */
      readonly error?: Error;
    };

/** A schema of any library that implements Standard Schema, version 1. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
  };
}

/** What such a schema says of a value. */
export interface StandardResult {
  readonly issues?: readonly StandardIssue[] | undefined;
}

/** One thing that it finds wrong. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
