import type { MizanError } from '../core/index.js';

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
  begin(mode: CallMode, send: () => Promise<O>): Promise<O>;
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
  let running = 0;
  let queue: Promise<unknown> | undefined;

  function show(next: CallState<O>): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function begin(mode: CallMode, send: () => Promise<O>): Promise<O> {
    const sent = mode === 'serial' && queue ? queue.then(send) : send();
    const turn = ++begun;
    running += 1;
    show({ pending: true, error: state.pending ? state.error : undefined, data: state.data });

    function settled(error: MizanError | undefined, data: O | undefined): void {
      running -= 1;
      if (queue === done) queue = undefined;
      if (turn <= forgotten || (mode === 'latest' && turn < begun)) return;
      const newer = error === undefined && turn > shown;
      if (newer) shown = turn;
      show({
        pending: mode === 'latest' ? false : running > 0,
        error: error && error.code !== 'ABORTED' ? error : state.error,
        data: newer ? data : state.data,
      });
    }

    const done = sent.then(
      (data) => settled(undefined, data),
      (error: MizanError) => settled(error, undefined),
    );
    queue = done;
    return sent;
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin,
    reset() {
      forgotten = begun;
      show(IDLE);
    },
  };
}
