import { expectTypeOf, test } from 'vitest';
import type * as z from 'zod/mini';
import { type FormInput, form, input, integer, object, optional, type Schema } from './index.js';

interface Stars {
  stars: number;
  note?: string | undefined;
}

const schema: Schema<Stars> = input(() => object({ stars: integer(), note: optional(integer()) }));
const filled: Schema<Stars, FormInput<Stars>> = form(() => object({ stars: integer() }));

test('schemas are of the types that are declared', () => {
  expectTypeOf<z.infer<typeof schema>>().toEqualTypeOf<Stars>();
  expectTypeOf<z.input<typeof schema>>().toEqualTypeOf<Stars>();
  expectTypeOf<z.infer<typeof filled>>().toEqualTypeOf<Stars>();
  expectTypeOf<z.input<typeof filled>>().toEqualTypeOf<{
    readonly stars?: unknown;
    readonly note?: unknown;
  }>();
  expectTypeOf(schema.parse).returns.toEqualTypeOf<Stars>();
});

test('and so are Standard Schemas', () => {
  type Standard = NonNullable<(typeof schema)['~standard']['types']>;
  expectTypeOf<Standard['input']>().toEqualTypeOf<Stars>();
  expectTypeOf<Standard['output']>().toEqualTypeOf<Stars>();
  type OfForm = NonNullable<(typeof filled)['~standard']['types']>;
  expectTypeOf<OfForm['output']>().toEqualTypeOf<Stars>();
});
