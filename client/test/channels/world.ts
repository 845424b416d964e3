/** Random histories of a page with channels: what may happen, and what holds all the time. */

import { expect } from 'vitest';
import { connectionOf } from '../../src/channels/connection.js';
import { type Joined, joinChannel } from '../../src/channels/index.js';
import { type Random, weighted } from '../model/random.js';
import { api, type ChannelKit, channelKit, chat } from './kit.js';
import { keyOf } from './server.js';

/** A message either way: its number in the room, and as whom it is said. */
interface Numbered {
  readonly n: number;
  readonly who?: string | null;
}

interface User {
  readonly room: string;
  readonly keep: number;
  readonly joined: Joined<Numbered, Numbered>;
  /** What it was told, in order, and how often something was missed until then. */
  readonly told: (Numbered & { readonly missed: number; readonly epoch: number })[];
}

export interface World {
  /** Does something, and says what. */
  act(): Promise<string>;
  /** What holds at any time. */
  check(): void;
  /** Ends what disturbs, and lets everything come to rest. */
  rest(): Promise<void>;
  /** What holds at rest, and after. */
  checkRest(): Promise<void>;
}

/** How often something happens that happens in every history; what disturbs counts one. */
const USUAL: Readonly<Record<string, number>> = {
  join: 3,
  leave: 1,
  'leave and join': 1,
  send: 4,
  say: 12,
  wait: 5,
};

const chatKey = (room: string) => keyOf('chat', { room, page: 1 });

const ROOMS = ['a', 'b', 'shut'];

/** What an application may say of a message. */
const REFUSALS = ['Invalid message: unlucky', 'Not authorized', 'An internal error occurred'];

export async function makeWorld(chance: Random): Promise<World> {
  const upTo = (count: number) => Math.floor(chance() * count);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length)] as T;
  let subject: string | undefined;
  let epoch = 0;
  let generation = 0;
  let valid = 0;
  let broken = false;
  let hurt = false;
  let shut = false;
  let failing = false;
  let doubtful = false;
  let full = false;
  let away = false;
  let stopped = false;
  let users: User[] = [];
  const said = new Map<string, number>();
  let sent = 0;
  // What the server was sent: by room, the numbers.
  const received: Numbered[] = [];

  const k: ChannelKit = await channelKit({
    token: async () => {
      if (chance() < 0.5) await new Promise((done) => setImmediate(done));
      return subject && `${subject}:${generation}`;
    },
    refresh: async () => {
      if (broken) {
        if (chance() < 0.5) throw new Error('in passing');
        return false;
      }
      generation += 1;
      return true;
    },
  });
  const { server, client } = k;
  server.identify = (token) => {
    const [who, of] = token.split(':');
    server.unidentified = doubtful ? 'An internal error occurred' : 'Invalid token';
    if (doubtful && chance() < 0.7) return undefined;
    return Number(of) >= valid ? who : undefined;
  };
  server.refuse = (who, _, params) => {
    const { room } = params as { room: string };
    if (failing && chance() < 0.7) {
      return pick(['Authorization failed', 'An internal error occurred', 'Too many subscriptions']);
    }
    return (room === 'b' && !who) || (room === 'shut' && shut) ? 'Not authorized' : undefined;
  };
  server.connected = () =>
    failing && chance() < 0.3 ? pick(['An internal error occurred', 'Full']) : undefined;
  server.receive = (peer, frame) => {
    const data = frame.data as Numbered;
    // Nobody speaks for somebody else; who expired a moment ago speaks for nobody.
    if (peer.who !== undefined) expect(data.who ?? undefined).toBe(peer.who);
    received.push(data);
    const words = [...REFUSALS, `Not subscribed to ${frame.channel}`][data.n % 13];
    if (words) server.say(peer, { ...frame, error: words });
  };

  function say(room: string): number {
    const n = (said.get(room) ?? 0) + 1;
    said.set(room, n);
    return server.broadcast('chat', { room, page: 1 }, ({ who = null }) => ({ n, who }));
  }

  function join(room: string): void {
    const told: User['told'] = [];
    const keep = pick([0, 1, 5, 100]);
    const joined: User['joined'] = joinChannel(
      api,
      chat,
      { room },
      {
        client,
        keep,
        onMessage: (message) => told.push({ ...message, missed: joined.missed, epoch }),
      },
    );
    users.push({ room, keep, joined, told });
  }

  function send(user: User): boolean {
    sent += 1;
    return user.joined.send({ n: sent, who: subject ?? null } as Numbered);
  }

  const ACTIONS: Record<string, () => unknown> = {
    join: () => users.length < 8 && join(pick(ROOMS)),
    leave() {
      const [user] = users.splice(upTo(users.length), 1);
      user?.joined.leave();
    },
    'leave and join'() {
      const [user] = users.splice(upTo(users.length), 1);
      user?.joined.leave();
      if (user) join(user.room);
    },
    send: () => users.length && send(pick(users)),
    'send much'() {
      const user = pick(users);
      if (user) for (let n = 0; n < 40; n += 1) send(user);
    },
    say: () => say(pick(ROOMS)),
    drop: () => server.drop(pick([undefined, 1001, 1008, 1009, 1013])),
    async stop() {
      if (stopped) await server.start();
      else await server.stop();
      stopped = !stopped;
    },
    unwilling: () => {
      server.unwilling = server.unwilling ? undefined : pick([401, 503]);
    },
    expire() {
      for (const peer of server.peers) server.expire(peer);
    },
    revoke: () => {
      valid = generation + 1;
    },
    broken: () => {
      broken = !broken;
      hurt = true;
    },
    shut: () => {
      shut = !shut;
      hurt = true;
    },
    failing: () => {
      failing = !failing;
      full = true;
    },
    doubtful: () => {
      doubtful = !doubtful;
    },
    check() {
      for (const peer of server.peers) server.checkAnew(peer);
    },
    identity() {
      epoch += 1;
      subject = pick(['ada', 'bob', undefined]);
      if (subject) client.login(subject);
      else client.logout();
    },
    cache() {
      away = !away;
      k.signal(away ? 'left' : 'restored');
    },
    network() {
      k.online = !k.online;
      if (k.online) k.signal('online');
    },
    look: () => k.signal(pick(['visible', 'hidden', 'focus', 'online'])),
    wait: () => k.clock.advance(pick([1, 500, 1000, 1000, 5000])),
  };

  // A history in which everything goes wrong all the time hides what a single thing does.
  const weights: Record<string, number> = {};
  for (const name of Object.keys(ACTIONS)) {
    const weight = USUAL[name] ?? (chance() < 0.3 ? 1 : 0);
    if (weight) weights[name] = weight;
  }
  // What is over some time later.
  const lasting: Readonly<Record<string, () => boolean>> = {
    stop: () => stopped,
    unwilling: () => server.unwilling !== undefined,
    broken: () => broken,
    shut: () => shut,
    failing: () => failing,
    doubtful: () => doubtful,
    cache: () => away,
    network: () => !k.online,
  };

  /** Both sides agree, once all that they said arrived. */
  function agree(): void {
    const { subscriptions } = connectionOf(client);
    const open = [...subscriptions.values()].filter(({ snapshot }) => snapshot.status === 'open');
    const here = open.map(({ channel, params }) => keyOf(channel, JSON.parse(params)));
    for (const { joined } of server.peers) expect([...joined.keys()].sort()).toEqual(here.sort());
    for (const { room } of users) expect(subscriptions.has(chatKey(room))).toBe(true);
    expect(subscriptions.size).toBe(new Set(users.map(({ room }) => room)).size);
  }

  return {
    async act() {
      const over = Object.keys(lasting).find((name) => lasting[name]?.() && chance() < 0.2);
      const name = over ?? weighted(chance, weights);
      await ACTIONS[name]?.();
      // Often the next thing happens before this one had its effect.
      if (chance() < 0.4) {
        await k.calm();
        agree();
      } else if (chance() < 0.5) await new Promise((done) => setImmediate(done));
      return name;
    },
    check() {
      expect(k.ends.filter(({ readyState }) => readyState < 2).length).toBeLessThanOrEqual(1);
      expect(k.timers()).toBeLessThanOrEqual(8);
      for (const { queue } of connectionOf(client).subscriptions.values()) {
        expect(queue.length).toBeLessThanOrEqual(32);
      }
      for (const { keep, joined, told } of users) {
        expect(joined.snapshot()).toBe(joined.snapshot());
        expect(joined.messages.length).toBeLessThanOrEqual(keep);
        for (const { who } of joined.messages) expect([subject, null]).toContain(who);
        for (const [at, message] of told.entries()) {
          const before = told[at - 1];
          if (!before) continue;
          expect(message.n).toBeGreaterThan(before.n);
          const gap = message.n > before.n + 1 && message.epoch === before.epoch;
          if (gap) expect(message.missed).toBeGreaterThan(before.missed);
        }
      }
      for (const [at, { n }] of received.entries()) {
        // In a room, what was sent arrives in order; of all rooms, each once.
        expect(received.findIndex((one) => one.n === n)).toBe(at);
      }
    },
    async rest() {
      if (stopped) await server.start();
      if (away) k.signal('restored');
      broken = false;
      shut = false;
      failing = false;
      doubtful = false;
      server.unwilling = undefined;
      k.online = true;
      k.signal('online');
      await k.calm();
      // What failed in passing, or for want of a credential, comes back by itself.
      for (let turn = 0; turn < 4; turn += 1) {
        await k.calm();
        await k.pass(31_000);
      }
      for (const { room, joined } of users) {
        const why = joined.error?.message;
        const isFinal = why === 'Full' || (room === 'b' ? !subject : room === 'shut' && hurt);
        if (joined.status === 'refused') expect(isFinal).toBe(true);
        else expect(joined.status).toBe('open');
      }
      // Who was refused is asked for again with the next connection.
      if (hurt || full) server.drop();
      for (let turn = 0; turn < 3; turn += 1) {
        await k.calm();
        await k.pass(31_000);
      }
      await k.calm();
    },
    async checkRest() {
      const used = new Map(users.map((user) => [user.room, user]));
      expect(server.peers.size).toBe(used.size ? 1 : 0);
      for (const peer of server.peers) {
        expect(peer.who).toBe(subject);
        const wanted = [...used.keys()].filter((room) => room !== 'b' || subject);
        const keys = wanted.map(chatKey);
        expect([...peer.joined.keys()].sort()).toEqual(keys.sort());
      }
      for (const { room, joined } of users) {
        expect(joined.status).toBe(room !== 'b' || subject ? 'open' : 'refused');
      }
      for (const room of used.keys()) say(room);
      const open = [...used.values()].filter(({ joined }) => joined.status === 'open');
      const before = received.length;
      for (const user of open) expect(send(user)).toBe(true);
      await k.calm();
      expect(received.length).toBe(before + open.length);
      for (const { room, keep, joined, told } of users) {
        if (joined.status !== 'open') continue;
        expect(told.at(-1)?.n).toBe(said.get(room));
        expect(joined.messages.at(-1)?.n).toBe(keep ? said.get(room) : undefined);
      }
      client.dispose();
      await k.calm();
      expect([server.peers.size, k.timers(), k.listeners()]).toEqual([0, 0, 0]);
      for (const { joined } of users) expect(joined.status).toBe('closed');
      users = [];
      await server.stop();
    },
  };
}
