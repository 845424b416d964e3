/** The registry's representation, as far as inputs are made from it. */
export interface Representation {
  readonly types: readonly { readonly name: string; readonly type: Type }[];
  readonly functions: readonly { readonly name: string; readonly input?: Type }[];
  readonly forms: readonly { readonly name: string; readonly fields: Type }[];
}

export interface Numbers {
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusive_minimum?: number;
  readonly exclusive_maximum?: number;
  readonly multiple_of?: number;
}

export interface Texts {
  readonly format?: string;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly pattern?: string;
}

export interface Fields {
  readonly fields: readonly {
    readonly name: string;
    readonly type: Type;
    readonly optional: boolean;
  }[];
  readonly additional?: Type;
}

export type Type =
  | { readonly kind: 'any' | 'never' | 'null' | 'boolean' | 'file' }
  | ({ readonly kind: 'integer' | 'number' } & Numbers)
  | ({ readonly kind: 'string' } & Texts)
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'enum'; readonly values: readonly { readonly value: string }[] }
  | {
      readonly kind: 'array';
      readonly items: Type;
      readonly min_items?: number;
      readonly max_items?: number;
    }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] }
  | { readonly kind: 'map'; readonly values: Type }
  | ({ readonly kind: 'object' } & Fields)
  | {
      readonly kind: 'union';
      readonly tag?: string;
      readonly variants: readonly { readonly type: Type }[];
    }
  | { readonly kind: 'intersection'; readonly parts: readonly Type[] }
  | { readonly kind: 'nullable'; readonly inner: Type }
  | { readonly kind: 'reference'; readonly name: string };
