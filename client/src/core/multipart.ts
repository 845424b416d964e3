/** Bodies of calls. */

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
  if (typeof value !== 'object' || !value) return false;
  return value instanceof Blob || Object.values(value).some(holdsFile);
}

/** Dots lead into objects; lists of scalars and files repeat their name. */
function append(form: FormData, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  if (value instanceof Blob) form.append(name, value);
  else if (typeof value !== 'object') form.append(name, String(value));
  else {
    const flat = Array.isArray(value) && value.every(isFlat);
    for (const [member, item] of Object.entries(value)) {
      append(form, flat ? name : (name && `${name}.${member}`) || member, item);
    }
  }
}

function isFlat(value: unknown): boolean {
  return typeof value !== 'object' || value instanceof Blob;
}
