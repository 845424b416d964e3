/** The registry of the model: contexts, instances that pages look at, mutations of every kind. */

import {
  type ApiDescriptor,
  type ContextDescriptor,
  type FunctionDescriptor,
  fromPage,
  mergeSlots,
} from '../../src/core/index.js';

export type Params = Readonly<Record<string, string | number>>;
/** Every slot by name. `trace` is in every context and says which read produced a value. */
export type Value = Readonly<Record<string, unknown>>;
export type Context = ContextDescriptor<Params, Value>;
export type Args = Readonly<Record<string, unknown>>;
export type Mutation = FunctionDescriptor<Args, unknown>;

export const api: ApiDescriptor = {
  contract: '0123456789abcdef',
  mount: '/api/mizan',
  contexts: ['user', 'notifications', 'global'],
};

const user: Context = {
  name: 'user',
  slots: { user_profile: ['user_id'], user_orders: ['user_id', 'page'], trace: [] },
  defaults: { page: 1 },
  lists: { user_orders: 'id' },
};

const notifications: Context = {
  name: 'notifications',
  slots: { notifications: [], trace: [] },
  lists: { notifications: 'id' },
};

const global: Context = { name: 'global', slots: { account: [], trace: [] }, primed: fromPage };

export const contexts = { user, notifications, global } as const;

export type ContextName = keyof typeof contexts;

export interface Spec {
  readonly name: string;
  readonly context: Context;
  readonly params: Params;
  /** The canonical text of what is asked for, defaults filled in. */
  readonly asked: Readonly<Record<string, string>>;
}

function spec(name: string, context: ContextName, params: Params): Spec {
  const descriptor = contexts[context];
  const asked: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...descriptor.defaults, ...params })) {
    asked[key] = String(value);
  }
  return { name, context: descriptor, params, asked };
}

/** The instances that components show. `me` is a user whom only the server can name. */
export const specs: readonly Spec[] = [
  spec('user 1', 'user', { user_id: 1 }),
  spec('user 1 page 2', 'user', { user_id: 1, page: 2 }),
  spec('user 2', 'user', { user_id: 2 }),
  spec('user me', 'user', { user_id: 'me' }),
  spec('notifications', 'notifications', {}),
  spec('global', 'global', {}),
];

export const mutations = {
  /** Scoped by its argument. */
  rename: { name: 'rename', effects: [{ context: 'user', keys: ['user_id'] }], deadline: 4_000 },
  /** Broad, on two contexts. */
  reset_all: {
    name: 'reset_all',
    effects: [{ context: 'user' }, { context: 'notifications' }],
    deadline: 7_000,
  },
  /** Scoped by what only the server knows. */
  move_order: {
    name: 'move_order',
    effects: [{ context: 'user', keys: ['user_id'] }],
    scoped: true,
    deadline: 5_000,
  },
  /** A merge that replaces. */
  set_avatar: {
    name: 'set_avatar',
    effects: [{ context: 'user', keys: ['user_id'], slot: 'user_profile' }],
    merge: mergeSlots,
    deadline: 3_000,
  },
  /** A merge into a list, which only fits when the page was given. */
  put_order: {
    name: 'put_order',
    effects: [{ context: 'user', keys: ['user_id', 'page'], slot: 'user_orders', key: 'id' }],
    merge: mergeSlots,
    deadline: 6_000,
  },
  /** A merge into a list of a context without parameters; with the deadline left out. */
  notify: {
    name: 'notify',
    effects: [{ context: 'notifications', slot: 'notifications', key: 'id' }],
    merge: mergeSlots,
  },
  /** A merge and two invalidations in one answer. */
  rebrand: {
    name: 'rebrand',
    effects: [
      { context: 'user', keys: ['user_id'], slot: 'user_profile' },
      { context: 'notifications' },
      { context: 'global' },
    ],
    deadline: 4_000,
    merge: mergeSlots,
  },
  /** Two contexts; its handler adds an entry now and then. */
  promote: {
    name: 'promote',
    effects: [{ context: 'global' }, { context: 'user', keys: ['user_id'] }],
    deadline: 2_000,
  },
  /** Changes nothing and says so. */
  ping: { name: 'ping', deadline: 2_000 },
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;

/** A reader, called as a function: may be retried. */
export const find: Mutation = { name: 'user_profile', reads: true };

export function deadlineOf(name: MutationName): number {
  const descriptor: Mutation = mutations[name];
  return descriptor.deadline ?? 30_000;
}
