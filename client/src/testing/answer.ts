import { type Effect, MizanError } from '../core/index.js';
import { canonical, scopeOf } from '../core/params.js';
import type { Stubs } from './stubs.js';

/** An entry of `invalidate` or `merge`, as on the wire. */
export interface Entry {
  readonly context: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly slot?: string;
  readonly key?: string;
  readonly value?: unknown;
}

/** What a mutation declares. */
export interface Declared {
  readonly effects?: readonly Effect[];
  readonly scoped?: true;
}

/** What a mutation declares, scoped as the server does it (protocol section 3). */
export function entriesOf(
  { effects = [], scoped }: Declared,
  input: unknown,
  result: unknown,
): Entry[] {
  const args = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  return effects.map(({ context, keys = [], slot, key }) => {
    // Where the server finds the scope itself, nobody here knows it.
    const scope = scoped
      ? []
      : args.filter(([name, value]) => keys.includes(name) && canonical(value) !== undefined);
    return {
      context,
      ...(scope.length ? { params: Object.fromEntries(scope) } : {}),
      ...(slot === undefined ? {} : { slot, value: result }),
      ...(key === undefined ? {} : { key }),
    };
  });
}

/** The answer to a call that succeeded. */
export function success(result: unknown, entries: readonly Entry[]): Response {
  const invalidate = entries.filter((entry) => entry.slot === undefined);
  const merge = entries.filter((entry) => entry.slot !== undefined);
  return json(200, {
    result,
    ...(invalidate.length ? { invalidate } : {}),
    ...(merge.length ? { merge } : {}),
  });
}

/** What the server would say to what a stub threw. */
export function refusal(error: unknown, stubs: Stubs): Response {
  if (!(error instanceof MizanError)) {
    const { message } = stubs.fault(error);
    return json(500, { error: true, code: 'INTERNAL_ERROR', message });
  }
  const { status, code, message, details, retryAfter } = error;
  // No answer at all.
  if (!status) throw new TypeError(message, { cause: error });
  return json(
    status,
    { error: true, code, message, ...(details === undefined ? {} : { details }) },
    retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfter / 1000)) },
  );
}

/** `X-Mizan-Instance`. */
export function instanceOf(name: string, params: object): string {
  const scope = [...scopeOf(params)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [name, ...scope.map(([param, text]) => `${encode(param)}=${encode(text)}`)].join(';');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function json(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}
