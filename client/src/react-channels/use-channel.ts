import { useInsertionEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import {
  type ChannelDescriptor,
  type ChannelSnapshot,
  type ObservedChannel,
  observeChannel,
} from '../channels/index.js';
import { CLOSED, NOTHING } from '../channels/subscription.js';
import { canonicalJson } from '../channels/wire.js';
import { type ApiDescriptor, pageClient } from '../core/index.js';
import { useProvided } from '../react/client.js';

/** Options of {@link useChannel}. */
export interface ChannelHookOptions<S> {
  /** How many messages are held: 100 if left out; with 0 no message renders. */
  readonly keep?: number | undefined;
  /** Called with every message, in order, before `messages` has it; that of the last render. */
  readonly onMessage?: ((message: S) => void) | undefined;
  /** Joins nothing, as `null` for the parameters does. */
  readonly skip?: boolean | undefined;
}

/** What {@link useChannel} returns. The same object until something of it changed. */
export interface ChannelHook<C, S> extends ChannelSnapshot<S> {
  /** See `Joined.send`. The same function for the same parameters. */
  readonly send: ObservedChannel<C, S>['send'];
  /** Asks the server again, such as after it refused. The same function as long as `send` is. */
  readonly retry: ObservedChannel<C, S>['retry'];
}

/** Joins a channel for as long as the component is there; with `null` or `skip`, none. */
export function useChannel<P extends object, C, S>(
  api: ApiDescriptor,
  channel: ChannelDescriptor<P, C, S>,
  params: P | null,
  options: ChannelHookOptions<S> = {},
): ChannelHook<C, S> {
  const provided = useProvided(api);
  const { keep, skip, onMessage } = options;
  const heard = useRef(onMessage);
  useInsertionEffect(() => {
    heard.current = onMessage;
  });
  // Parameters are an object of every render; what they say is not.
  const text = params && !skip ? canonicalJson(params) : undefined;
  const { subscribe, snapshot, initial, send, retry } = useMemo((): Used<C, S> => {
    if (text === undefined) return NONE;
    // A server joins nothing, and needs no client for that.
    if (!provided && typeof document === 'undefined') {
      return { ...NONE, snapshot: () => NOTHING, initial: () => NOTHING };
    }
    const client = provided ?? pageClient(api);
    const observed = observeChannel<P, C, S>(client, channel, JSON.parse(text), keep);
    return {
      ...observed,
      subscribe: (listener) => observed.subscribe(listener, (message) => heard.current?.(message)),
      // What a page shows while it is hydrated is what the server rendered.
      initial: () => NOTHING,
    };
  }, [api, provided, channel, text, keep]);
  const state = useSyncExternalStore(subscribe, snapshot, initial);
  return useMemo(() => ({ ...state, send, retry }), [state, send, retry]);
}

interface Used<C, S> extends ObservedChannel<C, S> {
  readonly initial: () => ChannelSnapshot<S>;
}

const NONE: Used<unknown, never> = {
  subscribe: () => () => {},
  snapshot: () => CLOSED,
  initial: () => CLOSED,
  send: () => false,
  retry: () => {},
};
