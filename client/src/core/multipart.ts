/** Bodies of calls. */

import { members } from './error.js';

/** JSON, or multipart where the input holds a file. */
export function encode(
  fn: { readonly name: string; readonly files?: true },
  input: unknown,
): string | FormData {
  if (!fn.files || !holdsFile(input)) return JSON.stringify({ fn: fn.name, args: input });
  const form = new FormData();
  // First, so that the server knows the function's limits before the files come.
  form.append('fn', fn.name);
  append(form, '', input);
  return form;
}

function holdsFile(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  return value instanceof Blob || members(value).some(([, item]) => holdsFile(item));
}

/** Dots lead into objects; lists of scalars and files repeat their name. */
function append(form: FormData, prefix: string, value: unknown): void {
  for (const [name, item] of members(value)) {
    const leaf = typeof item !== 'object' || item instanceof Blob;
    const path = leaf && Array.isArray(value) ? prefix : `${prefix}.${name}`;
    // What is neither text nor a file is put into text by the form.
    if (!leaf) append(form, path, item);
    else if (item !== undefined) form.append(path.slice(1), item as string);
  }
}
