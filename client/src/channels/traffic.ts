/** What is said about subscriptions on the socket that lives. */

import type { Failure, MizanError } from '../core/error.js';
import { isInexact } from '../core/json.js';
import type { Kernel } from '../core/kernel.js';
import { createPace } from './pace.js';
import { ENDED, type Standing } from './proof.js';
import { enqueue, interrupt, receive, refuse, type Subscription, show } from './subscription.js';
import { judge } from './verdict.js';
import { canonicalJson, channelFrame, type Frame, keyOf } from './wire.js';

/** What carries it. */
export interface Line {
  socket(): WebSocket | undefined;
  /** Sends what is answered. */
  tell(frame: string): void;
  /** As whom the server takes the caller; nothing while that is being told, or without a socket. */
  standing(): Standing | undefined;
  /** Tells the application of an error. */
  report(name: string, failure: Failure): MizanError;
}

export interface Traffic {
  /** The server knows who is asking: asks for what is wanted, and sends what waits. */
  serve(): void;
  /** A frame about a channel. */
  hear(channel: string, frame: Frame, text: string): void;
  /** Asks for what is wanted. */
  ask(sub: Subscription): void;
  /** Has the server end it. */
  stop(sub: Subscription): void;
  /** Sends now or, as long as there is place, later. */
  send(sub: Subscription, data: string): boolean;
  /** Something that was sent was too large; nobody knows what. */
  blame(): void;
  /** Whether an answer is owed. */
  owed(): boolean;
  /** Tries at once what would be tried later. */
  hurry(): void;
  /** The socket is gone. */
  end(): void;
}

/** How many bytes the browser may hold back. */
const BUFFERED = 1 << 20;

export function createTraffic(
  kernel: Kernel,
  subs: ReadonlyMap<string, Subscription>,
  { socket, tell, standing, report }: Line,
): Traffic {
  // The unsubscribes without an answer, by key: what is said of them before is of the past.
  const ending = new Map<string, number>();

  function ask(sub: Subscription): void {
    if (sub.stage !== 'wanted' || !standing()) return;
    sub.pace?.stop();
    sub.stage = 'asked';
    tell(channelFrame('subscribe', sub));
  }

  function stop(sub: Subscription): void {
    ending.set(sub.key, (ending.get(sub.key) ?? 0) + 1);
    tell(channelFrame('unsubscribe', sub));
  }

  /** Whether what is sent is sent as somebody known, be it nobody. */
  function isLive(sub: Subscription): boolean {
    return sub.stage === 'live' && !!standing() && standing() !== 'unsure';
  }

  function flush(sub: Subscription): void {
    if (isLive(sub)) for (const data of sub.queue.splice(0)) write(sub, data);
  }

  function write(sub: Subscription, data: string): void {
    sub.sent = true;
    socket()?.send(channelFrame('message', sub, data));
  }

  function live(sub: Subscription): void {
    const { missed, error } = sub.snapshot;
    sub.pace?.good();
    const now = missed + Number(sub.was);
    Object.assign(sub, { stage: 'live', was: true, sent: false });
    // What became of a message is still true.
    const kept = error?.code.startsWith('MESSAGE') ? error : undefined;
    show(sub, { status: 'open', error: kept, missed: now });
    flush(sub);
  }

  function miss(sub: Subscription, error = sub.snapshot.error): void {
    show(sub, { missed: sub.snapshot.missed + 1, error });
  }

  function refuseMessage(sub: Subscription, message: string): void {
    show(sub, { error: report(sub.channel, { code: 'MESSAGE_REFUSED', message }) });
  }

  function fault(sub: Subscription, message: string): void {
    if (sub.stage === 'wanted') return;
    const verdict = judge(sub, message);
    if (verdict === 'message' || verdict === 'doubtful') refuseMessage(sub, message);
    if (verdict === 'message') return;
    // Whether it is over or only sounds so: from here on both sides agree that it is.
    if (sub.stage === 'live' || verdict === 'passing') stop(sub);
    const who = standing();
    // Who was refused may have been nobody: asked again once the server knows who it is.
    if (!who || (who === 'unsure' && verdict === 'final')) {
      interrupt(sub);
      return;
    }
    sub.pace ??= createPace(kernel, () => ask(sub));
    if (verdict === 'doubtful') {
      interrupt(sub);
      sub.pace.later(0);
    } else {
      const error = report(sub.channel, { code: 'REFUSED', message });
      if (verdict === 'final') refuse(sub, error);
      else {
        interrupt(sub, error);
        sub.pace.later();
      }
    }
  }

  return {
    serve() {
      for (const sub of subs.values()) {
        // It was to be sent as somebody.
        if (standing() === 'nobody' && sub.queue.splice(0).length) {
          refuseMessage(sub, ENDED);
        }
        ask(sub);
        flush(sub);
      }
    },
    hear(channel, { params, type, subscribed, unsubscribed, error, data }, text) {
      const key = keyOf(channel, canonicalJson(params));
      const owed = ending.get(key) ?? 0;
      if (unsubscribed) {
        if (owed > 1) ending.set(key, owed - 1);
        else ending.delete(key);
      }
      const sub = subs.get(key);
      if (owed || !sub) return;
      if (typeof error === 'string') fault(sub, error);
      else if (subscribed) {
        if (sub.stage === 'asked') live(sub);
      } else if (sub.stage !== 'live') return;
      else if (type === 'Missed') miss(sub);
      else if (type === 'ServerMessage') {
        if (isInexact(text)) {
          miss(sub, report(channel, { code: 'INVALID_RESPONSE' }));
        } else receive(sub, data);
      }
    },
    ask,
    stop,
    send(sub, data) {
      const open = socket();
      if (!isLive(sub) || open?.readyState !== 1) return enqueue(sub, data);
      if (open.bufferedAmount > BUFFERED) return false;
      write(sub, data);
      // What became of those before is known.
      show(sub, { error: undefined });
      return true;
    },
    blame() {
      for (const sub of subs.values()) {
        if (sub.sent) show(sub, { error: report(sub.channel, { code: 'MESSAGE_TOO_LARGE' }) });
      }
    },
    owed: () => [...subs.values()].some(({ stage }) => stage === 'asked'),
    hurry() {
      for (const sub of subs.values()) sub.pace?.now();
    },
    end: () => ending.clear(),
  };
}
