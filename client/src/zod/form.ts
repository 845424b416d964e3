import type { Inner } from './about.js';
import { coerce } from './coerce.js';
import { custom, readBy, type Schema } from './schema.js';

/**
 * What a form's controls hold: texts and booleans as HTML has them, files, lists of these; or
 * values of the types that are wanted.
 */
export type FormInput<Fields> = { readonly [Name in keyof Fields]?: unknown };

function within(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

/**
 * A form as generated code exports it: values are typed as the server types them, and then held to
 * the schema that `make` makes. Of `disabled` fields the server knows the value; nothing is said of
 * them.
 */
export function form<Fields>(
  make: () => Inner,
  disabled: readonly string[] = [],
): Schema<Fields, FormInput<Fields>> {
  let made: Inner | undefined;
  const schema = custom((value, report) => {
    made ??= make();
    const typed = coerce([made], value, true);
    return readBy(made, typed ?? {}, [], (issue) => {
      const path = issue.path.join('.');
      if (!disabled.some((name) => within(path, name))) report(issue);
    });
  });
  return schema as Schema<Fields, FormInput<Fields>>;
}
