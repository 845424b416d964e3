/** Joining a channel, for pages without a framework and for adapters. */

import { type ApiDescriptor, type Mizan, pageClient } from '../core/index.js';
import { attempt } from '../core/kernel.js';
import { kernelOf } from '../core/mizan.js';
import { connectionOf } from './connection.js';
import type { ChannelDescriptor } from './descriptor.js';
import {
  type ChannelSnapshot,
  CLOSED,
  isAlready,
  last,
  makeSubscription,
  NOTHING,
  type User,
} from './subscription.js';
import { canonicalJson, keyOf } from './wire.js';

/** Options of {@link joinChannel}. */
export interface JoinOptions<S> {
  /** The client to use; the page's if left out. */
  readonly client?: Mizan | undefined;
  /** How many messages are held: 100 if left out, with 0 `messages` stays empty. */
  readonly keep?: number | undefined;
  /** Called with every message, in order. */
  readonly onMessage?: ((message: S) => void) | undefined;
}

/** A subscription to a channel, shared with everybody in the page who uses the same. */
export interface ObservedChannel<C, S> {
  /** What it is now. The same object until something changed. */
  readonly snapshot: () => ChannelSnapshot<S>;
  /** Uses it until the returned function is called; the listener hears of every change. */
  readonly subscribe: (listener: () => void, onMessage?: (message: S) => void) => () => void;
  /**
   * Sends a message, or has it wait until the subscription is there. False where it is not going to
   * be sent: too many wait, or the server refused the subscription. What is under way when a
   * connection breaks may be lost, and what waits is when the last who uses the subscription leaves.
   */
  readonly send: (message: C) => boolean;
  /** Asks the server again, such as after it refused. */
  readonly retry: () => void;
}

/** A channel that was joined. */
export interface Joined<C, S> extends ChannelSnapshot<S> {
  readonly snapshot: ObservedChannel<C, S>['snapshot'];
  /** Listens to changes; it ends nothing but the listening. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly send: ObservedChannel<C, S>['send'];
  readonly retry: ObservedChannel<C, S>['retry'];
  /** Ends it. What it showed last stays, as `closed`. */
  readonly leave: () => void;
}

const KEEP = 100;

/** The subscription to a channel with these parameters; subscribes to nothing by itself. */
export function observeChannel<P extends object, C, S>(
  client: Mizan,
  { name, params, defaults }: ChannelDescriptor<P, C, S>,
  given: P,
  keep: number = KEEP,
): ObservedChannel<C, S> {
  // What the channel does not know would make two subscriptions of one.
  const all: Record<string, unknown> = { ...defaults, ...JSON.parse(canonicalJson(given)) };
  const names = params ?? Object.keys(all);
  const text = canonicalJson(Object.fromEntries(names.map((param) => [param, all[param]])));
  const key = keyOf(name, text);
  const { subscriptions, join, leave, send, retry } = connectionOf(client);
  let whole: ChannelSnapshot<unknown> = NOTHING;
  let part = whole;

  return {
    snapshot() {
      const closed = kernelOf(client).disposed ? CLOSED : NOTHING;
      const now = subscriptions.get(key)?.snapshot ?? closed;
      if (now !== whole) {
        // Others may want more of it held.
        const messages = last(now.messages, keep);
        const less = messages.length < now.messages.length ? { ...now, messages } : now;
        // Who holds none hears of none.
        const none = messages.length + part.messages.length === 0;
        if (!none || !isAlready(part, { ...now, messages: part.messages })) part = less;
        whole = now;
      }
      return part as ChannelSnapshot<S>;
    },
    subscribe(listener, onMessage) {
      const sub = subscriptions.get(key) ?? makeSubscription(name, text);
      const user: User = { keep, listener, onMessage };
      sub.users.add(user);
      join(sub);
      return () => {
        if (sub.users.delete(user)) leave(sub);
      };
    },
    send(message) {
      const sub = subscriptions.get(key) ?? makeSubscription(name, text);
      return send(sub, JSON.stringify(message) ?? 'null');
    },
    retry() {
      const sub = subscriptions.get(key);
      if (sub) retry(sub);
    },
  };
}

/** Joins a channel until it is left. */
export function joinChannel<P extends object, C, S>(
  api: ApiDescriptor,
  channel: ChannelDescriptor<P, C, S>,
  params: P,
  { client = pageClient(api), keep, onMessage }: JoinOptions<S> = {},
): Joined<C, S> {
  const observed = observeChannel(client, channel, params, keep);
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) attempt(listener);
  };
  const end = observed.subscribe(tell, onMessage);
  let left: ChannelSnapshot<S> | undefined;
  const snapshot = (): ChannelSnapshot<S> => left ?? observed.snapshot();
  return {
    snapshot,
    get status() {
      return snapshot().status;
    },
    get messages() {
      return snapshot().messages;
    },
    get error() {
      return snapshot().error;
    },
    get missed() {
      return snapshot().missed;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    send: (message) => !left && observed.send(message),
    retry() {
      if (!left) observed.retry();
    },
    leave() {
      if (left) return;
      left = { ...snapshot(), status: 'closed' };
      end();
      tell();
    },
  };
}
