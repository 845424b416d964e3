import { epochOf, type Mizan, type MizanError, onEpoch } from '../core/index.js';

/**
 * What a hook does with calls that overlap. `parallel` sends each at once; `serial` sends one when
 * the one before was answered; `latest` sends each at once and shows only the last.
 */
export type CallMode = 'parallel' | 'serial' | 'latest';

/** What a hook shows of its calls. */
export interface CallState<O> {
  /** A call is under way, or waits for its turn. */
  readonly pending: boolean;
  /** Why a call failed, until the next one begins while none is pending. */
  readonly error: MizanError | undefined;
  /** The answer to the latest call that was answered. */
  readonly data: O | undefined;
}

/** The calls of one component, which go on without it. */
export interface Calls<O> {
  state(): CallState<O>;
  subscribe(listener: () => void): () => void;
  /** Calls by a client, whose change of identity forgets what was called before. */
  begin(by: Mizan, mode: CallMode, send: () => Promise<O>): Promise<O>;
  reset(): void;
}

const IDLE: CallState<never> = { pending: false, error: undefined, data: undefined };

/** The calls of one component. */
export function createCalls<O>(): Calls<O> {
  const listeners = new Set<() => void>();
  let state: CallState<O> = IDLE;
  let begun = 0;
  // The call that `data` is from, and the last one before a reset.
  let shown = 0;
  let forgotten = 0;
  // How many are under way, and whether the last one is, which was begun in a mode.
  let running = 0;
  let open = false;
  let current: CallMode = 'parallel';
  let queue: Promise<unknown> | undefined;
  // Who calls, as which identity, and what listens for another one.
  let client: Mizan | undefined;
  let epoch = 0;
  let unwatch: (() => void) | undefined;

  function watch(): void {
    unwatch?.();
    unwatch = client && listeners.size ? onEpoch(client, renounce) : undefined;
    renounce();
  }

  /** What another identity was told is not shown. */
  function renounce(): void {
    if (!client || epoch === epochOf(client)) return;
    epoch = epochOf(client);
    shown = begun;
    show(undefined, undefined);
  }

  function show(error: MizanError | undefined, data: O | undefined): void {
    const pending = current === 'latest' ? open : running > 0;
    if (pending === state.pending && error === state.error && data === state.data) return;
    state = { pending, error, data };
    for (const listener of listeners) listener();
  }

  function begin(by: Mizan, mode: CallMode, send: () => Promise<O>): Promise<O> {
    if (client !== by) {
      client = by;
      epoch = epochOf(by);
      watch();
    }
    const sent = mode === 'serial' && queue ? queue.then(send) : send();
    const turn = ++begun;
    running += 1;
    open = true;
    current = mode;
    show(state.pending ? state.error : undefined, state.data);

    function settled(error: MizanError | undefined, data: O | undefined): void {
      if (queue === done) queue = undefined;
      if (turn <= forgotten) return;
      running -= 1;
      if (turn === begun) open = false;
      const hidden = mode === 'latest' && turn < begun;
      const newer = !hidden && !error && turn > shown;
      if (newer) shown = turn;
      // Whoever aborts a call knows.
      const told = !hidden && error?.code !== 'ABORTED' ? error : undefined;
      show(told ?? state.error, newer ? data : state.data);
    }

    const done = sent.then(
      (data) => settled(undefined, data),
      (error: MizanError) => settled(error, undefined),
    );
    queue = done;
    return sent;
  }

  function reset(): void {
    forgotten = begun;
    running = 0;
    open = false;
    show(undefined, undefined);
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      watch();
      return () => {
        listeners.delete(listener);
        watch();
      };
    },
    begin,
    reset,
  };
}
