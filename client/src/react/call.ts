import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import {
  type ApiDescriptor,
  type CallOptions,
  epochOf,
  type FunctionDescriptor,
  MizanError,
  pageClient,
} from '../core/index.js';
import { type CallMode, type CallState, createCalls } from './calls.js';
import { useProvided } from './client.js';

/** Options of {@link useCall}. */
export interface UseCallOptions {
  /** What happens to calls that overlap; `parallel` if left out. */
  readonly mode?: CallMode | undefined;
}

/** Options of one call of a hook, which knows the client by itself. */
export type MutateOptions = Omit<CallOptions, 'client'>;

/** What {@link useCall} returns. */
export interface CallHook<I, O> extends CallState<O> {
  /**
   * Calls. Rejects with a `MizanError`, which `error` shows too: who does not care for the promise
   * may drop it. The same function on every render.
   */
  readonly mutate: (input: I, options?: MutateOptions) => Promise<O>;
  /** Shows as if nothing had been called; calls under way go on. */
  readonly reset: () => void;
}

/** Calls a function. Unmounting does not end what was begun. */
export function useCall<I, O>(
  api: ApiDescriptor,
  fn: FunctionDescriptor<I, O>,
  options?: UseCallOptions,
): CallHook<I, O> {
  const client = useProvided(api);
  const mode = options?.mode ?? 'parallel';
  const [calls] = useState(createCalls<O>);
  const state = useSyncExternalStore(calls.subscribe, calls.state, calls.state);
  const mutate = useCallback(
    (input: I, given?: MutateOptions) => {
      const by = client ?? pageClient(api);
      const epochNow = () => (mode === 'serial' ? epochOf(by) : 0);
      const epoch = epochNow();
      return calls.begin(by, mode, () =>
        // What waited for its turn is not done as somebody else.
        epochNow() === epoch
          ? by.call(fn, input, given)
          : Promise.reject(new MizanError({ code: 'IDENTITY_CHANGED' })),
      );
    },
    [calls, mode, api, fn, client],
  );
  return useMemo(() => ({ ...state, mutate, reset: calls.reset }), [state, mutate, calls]);
}
