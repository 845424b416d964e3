/** Calls with files. */

import { members } from './error.js';
import type { Parcel } from './transport.js';
import { upload } from './upload.js';

/** How long a request with files may take, where nothing is said, in milliseconds. */
const PATIENCE = 600_000;

/**
 * For the `files` of a descriptor: how an input is sent that may hold files. Nothing else tells how
 * much of it was sent, so that a page without files carries nothing for that either.
 */
export function multipart(
  fn: string,
  input: unknown,
  onProgress: ((sent: number, total: number) => void) | undefined,
): Parcel {
  const send = onProgress && ((url: string, init: RequestInit) => upload(url, init, onProgress));
  if (!holdsFile(input)) return { body: JSON.stringify({ fn, args: input }), send };
  const body = new FormData();
  // First, so that the server knows the function's limits before the files come.
  body.append('fn', fn);
  append(body, '', input);
  return { body, send, patience: PATIENCE };
}

function holdsFile(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  return value instanceof Blob || members(value).some(([, item]) => holdsFile(item));
}

/** Dots lead into objects; lists of scalars and files repeat their name. */
function append(form: FormData, prefix: string, value: unknown): void {
  for (const [name, item] of members(value)) {
    const leaf = typeof item !== 'object' || item instanceof Blob || item instanceof Date;
    const path = leaf && Array.isArray(value) ? prefix : `${prefix}.${name}`;
    // What is neither text nor a file is put into text by the form.
    if (!leaf) append(form, path, item);
    else if (item instanceof Date) form.append(path.slice(1), item.toISOString());
    else if (item !== undefined) form.append(path.slice(1), item as string);
  }
}
