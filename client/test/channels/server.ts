/** A server of channels (protocol section 7) over real sockets, which a test can make misbehave. */

import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { canonicalJson } from '../../src/channels/wire.js';

/** One connection, as the server sees it. */
export interface Peer {
  readonly id: number;
  readonly socket: WebSocket;
  /** Who is asking. */
  who: string | undefined;
  /** By channel and canonical parameters: the text that was subscribed with. */
  readonly joined: Map<string, { readonly channel: string; readonly params: unknown }>;
  /** Every frame that came. */
  readonly frames: Frame[];
  said: number;
}

export interface Frame {
  readonly action: string;
  readonly channel?: string;
  readonly params?: unknown;
  readonly data?: unknown;
  readonly token?: string;
}

export interface ChannelPeer {
  readonly url: string;
  /** The connections that live. */
  readonly peers: Set<Peer>;
  /** How many there were. */
  opened(): number;
  /** Who a token is of; nobody for one that is invalid. */
  identify: (token: string) => string | undefined;
  /** What is said to an invalid token. */
  unidentified: string;
  /** Why a subscription is refused. */
  refuse: (who: string | undefined, channel: string, params: unknown) => string | undefined;
  /** What a channel does with a message. */
  receive: (peer: Peer, frame: Frame) => void;
  /** What is done once somebody joined; a text ends the subscription again. */
  connected: (peer: Peer, channel: string, params: unknown) => string | undefined;
  /** Whether a frame is lost on its way. */
  deaf: (frame: Frame) => boolean;
  /** Subscriptions are authorized anew; those that fail end. */
  checkAnew(peer: Peer): void;
  /** Nothing is answered while this is set. */
  mute: boolean;
  /** A handshake is refused with this status. */
  unwilling: number | undefined;
  say(peer: Peer, frame: object | string): void;
  /** Sends to all who joined; how many. */
  broadcast(channel: string, params: unknown, data: (peer: Peer) => unknown): number;
  expire(peer: Peer): void;
  /** Ends all connections: with a code, or without a word. */
  drop(code?: number): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export const keyOf = (channel: string, params: unknown) => `${channel} ${canonicalJson(params)}`;

export async function channelServer(): Promise<ChannelPeer> {
  let http: WebSocketServer | undefined;
  let port = 0;
  let opened = 0;
  const peers = new Set<Peer>();

  const server: ChannelPeer = {
    get url() {
      return `http://127.0.0.1:${port}/api/mizan`;
    },
    peers,
    opened: () => opened,
    identify: (token) => token,
    unidentified: 'Invalid token',
    refuse: () => undefined,
    receive: () => {},
    connected: () => undefined,
    deaf: () => false,
    checkAnew,
    mute: false,
    unwilling: undefined,
    say(peer, frame) {
      if (server.mute || peer.socket.readyState !== 1) return;
      peer.said += 1;
      peer.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    },
    broadcast(channel, params, data) {
      const key = keyOf(channel, params);
      const reached = [...peers].filter(({ joined }) => joined.has(key));
      for (const peer of reached) {
        const sent = peer.joined.get(key)?.params;
        server.say(peer, { channel, params: sent, type: 'ServerMessage', data: data(peer) });
      }
      return reached.length;
    },
    expire(peer) {
      peer.who = undefined;
      server.say(peer, { type: 'expired' });
      checkAnew(peer);
    },
    drop(code) {
      for (const { socket } of peers) {
        if (code) socket.close(code);
        else socket.terminate();
      }
    },
    async stop() {
      server.drop();
      const closing = http;
      http = undefined;
      await new Promise((done) => (closing ? closing.close(done) : done(undefined)));
    },
    async start() {
      http = new WebSocketServer({
        port,
        host: '127.0.0.1',
        path: '/api/mizan/ws/',
        verifyClient: (_info: unknown, done: (ok: boolean, status?: number) => void) =>
          done(server.unwilling === undefined, server.unwilling),
      });
      http.on('connection', (socket, request) => accept(socket, Number(request.headers['x-id'])));
      const listening = http;
      await new Promise<void>((done) => listening.once('listening', done));
      port = (http.address() as AddressInfo).port;
    },
  };

  function accept(socket: WebSocket, id: number): void {
    opened += 1;
    const peer: Peer = { id, socket, who: undefined, joined: new Map(), frames: [], said: 0 };
    peers.add(peer);
    socket.on('close', () => peers.delete(peer));
    socket.on('error', () => {});
    socket.on('message', (text) => {
      const frame = JSON.parse(String(text)) as Frame;
      peer.frames.push(frame);
      if (!server.deaf(frame)) take(peer, frame);
    });
  }

  function take(peer: Peer, frame: Frame): unknown {
    const { action, channel = '', params = {}, token = '' } = frame;
    const about = { channel, params };
    const key = keyOf(channel, params);
    const fail = (error: string) => server.say(peer, { error, ...about });
    if (action === 'auth') {
      const who = server.identify(token);
      if (who === undefined) return server.say(peer, { error: server.unidentified });
      peer.who = who;
      server.say(peer, { authenticated: true });
      checkAnew(peer);
    } else if (action === 'unsubscribe') {
      peer.joined.delete(key);
      server.say(peer, { unsubscribed: true, ...about });
    } else if (action === 'subscribe') {
      if (peer.joined.has(key)) return fail(`Already subscribed to ${channel}`);
      const refusal = server.refuse(peer.who, channel, params);
      if (refusal !== undefined) return fail(refusal);
      peer.joined.set(key, about);
      server.say(peer, { subscribed: true, ...about });
      const fault = server.connected(peer, channel, params);
      if (fault === undefined) return;
      peer.joined.delete(key);
      fail(fault);
    } else if (action === 'message') {
      if (!peer.joined.has(key)) return fail(`Not subscribed to ${channel}`);
      server.receive(peer, frame);
    } else return server.say(peer, { error: `Unknown action: ${action}` });
    return undefined;
  }

  function checkAnew(peer: Peer): void {
    for (const [key, { channel, params }] of peer.joined) {
      const refusal = server.refuse(peer.who, channel, params);
      if (refusal === undefined) continue;
      const error = refusal === 'Not authorized' ? refusal : 'Authorization failed';
      peer.joined.delete(key);
      server.say(peer, { error, channel, params });
    }
  }

  await server.start();
  return server;
}
