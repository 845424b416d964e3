import type { FunctionDescriptor, Param } from '../core/index.js';
import { type Entry, entriesOf, instanceOf, json, refusal, success } from './answer.js';
import { accepted, type FormCall, formCall, refused, rowsOf, unasked } from './forms.js';
import type { TestRegistry } from './registry.js';
import type { StubCall, Stubs } from './stubs.js';

type Params = Readonly<Record<string, Param>>;

/** Answers requests as the server would, from the stubs. */
export class Transport {
  #pending = 0;
  readonly #registry: TestRegistry;
  readonly #stubs: Stubs;
  // Queries and multipart carry text: what the caller gave is found by it.
  readonly #params: (key: string) => Params | undefined;
  readonly #inputs = new Map<string, unknown[]>();

  /** `params` finds what was asked for, by name and query of an instance. */
  constructor(registry: TestRegistry, stubs: Stubs, params: (key: string) => Params | undefined) {
    this.#registry = registry;
    this.#stubs = stubs;
    this.#params = params;
  }

  /** How many requests are not answered yet. */
  get pending(): number {
    return this.#pending;
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
      if (context !== undefined) return await this.#read(context, url.search);
      const { name, input } = this.#parse(body);
      const form = formCall(this.#registry.forms, name);
      return await (form ? this.#form(form, input) : this.#call(name, input));
    } catch (error) {
      return refusal(error, this.#stubs);
    }
  }

  async #read(name: string, search: string): Promise<Response> {
    const members = Object.entries(this.#registry.contexts.get(name)?.slots ?? {});
    this.#stubs.require(
      members.map(([member]) => member),
      `reading the context "${name}"`,
    );
    const params = this.#params(keyOf(name, search)) ?? {};
    // All are asked; the first failure is the answer.
    const answers = await Promise.allSettled(
      members.map(([member, takes]) => this.#stubs.ask(member, pick(params, takes), READER)),
    );
    const value: Record<string, unknown> = {};
    for (const [at, [member]] of members.entries()) {
      const answer = answers[at];
      if (answer?.status === 'rejected') throw answer.reason;
      value[member] = answer?.value ?? null;
    }
    return json(200, value, { 'X-Mizan-Instance': instanceOf(name, params) });
  }

  async #call(name: string, input: unknown): Promise<Response> {
    this.#stubs.require([name], 'calling it');
    const own: Entry[] = [];
    const result = (await this.#stubs.ask(name, input, adding(own))) ?? null;
    const fn = this.#registry.functions.get(name) ?? {};
    return success(result, [...entriesOf(fn, input, result), ...own]);
  }

  async #form(called: FormCall, input: unknown): Promise<Response> {
    const { form, stub, many, action } = called;
    if (action !== 'submit') return success(unasked(called, input), []);
    this.#stubs.require([stub], 'submitting it');
    const own: Entry[] = [];
    try {
      const result = await this.#stubs.ask(stub, many ? rowsOf(input) : input, adding(own));
      const entries = entriesOf(form, many ? undefined : input, result);
      return success(accepted(called, result), [...entries, ...own]);
    } catch (error) {
      const errors = refused(called, input, error);
      if (errors === undefined) throw error;
      return success(errors, []);
    }
  }

  #parse(body: BodyInit | null | undefined): { name: string; input: unknown } {
    if (body instanceof FormData) {
      const name = String(body.get('fn'));
      return { name, input: this.#inputs.get(name)?.shift() };
    }
    const { fn, args } = JSON.parse(String(body)) as { fn: string; args?: unknown };
    return { name: fn, input: args ?? undefined };
  }
}

/** The parameters that a member takes; nothing for one that takes none. */
function pick(params: Params, names: readonly string[]): unknown {
  if (!names.length) return undefined;
  const given = names.filter((name) => name in params);
  return Object.fromEntries(given.map((name) => [name, params[name]]));
}

function adding(entries: Entry[]): StubCall {
  return {
    invalidate: ({ name: context }, params) =>
      void entries.push(params ? { context, params } : { context }),
  };
}

/** Readers change nothing. */
const READER: StubCall = { invalidate: () => {} };

function keyOf(context: string, query: string): string {
  const text = new URLSearchParams(query).toString();
  return context + (text && `?${text}`);
}

/** Rejects when the request is aborted. */
function aborted(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
