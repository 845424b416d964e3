/** The one socket of a client, which carries its subscriptions. */

import { listen } from '../core/attention.js';
import type { Signal } from '../core/environment.js';
import { type Failure, MizanError } from '../core/error.js';
import { onEpoch } from '../core/identity.js';
import { emit, later } from '../core/kernel.js';
import { kernelOf, type Mizan } from '../core/mizan.js';
import { createPace } from './pace.js';
import { createProof, type Standing } from './proof.js';
import { createPulse } from './pulse.js';
import { CLOSED, forget, interrupt, NOTHING, type Subscription } from './subscription.js';
import { createTraffic } from './traffic.js';
import { PROBE, parseFrame } from './wire.js';

/**
 * What a client does about its socket:
 * - `idle`: nobody needs one, or there is nothing to make one with;
 * - `opening`: the handshake is under way;
 * - `proving`: it is open, and the server does not know yet who is asking, or no longer;
 * - {@link Standing}: it carries subscriptions, as whom the server takes the caller for;
 * - `waiting`: it was lost, and is opened again after a pause;
 * - `away`: the page is in the back/forward cache, or gone;
 * - `ended`: the client is disposed.
 */
type Phase = 'idle' | 'opening' | 'proving' | Standing | 'waiting' | 'away' | 'ended';

export interface Connection {
  /** The subscriptions in use, by key. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  /** A subscription is used from now on. */
  join(sub: Subscription): void;
  /** Somebody left: where nobody else uses it, it ends. */
  leave(sub: Subscription): void;
  /** Sends now or, as long as there is place, later. */
  send(sub: Subscription, data: string): boolean;
  /** Asks for it at once, whatever was said of it. */
  retry(sub: Subscription): void;
}

/** For how long a socket is held that carries nothing, in milliseconds. */
const LINGER = 5000;

const connections = /*#__PURE__*/ new WeakMap<object, Connection>();

/** The connection of a client; it opens nothing by itself. */
export function connectionOf(client: Mizan): Connection {
  const kernel = kernelOf(client);
  const known = connections.get(kernel);
  if (known) return known;
  const connection = connect(client);
  connections.set(kernel, connection);
  return connection;
}

function connect(client: Mizan): Connection {
  const kernel = kernelOf(client);
  const { options } = kernel;
  const subs = new Map<string, Subscription>();
  let phase: Phase = kernel.disposed ? 'ended' : 'idle';
  let socket: WebSocket | undefined;
  // Whether the application was told of what keeps it from working.
  let told = false;
  let linger: (() => void) | undefined;

  const pace = createPace(kernel, open);
  const traffic = createTraffic(kernel, subs, { socket: () => socket, tell, standing, report });
  const proof = createProof(kernel, {
    send: tell,
    hold() {
      phase = 'proving';
    },
    settle(standing) {
      if (standing === 'ready') told = false;
      if (phase === standing) return;
      phase = standing;
      traffic.serve();
    },
    reopen: () => lose(undefined, 0),
    complain,
  });
  const pulse = createPulse(kernel, {
    owes: () => phase === 'opening' || proof.owed() || traffic.owed(),
    probe: () => socket?.send(PROBE),
    lose: () => lose(),
  });

  function standing(): Standing | undefined {
    return phase === 'ready' || phase === 'unsure' || phase === 'nobody' ? phase : undefined;
  }

  // The socket.

  function open(): void {
    pace.stop();
    const Socket = options.webSocket ?? globalThis.WebSocket;
    phase = 'idle';
    if (!Socket || !subs.size) return;
    phase = 'opening';
    try {
      const url = new URL(`${kernel.base}/ws/`, globalThis.document?.baseURI);
      url.protocol = url.protocol.replace('http', 'ws');
      socket = new Socket(url);
    } catch (cause) {
      lose(cause);
      return;
    }
    pulse.owe();
    socket.onopen = () => {
      phase = 'proving';
      pulse.heard();
      pace.good();
      proof.begin('opened');
    };
    socket.onmessage = ({ data }) => hear(data);
    socket.onclose = ({ code }) => {
      if (code === 1009) traffic.blame();
      lose();
    };
    // A close follows. Where nobody listens, Node's throw.
    socket.onerror = () => {};
  }

  function hear(text: string): void {
    const frame = parseFrame(text);
    const { channel, type, authenticated, error } = frame;
    if (typeof channel === 'string') traffic.hear(channel, frame, text);
    else if (type === 'expired') proof.begin('expired');
    else if (error || authenticated) proof.answer(error as string | undefined);
    // What is owed after it was heard; nothing by a socket that is gone.
    if (socket) pulse.heard();
  }

  /** Sends what is answered. */
  function tell(frame: string): void {
    socket?.send(frame);
    pulse.owe();
  }

  /** Lets go of the socket and of all that is about it. */
  function detach(): void {
    pulse.end();
    pace.stop();
    linger?.();
    proof.end();
    traffic.end();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    socket = undefined;
  }

  /** The socket was lost, or is of no use; opened again after a pause. */
  function lose(cause?: unknown, first?: number): void {
    // Whoever was told of something may have disposed the client.
    if (phase === 'ended') return;
    if (phase === 'opening') complain({ code: 'NETWORK', cause });
    detach();
    phase = 'idle';
    if (subs.size) {
      phase = 'waiting';
      // Browsers may be wrong about that, and say when there is a network again.
      pace.later(first, !isOnline());
    }
    for (const sub of subs.values()) interrupt(sub);
  }

  function isOnline(): boolean {
    const { environment } = options;
    if (environment) return environment.online?.() ?? true;
    return globalThis.navigator?.onLine !== false;
  }

  // What the application hears of.

  /** Once, until it works again. */
  function complain(failure: Failure): void {
    if (!told) report('ws', failure);
    told = true;
  }

  function report(name: string, failure: Failure): MizanError {
    const error = new MizanError(failure);
    emit(kernel, { type: 'error', kind: 'channel', name, error });
    return error;
  }

  // What happens around it.

  function onSignal(signal: Signal): void {
    if (signal === 'left') {
      // An open socket would keep the page out of the back/forward cache.
      detach();
      phase = 'away';
      for (const sub of subs.values()) interrupt(sub);
    } else if (phase === 'away') {
      if (signal === 'restored') again();
    } else if (signal !== 'hidden') hurry();
  }

  /** Somebody looks: nothing waits any longer. */
  function hurry(): void {
    pace.now();
    if (!standing()) return;
    // After a sleep a socket may be dead without anybody having noticed.
    pulse.check();
    proof.hurry();
    traffic.hurry();
  }

  /** Begins anew, whatever was before. */
  function again(): void {
    pace.reset();
    open();
  }

  onEpoch(client, () => {
    detach();
    for (const sub of subs.values()) forget(sub, NOTHING);
    if (phase !== 'away') again();
  });
  // What the core does not listen to by itself.
  const more = options.environment || typeof document === 'undefined' ? undefined : listen;
  for (const signals of [kernel.environment.listen, more]) {
    const unlisten = kernel.disposed ? undefined : signals?.(onSignal);
    if (unlisten) kernel.ends.add(unlisten);
  }
  kernel.ends.add(() => {
    detach();
    phase = 'ended';
    for (const sub of subs.values()) forget(sub, CLOSED);
  });

  function leave(sub: Subscription): void {
    // Something else may join at once: another component, or React's second effect.
    queueMicrotask(() => {
      if (sub.users.size || subs.get(sub.key) !== sub) return;
      subs.delete(sub.key);
      sub.pace?.stop();
      if (sub.stage !== 'wanted') traffic.stop(sub);
      if (subs.size || !socket) return;
      linger?.();
      linger = later(kernel, LINGER, () => {
        detach();
        phase = 'idle';
      });
    });
  }

  return {
    subscriptions: subs,
    join(sub) {
      linger?.();
      if (phase === 'ended') return;
      subs.set(sub.key, sub);
      if (phase === 'idle') again();
      else traffic.ask(sub);
    },
    leave,
    send(sub, data) {
      if (phase === 'ended') return false;
      if (!subs.has(sub.key)) {
        // Who joins in this turn may come after who sends, such as effects of components.
        subs.set(sub.key, sub);
        leave(sub);
      }
      return traffic.send(sub, data);
    },
    retry(sub) {
      hurry();
      traffic.ask(sub);
    },
  };
}
