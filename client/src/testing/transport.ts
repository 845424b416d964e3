import {
  type ContextDescriptor,
  type FunctionDescriptor,
  MizanError,
  type Param,
} from '../core/index.js';
import { asked, canonical, fill, scopeOf } from '../core/params.js';
import type { TestRegistry } from './registry.js';
import type { StubCall, Stubs } from './stubs.js';

/** An entry of `invalidate` or `merge`, as on the wire. */
interface Entry {
  readonly context: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly slot?: string;
  readonly key?: string;
  readonly value?: unknown;
}

/** Answers requests as the server would, from the stubs. */
export class Transport {
  #pending = 0;
  readonly #registry: TestRegistry;
  readonly #stubs: Stubs;
  // Queries and multipart carry text: what the caller gave is remembered under it.
  readonly #params = new Map<string, Record<string, Param>>();
  readonly #inputs = new Map<string, unknown[]>();

  constructor(registry: TestRegistry, stubs: Stubs) {
    this.#registry = registry;
    this.#stubs = stubs;
  }

  /** How many requests are not answered yet. */
  get pending(): number {
    return this.#pending;
  }

  /** Remembers the parameters that will be asked for as text. */
  noteParams(context: ContextDescriptor<object, unknown>, params: object): void {
    const filled = fill(context.defaults, params);
    const key = keyOf(context.name, [...asked(filled).values()].join('&'));
    if (!this.#params.has(key)) this.#params.set(key, filled);
  }

  /** Remembers an input that may be sent as text. */
  noteInput(
    fn: Pick<FunctionDescriptor<unknown, unknown>, 'name' | 'files'>,
    input: unknown,
  ): void {
    if (fn.files) this.#inputs.set(fn.name, [...(this.#inputs.get(fn.name) ?? []), input]);
  }

  readonly fetch: typeof fetch = async (target, init) => {
    this.#pending += 1;
    try {
      const request = target instanceof Request ? target.url : String(target);
      const answer = this.#answer(request, init?.body);
      const response = await Promise.race([answer, aborted(init?.signal)]);
      response.headers.set('X-Mizan-Contract', this.#registry.api.contract);
      return response;
    } finally {
      this.#pending -= 1;
    }
  };

  async #answer(target: string, body: BodyInit | null | undefined): Promise<Response> {
    try {
      const url = new URL(target, 'http://mizan.test');
      const context = /\/ctx\/([^/]+)\/?$/.exec(url.pathname)?.[1];
      return context === undefined
        ? await this.#call(body)
        : await this.#read(decodeURIComponent(context), url.search);
    } catch (error) {
      return refusal(error, this.#stubs);
    }
  }

  async #read(name: string, search: string): Promise<Response> {
    const context = this.#registry.contexts.get(name);
    if (!context) throw this.#stubs.fault(`There is no context "${name}".`);
    const members = Object.entries(context.slots);
    this.#require(Object.keys(context.slots), `reading the context "${name}"`);

    const params = this.#params.get(keyOf(name, search)) ?? {};
    const answers = await Promise.allSettled(
      members.map(([member, takes]) => {
        const input = takes
          .filter((param) => param in params)
          .map((param) => [param, params[param]]);
        return this.#stubs.ask(
          member,
          takes.length ? Object.fromEntries(input) : undefined,
          silent,
        );
      }),
    );
    const value: Record<string, unknown> = {};
    for (const [at, [member]] of members.entries()) {
      const answer = answers[at];
      if (answer?.status === 'rejected') throw answer.reason;
      value[member] = answer?.value ?? null;
    }
    return json(200, value, { 'X-Mizan-Instance': instanceOf(name, params) });
  }

  async #call(body: BodyInit | null | undefined): Promise<Response> {
    const { name, input } = this.#parse(body);
    this.#require([name], `calling it`);
    const own: Entry[] = [];
    const result = await this.#stubs.ask(name, input, {
      invalidate: ({ name: context }, params) =>
        own.push(params ? { context, params } : { context }),
    });

    const fn = this.#registry.functions.get(name);
    const entries = fn ? entriesOf(fn, input, result ?? null) : [];
    const invalidate = [...entries.filter((entry) => entry.slot === undefined), ...own];
    const merge = entries.filter((entry) => entry.slot !== undefined);
    return json(200, {
      result: result ?? null,
      ...(invalidate.length ? { invalidate } : {}),
      ...(merge.length ? { merge } : {}),
    });
  }

  #parse(body: BodyInit | null | undefined): { name: string; input: unknown } {
    if (body instanceof FormData) {
      const name = String(body.get('fn'));
      return { name, input: this.#inputs.get(name)?.shift() };
    }
    const { fn, args } = JSON.parse(String(body)) as { fn: string; args?: unknown };
    return { name: fn, input: args ?? undefined };
  }

  #require(names: readonly string[], doing: string): void {
    const missing = this.#stubs.missing(names);
    if (!missing.length) return;
    const stubs = missing.map((name) => `${JSON.stringify(name)}: …`).join(', ');
    throw this.#stubs.fault(
      `testMizan has no stub for ${missing.join(', ')}, needed for ${doing}: testMizan({ ${stubs} })`,
    );
  }
}

/** What a mutation declares, scoped as the server does it (protocol section 3). */
function entriesOf(
  fn: FunctionDescriptor<unknown, unknown>,
  input: unknown,
  result: unknown,
): Entry[] {
  const args = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  return (fn.effects ?? []).map(({ context, keys = [], slot, key }) => {
    // Where the server finds the scope itself, nobody here knows it.
    const scope = fn.scoped
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

/** `X-Mizan-Instance`. */
function instanceOf(name: string, params: object): string {
  const scope = [...scopeOf(params)].sort(([a], [b]) => (a < b ? -1 : 1));
  return [name, ...scope.map(([param, text]) => `${encode(param)}=${encode(text)}`)].join(';');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function keyOf(context: string, query: string): string {
  const params = new URLSearchParams(query);
  params.sort();
  return `${context}?${params}`;
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

/** What the server would say to what a stub threw. */
function refusal(error: unknown, stubs: Stubs): Response {
  if (error instanceof MizanError) {
    // A status of 0 is no answer at all.
    if (!error.status) throw new TypeError(error.message, { cause: error });
    const { status, code, message, details } = error;
    const seconds = error.retryAfter === undefined ? undefined : Math.ceil(error.retryAfter / 1000);
    return json(
      status,
      { error: true, code, message, ...(details === undefined ? {} : { details }) },
      seconds === undefined ? {} : { 'Retry-After': String(seconds) },
    );
  }
  const fault =
    error instanceof Error && stubs.faults.includes(error)
      ? error
      : stubs.fault(error instanceof Error ? error.message : String(error), error);
  return json(500, { error: true, code: 'INTERNAL_ERROR', message: fault.message });
}

/** Rejects when the request is aborted. */
function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Readers change nothing. */
const silent: StubCall = { invalidate: () => {} };
