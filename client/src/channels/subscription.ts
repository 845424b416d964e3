/** One subscription of a page: what it holds, and who uses it. */

import type { MizanError } from '../core/index.js';
import { attempt } from '../core/kernel.js';
import type { Pace } from './pace.js';
import { keyOf } from './wire.js';

/**
 * How a subscription stands. `connecting` until it is there for the first time, `reconnecting` when
 * it was; `refused` by the server, which is asked again with the next connection or credential;
 * `closed` when it was left, or its client disposed.
 */
export type ChannelStatus = 'connecting' | 'open' | 'reconnecting' | 'refused' | 'closed';

/** What a subscription is at a moment. The same object until something changed. */
export interface ChannelSnapshot<S> {
  readonly status: ChannelStatus;
  /** The last messages of the server, oldest first. */
  readonly messages: readonly S[];
  /** Why it was refused or failed, or what became of the last message that was sent. */
  readonly error: MizanError | undefined;
  /** How often messages may have been lost: rises when a subscription was interrupted. */
  readonly missed: number;
}

/** Who uses a subscription. */
export interface User {
  /** How many messages it wants held. */
  readonly keep: number;
  readonly listener: () => void;
  readonly onMessage?: ((message: never) => void) | undefined;
}

export interface Subscription {
  readonly key: string;
  readonly channel: string;
  /** Canonical JSON. */
  readonly params: string;
  /** What the living socket was told of it. */
  stage: 'wanted' | 'asked' | 'live';
  /** It was live under this identity. */
  was: boolean;
  /** Something was sent since it became live. */
  sent: boolean;
  /** Messages that wait, as JSON. */
  queue: string[];
  readonly users: Set<User>;
  /** When it is asked for again, where the server failed. */
  pace?: Pace;
  snapshot: ChannelSnapshot<unknown>;
}

/** How many messages wait at most. */
const WAITING = 32;

/** Nothing yet. */
export const NOTHING: ChannelSnapshot<never> = {
  status: 'connecting',
  messages: [],
  error: undefined,
  missed: 0,
};

/** Nothing any longer. */
export const CLOSED: ChannelSnapshot<never> = {
  status: 'closed',
  messages: [],
  error: undefined,
  missed: 0,
};

/** A new one. */
export function makeSubscription(channel: string, params: string): Subscription {
  return {
    key: keyOf(channel, params),
    channel,
    params,
    stage: 'wanted',
    was: false,
    sent: false,
    queue: [],
    users: new Set(),
    snapshot: NOTHING,
  };
}

/** Whether a change would be none. */
export function isAlready(now: object, change: Partial<ChannelSnapshot<unknown>>): boolean {
  return Object.entries(change).every(([name, value]) => Reflect.get(now, name) === value);
}

/** Shows something else, and says so. */
export function show(sub: Subscription, change: Partial<ChannelSnapshot<unknown>>): void {
  if (isAlready(sub.snapshot, change)) return;
  sub.snapshot = { ...sub.snapshot, ...change };
  for (const { listener } of [...sub.users]) attempt(listener);
}

/** A message of the server came. */
export function receive(sub: Subscription, message: unknown): void {
  const users = [...sub.users];
  const keep = Math.max(...users.map((user) => user.keep));
  for (const user of users) {
    if (sub.users.has(user)) attempt(() => user.onMessage?.(message as never));
    // Whoever is told may log in or out: it was for the identity before.
    if (sub.stage !== 'live') return;
  }
  show(sub, { messages: last([...sub.snapshot.messages, message], keep) });
}

/** The end of a list. */
export function last<T>(list: readonly T[], count: number): readonly T[] {
  return list.slice(Math.max(list.length - count, 0));
}

/** It is not live: the server ended it, failed, or is away. */
export function interrupt(sub: Subscription, error = sub.snapshot.error): void {
  sub.pace?.stop();
  sub.stage = 'wanted';
  const { status, error: before } = sub.snapshot;
  // Who was refused stays so until there is something new.
  if (status === 'refused' && error === before) return;
  show(sub, { status: sub.was ? 'reconnecting' : 'connecting', error });
}

/** The server does not want it. */
export function refuse(sub: Subscription, error: MizanError): void {
  sub.pace?.reset();
  sub.stage = 'wanted';
  sub.queue = [];
  show(sub, { status: 'refused', error });
}

/** Nothing of it is left, such as for another identity. */
export function forget(sub: Subscription, snapshot: ChannelSnapshot<never>): void {
  sub.pace?.reset();
  Object.assign(sub, { stage: 'wanted', was: false, queue: [] });
  show(sub, snapshot);
}

/** Has a message wait, where there is place. */
export function enqueue(sub: Subscription, data: string): boolean {
  const { status } = sub.snapshot;
  return (
    status !== 'refused' &&
    status !== 'closed' &&
    sub.queue.length < WAITING &&
    !!sub.queue.push(data)
  );
}
