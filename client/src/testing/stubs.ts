import type { ApiDescriptor, Param } from '../core/index.js';

/** What a stub may do besides answering. */
export interface StubCall {
  /** Adds an entry of its own, as a handler does with `call.invalidate`. */
  invalidate(context: { readonly name: string }, params?: Readonly<Record<string, Param>>): void;
}

/**
 * What stands for a function of the server: the answer, or a function that gives it, now or later.
 * A `MizanError` that it throws is answered as the server would; one without a status is a
 * connection that failed.
 */
export type Stub<I, O> = O | ((input: I, call: StubCall) => O | Promise<O>);

/** The generated `calls.ts`, of which a test needs the descriptors. */
export interface GeneratedCalls {
  readonly api: ApiDescriptor;
}

/** A call that a stub was asked for. Members of a context are asked whenever it is read. */
export interface RecordedCall {
  /** The name on the wire. */
  readonly name: string;
  readonly input: unknown;
}

/** The stubs of a test, and what was asked of them. */
export class Stubs {
  readonly calls: RecordedCall[] = [];
  /** What went wrong in the test itself. */
  readonly faults: Error[] = [];
  readonly #stubs: ReadonlyMap<string, unknown>;

  constructor(stubs: object) {
    this.#stubs = new Map(Object.entries(stubs));
  }

  async ask(name: string, input: unknown, call: StubCall): Promise<unknown> {
    this.calls.push({ name, input });
    const stub = this.#stubs.get(name);
    return typeof stub === 'function' ? stub(input, call) : stub;
  }

  /** Throws where one of the names has no stub. */
  require(names: readonly string[], purpose: string): void {
    const missing = names.filter((name) => this.#stubs.get(name) === undefined);
    if (!missing.length) return;
    const wanted = missing.map((name) => `${JSON.stringify(name)}: …`).join(', ');
    throw new Error(
      `testMizan has no stub for ${missing.join(', ')}, needed for ${purpose}: testMizan({ ${wanted} })`,
    );
  }

  /** Notes a fault of the test. */
  fault(error: unknown): Error {
    const fault = error instanceof Error ? error : new Error(String(error));
    this.faults.push(fault);
    return fault;
  }
}
