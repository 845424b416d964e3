/** The client, as applications and adapters see it. */

import type { ApiDescriptor, ContextDescriptor, FunctionDescriptor, Param } from './descriptor.js';
import type { MizanError } from './error.js';
import type { Kernel } from './kernel.js';
import type { CallOptions, ReadOptions, WatchOptions } from './options.js';

/** What an instance of a context is at a moment. The same object until something changed. */
export interface Snapshot<V> {
  /** Nothing while the first read runs, and after a refusal (401, 403, 404). */
  readonly data: V | undefined;
  /** Why the last read failed. */
  readonly error: MizanError | undefined;
  /** `data` is known to be wrong, and is being read anew where that is possible. */
  readonly stale: boolean;
  /** A read is in flight, or there is nothing yet. */
  readonly refreshing: boolean;
}

/** An instance of a context. The same object for the same context and parameters. */
export interface Observed<V> {
  snapshot(): Snapshot<V>;
  /** What the page carried: the same for as long as hydration lasts. */
  initial(): Snapshot<V>;
  /**
   * Mounts: a value that is missing, wrong or old is read. The listener is called after every
   * change, once for all changes of one answer.
   */
  subscribe(listener: () => void, options?: WatchOptions): () => void;
  /**
   * Why there is no data, for a second after it was first asked for; `undefined` again while a
   * read is in flight. For adapters that throw it: later a new mount reads instead of throwing.
   */
  failing(): MizanError | undefined;
  /**
   * Settles when there is data or an error; never rejects. Starts the read where there is no
   * data, and forgets an earlier error. The same promise while it lasts.
   */
  ready(): Promise<void>;
  /** Reads now, and settles with the read; never rejects. */
  retry(): Promise<void>;
}

/** An instance as it travels from a server into the page. */
export interface DehydratedInstance {
  readonly context: string;
  readonly key: string;
  /** `X-Mizan-Instance`. */
  readonly instance: string | null;
  readonly value: unknown;
  /** How many milliseconds old the value was. */
  readonly age: number;
}

/** What `dehydrate` gives and `hydrate` takes: plain JSON. */
export interface Dehydrated {
  readonly contract: string;
  readonly subject: string | null;
  readonly instances: readonly DehydratedInstance[];
}

/** A client: one per page, one per request on a server. */
export interface Mizan {
  readonly api: ApiDescriptor;
  /** The mount as browsers reach it, without trailing slash; see `MizanOptions.publicUrl`. */
  readonly url: string;
  /** Calls a function. What it declares is wrong from the answer on, and read anew where mounted. */
  call<I, O>(fn: FunctionDescriptor<I, O>, input: I, options?: CallOptions): Promise<O>;
  /** The value of an instance: the one held when it is current, else that of a read. */
  fetch<P extends object, V>(
    context: ContextDescriptor<P, V>,
    params: P,
    options?: ReadOptions,
  ): Promise<V>;
  /** Starts a read where there is no current value. */
  prefetch<P extends object, V>(
    context: ContextDescriptor<P, V>,
    params: P,
    options?: ReadOptions,
  ): void;
  /** Takes `X-Mizan-Invalidate` of an answer that the client did not ask for, a plain route's. */
  apply(response: Response): void;
  /** Says that a context is wrong: everywhere, or where nothing in `params` differs. */
  invalidate(
    context: string | { readonly name: string },
    params?: Readonly<Record<string, Param>>,
  ): void;
  /** Somebody logged in. Like `logout` and `reset`, it drops everything that is held. */
  login(subject: string): void;
  logout(): void;
  /** Drops everything that is held; the subject stays. */
  reset(): void;
  readonly subject: string | undefined;
  /** Ends everything: reads, timers, listeners. */
  dispose(): void;
  /** What the functions beside this object work on: `observe`, `hydrate`, `inspect` … */
  readonly '~kernel': Opaque;
}

/** What is of no concern to who holds it. */
export interface Opaque {
  readonly '~opaque': never;
}

/** What a client stands on. */
export function kernelOf(client: Mizan): Kernel {
  return client['~kernel'] as unknown as Kernel;
}
