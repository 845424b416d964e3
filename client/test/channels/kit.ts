/** A client whose channels go to a real server, with a clock that stands still. */

import { onTestFinished } from 'vitest';
import { WebSocket as NodeSocket } from 'ws';
import type { ChannelDescriptor } from '../../src/channels/index.js';
import {
  type ApiDescriptor,
  createClient,
  type Mizan,
  type MizanEvent,
  type MizanOptions,
  type Signal,
} from '../../src/core/index.js';
import { type FakeClock, fakeClock } from '../fixtures/clock.js';
import { type ChannelPeer, channelServer, type Peer } from './server.js';

export const api: ApiDescriptor = { contract: '0', mount: '/api/mizan', contexts: [] };

export interface Said {
  readonly n: number;
}

export const chat: ChannelDescriptor<{ room: string; page?: number }, Said, Said> = {
  name: 'chat',
  params: ['room', 'page'],
  defaults: { page: 1 },
};
export const news: ChannelDescriptor<Record<never, never>, never, Said> = {
  name: 'news',
  params: [],
};

/** The client's end, which counts. */
export interface End {
  readonly id: number;
  readonly readyState: number;
  sent: number;
  heard: number;
}

export interface ChannelKit {
  readonly server: ChannelPeer;
  readonly client: Mizan;
  readonly clock: FakeClock;
  readonly events: readonly MizanEvent[];
  /** The sockets that the client made. */
  readonly ends: readonly End[];
  signal(signal: Signal): void;
  online: boolean;
  timers(): number;
  listeners(): number;
  /** The only connection. */
  peer(): Peer;
  /** Lets everything go on that waits for nothing but the network. */
  calm(): Promise<void>;
  /** The clock goes on, then everything else. */
  pass(ms: number): Promise<void>;
}

export async function channelKit(options: MizanOptions = {}): Promise<ChannelKit> {
  const server = await channelServer();
  const clock = fakeClock();
  const ends: End[] = [];
  class Socket extends NodeSocket implements End {
    readonly id = ends.length;
    sent = 0;
    heard = 0;

    constructor(url: string | URL) {
      super(url, { headers: { 'x-id': String(ends.length) } });
      ends.push(this);
      this.on('message', () => {
        this.heard += 1;
      });
      this.on('error', () => {});
    }

    override send(data: string): void {
      this.sent += 1;
      super.send(data);
    }
  }
  const events: MizanEvent[] = [];
  const signals = new Set<(signal: Signal) => void>();
  const client = createClient(api, {
    baseUrl: server.url,
    webSocket: Socket as unknown as typeof WebSocket,
    clock,
    onEvent: (event) => events.push(event),
    environment: {
      online: () => kit.online,
      listen(listener) {
        signals.add(listener);
        return () => signals.delete(listener);
      },
    },
    ...options,
  });
  const isCalm = (): boolean => {
    const open = ends.filter(({ readyState }) => readyState !== 3);
    const peers = [...server.peers];
    return (
      open.length === peers.length &&
      open.every((end) => {
        const peer = peers.find(({ id }) => id === end.id);
        const all = peer && peer.frames.length === end.sent && peer.said === end.heard;
        return end.readyState === 1 && all && peer.socket.readyState === 1;
      })
    );
  };
  const kit: ChannelKit = {
    server,
    client,
    clock,
    events,
    ends,
    online: true,
    signal(signal) {
      for (const listener of [...signals]) listener(signal);
    },
    timers: clock.waiting,
    listeners: () => signals.size,
    peer() {
      const [only, ...more] = server.peers;
      if (!only || more.length) throw new Error(`${server.peers.size} connections`);
      return only;
    },
    async calm() {
      const end = Date.now() + 30_000;
      for (let turns = 0; turns < 4; turns = isCalm() ? turns + 1 : 0) {
        if (Date.now() > end) throw new Error('It does not come to rest');
        await new Promise((done) => setImmediate(done));
      }
    },
    async pass(ms) {
      // A server that lives is asked now and then, and needs a turn to answer.
      for (let left = ms; ; left -= SLICE) {
        clock.advance(Math.min(left, SLICE));
        await kit.calm();
        if (left <= SLICE) break;
      }
    },
  };
  onTestFinished(async () => {
    client.dispose();
    await server.stop();
  });
  return kit;
}

/** Less than the time that an answer to the client may take. */
const SLICE = 1000;

/** A token that ends at a moment of the clock. */
export function tokenUntil(who: string, exp: number): string {
  const claims = JSON.stringify({ sub: who, exp: exp / 1000, name: 'ÿ>?~' });
  return `head.${Buffer.from(claims).toString('base64url')}.mac`;
}

/** The texts of a connection's frames: action, channel and parameters; without probes. */
export function told({ frames }: Peer): string[] {
  return frames
    .filter(({ channel }) => channel !== '')
    .map(({ action, channel, params, token, data }) =>
      [action, channel, params && JSON.stringify(params), token, data && JSON.stringify(data)]
        .filter((part) => part !== undefined)
        .join(' '),
    );
}
