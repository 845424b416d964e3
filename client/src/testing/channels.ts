import { MizanError, share } from '../core/index.js';
import type { Stubs } from './stubs.js';

/** One subscription, as a stub sees it. */
export interface ChannelCall<P, S> {
  readonly params: P;
  /** Sends it a message. */
  push(message: S): void;
}

/**
 * What stands for a channel of the server; `{}` lets everybody join and answers nothing. A
 * `MizanError` that a member throws is answered as the server would, by its status: what of
 * `connect` and `receive` is 4xx is told in its own words, 401 and 403 of `authorize` refuse, and
 * all else is a fault that passes.
 */
export interface ChannelStub<P, C, S> {
  /** Who may join; everybody if left out. */
  authorize?(params: P): boolean | Promise<boolean>;
  /** Somebody joined. */
  connect?(call: ChannelCall<P, S>): void | Promise<void>;
  /** Somebody sent a message. */
  receive?(message: C, call: ChannelCall<P, S>): void | Promise<void>;
}

/** A channel's descriptor, as far as a test needs it. */
export interface ChannelKey<P, C, S> {
  readonly name: string;
  readonly params: readonly string[] | null;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly '~types'?: readonly [P, C, S];
}

/** A message that was sent to a channel. */
export interface SentMessage {
  /** The channel's name on the wire. */
  readonly channel: string;
  readonly params: unknown;
  readonly data: unknown;
}

type AnyStub = ChannelStub<unknown, unknown, unknown>;

interface Frame {
  readonly action: string;
  readonly channel: string;
  readonly params: object;
  readonly data: unknown;
}

/** The server's end of the sockets of a client: the stubs answer. */
export class ChannelServer {
  readonly sent: SentMessage[] = [];
  /** What the clients' ends are made with. */
  readonly webSocket: typeof WebSocket;
  #pending = 0;
  readonly #channels: ReadonlyMap<string, AnyStub>;
  readonly #stubs: Stubs;
  readonly #sockets = new Set<StubSocket>();

  constructor(channels: object, stubs: Stubs) {
    this.#channels = new Map(Object.entries(channels));
    this.#stubs = stubs;
    const sockets = this.#sockets;
    const take = (socket: StubSocket, text: string) => this.#take(socket, text);
    const during = (work: () => Promise<void>) => this.#during(work);
    // A client needs a part of what sockets are.
    this.webSocket = class extends StubSocket {
      constructor() {
        super(take, during);
        sockets.add(this);
      }
    } as unknown as typeof WebSocket;
  }

  /** How much is not answered yet. */
  get pending(): number {
    return this.#pending;
  }

  push<P, C, S>({ name, params, defaults }: ChannelKey<P, C, S>, given: P, message: S): number {
    const all: Record<string, unknown> = { ...defaults, ...plain(given as object) };
    const names = params ?? Object.keys(all);
    const wanted = Object.fromEntries(
      names.filter((param) => param in all).map((param) => [param, all[param]]),
    );
    const reached = [...this.#sockets].filter((socket) => socket.find(name, wanted));
    for (const socket of reached) say(socket, name, wanted, message);
    return reached.length;
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.end(1006);
    this.#sockets.clear();
  }

  async #during(work: () => Promise<void>): Promise<void> {
    this.#pending += 1;
    try {
      await work();
    } finally {
      this.#pending -= 1;
    }
  }

  async #take(socket: StubSocket, text: string): Promise<void> {
    const { action, channel, params, data } = JSON.parse(text) as Frame;
    if (action === 'auth') socket.hear({ authenticated: true });
    else if (action === 'unsubscribe') {
      const joined = socket.find(channel, params);
      if (joined) socket.joined.delete(joined);
      socket.hear({ unsubscribed: true, channel, params });
    } else {
      const call: ChannelCall<unknown, unknown> = {
        params,
        push: (message) => say(socket, channel, params, message),
      };
      try {
        if (action === 'subscribe') await this.#join(socket, channel, call);
        else {
          this.sent.push({ channel, params, data });
          await this.#channels.get(channel)?.receive?.(data, call);
        }
      } catch (error) {
        socket.hear({ error: this.#refusal(error), channel, params });
      }
    }
  }

  /** What the server says to what a hook failed with: the client's errors in its own words. */
  #refusal(error: unknown): string {
    if (!(error instanceof MizanError)) this.#stubs.fault(error);
    else if (error.status >= 400 && error.status < 500) return error.message;
    return 'An internal error occurred';
  }

  /** Why somebody may not join. */
  async #authorize(stub: AnyStub, params: unknown): Promise<string | undefined> {
    try {
      return (await stub.authorize?.(params)) === false ? 'Not authorized' : undefined;
    } catch (error) {
      if (!(error instanceof MizanError)) this.#stubs.fault(error);
      else if (error.status === 401 || error.status === 403) return 'Not authorized';
      return 'Authorization failed';
    }
  }

  async #join(socket: StubSocket, channel: string, call: ChannelCall<unknown, unknown>) {
    const stub = this.#channels.get(channel);
    if (!stub) {
      const name = JSON.stringify(channel);
      throw new Error(
        `testMizan has no stub for the channel ${channel}, needed for joining it: testMizan({ … }, { channels: { ${name}: {} } })`,
      );
    }
    const { params } = call;
    const refusal = await this.#authorize(stub, params);
    if (refusal !== undefined) {
      socket.hear({ error: refusal, channel, params });
      return;
    }
    const joined = { channel, params };
    socket.joined.add(joined);
    socket.hear({ subscribed: true, channel, params });
    try {
      await stub.connect?.(call);
    } catch (error) {
      socket.joined.delete(joined);
      throw error;
    }
  }
}

/** A client's end. */
class StubSocket {
  readyState = 0;
  readonly bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: string }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly joined = new Set<{ readonly channel: string; readonly params: unknown }>();
  readonly #take: (socket: StubSocket, text: string) => Promise<void>;
  readonly #during: (work: () => Promise<void>) => Promise<void>;
  #work: Promise<void>;

  constructor(
    take: (socket: StubSocket, text: string) => Promise<void>,
    during: (work: () => Promise<void>) => Promise<void>,
  ) {
    this.#take = take;
    this.#during = during;
    this.#work = during(async () => {
      await undefined;
      if (this.readyState) return;
      this.readyState = 1;
      this.onopen?.();
    });
  }

  /** Frames are taken in order. */
  send(text: string): void {
    const before = this.#work;
    this.#work = this.#during(async () => {
      await before;
      if (this.readyState === 1) await this.#take(this, text);
    });
  }

  close(): void {
    this.end(1000);
  }

  /** Either side ended it. */
  end(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.joined.clear();
    this.onclose?.({ code });
  }

  hear(frame: object): void {
    if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  find(channel: string, params: unknown) {
    return [...this.joined].find((one) => one.channel === channel && equal(one.params, params));
  }
}

function say(socket: StubSocket, channel: string, params: unknown, message: unknown): void {
  const data = message ?? null;
  if (socket.find(channel, params)) {
    socket.hear({ channel, params, type: 'ServerMessage', data });
  }
}

/** As it would arrive. */
function plain(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

function equal(one: unknown, other: unknown): boolean {
  return share(one, other) === one;
}
