/** What happens in a history: drawn from a seed beforehand, so that single actions can be dropped. */

import { deadlineOf, type MutationName, specs } from './api.js';
import { type CallFate, callFate } from './fate.js';
import { between, pick, type Random, random, weighted } from './random.js';
import type { Subject } from './server.js';

export type Act =
  | {
      readonly do: 'mount';
      readonly slot: number;
      readonly place: number;
      readonly how: 'at once' | 'suspended' | 'twice';
      readonly every?: number;
    }
  | { readonly do: 'unmount'; readonly slot: number }
  | { readonly do: 'remount'; readonly slot: number; readonly ms: number }
  | {
      readonly do: 'mutate';
      readonly id: number;
      readonly name: MutationName;
      readonly user: number;
      readonly page: number | null;
      readonly order: number;
      readonly extra: boolean;
      readonly optimistic: 'none' | 'right' | 'wrong';
      readonly timeout?: number;
      readonly abort?: number;
      readonly fate: CallFate;
    }
  | { readonly do: 'identity'; readonly to: Subject | 'reset' }
  | { readonly do: 'fetch'; readonly place: number; readonly abort?: number }
  | { readonly do: 'prefetch' | 'retry' | 'ready'; readonly place: number }
  | { readonly do: 'signal'; readonly signal: 'focus' | 'restored' }
  | { readonly do: 'hide' | 'offline'; readonly ms: number }
  | { readonly do: 'apply'; readonly id: number; readonly user: number; readonly back: number }
  | { readonly do: 'invalidate'; readonly context: string; readonly user: number | null }
  | { readonly do: 'junk'; readonly kind: number }
  | { readonly do: 'find' | 'expire' | 'dispose' };

export type Action = Act & {
  readonly tab: string /** Milliseconds after the one before. */;
  readonly gap: number;
};

export interface Plan {
  readonly seed: number;
  readonly weather: number;
  readonly subject: Subject;
  readonly actions: readonly Action[];
}

const names: readonly MutationName[] = [
  'rename',
  'rename',
  'reset_all',
  'move_order',
  'set_avatar',
  'set_avatar',
  'put_order',
  'put_order',
  'notify',
  'notify',
  'rebrand',
  'promote',
  'ping',
];

const weights = {
  mount: 9,
  unmount: 3,
  remount: 2.5,
  mutate: 18,
  identity: 1.2,
  fetch: 1,
  prefetch: 0.5,
  retry: 0.7,
  ready: 0.7,
  signal: 1,
  hide: 0.6,
  offline: 0.6,
  apply: 0.8,
  invalidate: 0.8,
  find: 0.5,
  junk: 0.3,
  expire: 0.7,
  dispose: 0.12,
} as const;

/** A history: a few components first, then anything. */
export function plan(seed: number): Plan {
  const chance = random(seed);
  const weather = pick(chance, [0, 1, 1, 2]);
  const subject: Subject = pick(chance, ['ada', 'ada', 'bob', undefined]);
  // Few instances and users make for many overlaps.
  const places = between(chance, 0, 2) ? between(chance, 1, 3) : specs.length;
  const own = Array.from({ length: places }, () => between(chance, 0, specs.length - 1));
  const hasty = chance() < 0.5;
  const length = between(chance, 4, 28);
  const alone = chance() < 0.35;
  // A few kinds of mutations of one user overlap more than many.
  const few = chance() < 0.5;
  const known = few ? [pick(chance, names), pick(chance, names)] : names;
  const user = few ? between(chance, 1, 2) : undefined;
  const actions: Action[] = [];
  for (let at = 0; at < length; at++) {
    const act: Act = at < 3 ? mount(chance, own) : draw(chance, weather, { own, known, user }, at);
    const tab = alone || chance() < 0.65 ? 'A' : 'B';
    actions.push({ ...act, tab, gap: gap(chance, hasty) });
  }
  return { seed, weather, subject, actions };
}

function gap(chance: Random, hasty: boolean): number {
  const luck = chance();
  // So long that what nobody looks at is let go.
  if (luck < 0.001) return between(chance, 310_000, 700_000);
  if (luck < 0.02) return between(chance, 5_000, 40_000);
  if (hasty || luck < 0.4) return between(chance, 0, 60);
  return between(chance, 0, 600);
}

function mount(chance: Random, own: readonly number[]): Act {
  const how = pick(chance, ['at once', 'at once', 'suspended', 'twice'] as const);
  const every = chance() < 0.06 ? { every: between(chance, 300, 3_000) } : {};
  return { do: 'mount', slot: between(chance, 0, 3), place: pick(chance, own), how, ...every };
}

interface Scene {
  /** Instances, mutations and the user that a history is about. */
  readonly own: readonly number[];
  readonly known: readonly MutationName[];
  readonly user: number | undefined;
}

function draw(chance: Random, weather: number, { own, known, ...scene }: Scene, id: number): Act {
  const kind = weighted(chance, weights);
  const place = pick(chance, own);
  const user = scene.user ?? between(chance, 1, 2);
  switch (kind) {
    case 'mount':
      return mount(chance, own);
    case 'unmount':
      return { do: kind, slot: between(chance, 0, 3) };
    case 'remount':
      return { do: kind, slot: between(chance, 0, 3), ms: pick(chance, [0, 0, 1, 20, 200]) };
    case 'mutate': {
      const name = pick(chance, known);
      const fate = callFate(chance, weather, deadlineOf(name));
      const luck = chance();
      return {
        do: kind,
        id,
        name,
        user,
        page: pick(chance, [1, 1, 1, 2, null]),
        order: between(chance, 1, 5),
        extra: chance() < 0.3,
        optimistic: pick(chance, ['none', 'right', 'right', 'wrong'] as const),
        ...(luck < 0.06 ? { abort: between(chance, 0, 400) } : {}),
        ...(luck > 0.94 ? { timeout: between(chance, 10, 600) } : {}),
        fate,
      };
    }
    case 'identity':
      return { do: kind, to: pick(chance, ['ada', 'bob', 'bob', undefined, 'reset'] as const) };
    case 'fetch':
      return { do: kind, place, ...(chance() < 0.3 ? { abort: between(chance, 0, 300) } : {}) };
    case 'prefetch':
    case 'retry':
    case 'ready':
      return { do: kind, place };
    case 'signal':
      return { do: kind, signal: pick(chance, ['focus', 'restored'] as const) };
    case 'hide':
    case 'offline':
      return { do: kind, ms: between(chance, 20, 5_000) };
    case 'apply':
      return { do: kind, id, user, back: between(chance, 1, 300) };
    case 'invalidate':
      return {
        do: kind,
        context: pick(chance, ['user', 'notifications', 'global']),
        user: pick(chance, [1, 2, null]),
      };
    case 'junk':
      return { do: kind, kind: between(chance, 0, 20) };
    default:
      return { do: kind };
  }
}
