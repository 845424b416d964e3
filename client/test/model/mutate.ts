/** A component calls a mutation. */

import { type Patch, patch, upsertBy } from '../../src/core/index.js';
import type { Act } from './actions.js';
import { type Args, contexts, type Mutation, mutations, type Value } from './api.js';
import type { Call } from './records.js';
import type { Tab } from './tab.js';

type Mutate = Extract<Act, { do: 'mutate' }>;

/** What a page shows before the answer: as the server will say it, or not quite. */
function layersOf(act: Mutate): Patch[] {
  if (act.optimistic === 'none') return [];
  const { user, name, id, order } = act;
  const text = (letter: string): string => `${act.optimistic === 'right' ? letter : 'x'}${id}`;
  const profile = (change: Value): Patch =>
    patch(contexts.user, 'user_profile', { user_id: user }, (value) => ({
      ...(value as Value),
      ...change,
    }));
  const item = (letter: string): ((list: unknown) => unknown) => {
    const put = upsertBy('id', { id: order, text: text(letter), for: null });
    return (list) => put(list as Parameters<typeof put>[0]);
  };
  const notice = (letter: string): Patch =>
    patch(contexts.notifications, 'notifications', {}, item(letter));
  switch (name) {
    case 'rename':
      return [profile({ name: text('n') })];
    case 'set_avatar':
      return [profile({ avatar: text('a') })];
    case 'put_order': {
      const at = { user_id: user, page: act.page ?? 1 };
      return [patch(contexts.user, 'user_orders', at, item('o'))];
    }
    case 'notify':
      return [notice('w')];
    case 'rebrand':
      return [profile({ name: text('b') }), notice('t')];
    case 'promote':
    case 'ping':
      return [profile({ name: text('p') })];
    default:
      return [];
  }
}

export function mutate(tab: Tab, act: Mutate): void {
  const { world, oracle } = tab;
  const fn: Mutation = mutations[act.name];
  const { id, user, page, order, extra } = act;
  const args: Args = { id, user_id: user, page, order, ...(extra ? { extra } : {}) };
  const patches = layersOf(act);
  const call: Call = {
    id,
    tab: tab.name,
    name: act.name,
    args,
    patches,
    generation: tab.generation,
    epoch: tab.epoch,
    sent: 0,
    sends: 0,
    again: false,
    ended: undefined,
    settled: 0,
  };
  for (const other of world.calls.values()) {
    if (!other.ended) world.cover('two mutations at a time');
  }
  world.calls.set(id, call);
  tab.wire.fates.set(id, act.fate);
  const abort = act.abort === undefined ? undefined : new AbortController();
  oracle.layered(tab, call);
  const answer = tab.mizan.call(fn, args, {
    ...(abort ? { signal: abort.signal } : {}),
    ...(act.timeout === undefined ? {} : { timeout: act.timeout }),
    ...(patches.length ? { optimistic: patches } : {}),
  });
  if (patches.length) tab.look();
  world.follow(`${tab.name}: #${id} ${act.name}`, answer);
  ends(tab, call, answer);
  if (abort) {
    world.time.after(act.abort ?? 0, 'model', () => {
      world.begin(tab.name);
      abort.abort();
    });
  }
}

/** How the promise of a call must end. */
function ends(tab: Tab, call: Call, answer: Promise<unknown>): void {
  const { world, oracle } = tab;
  const what = `${tab.name}: #${call.id}`;
  answer.then(
    () => {
      if (call.ended !== 'ok') world.fail(`${what} resolves, but ended ${call.ended}`);
      // Whoever waited for it may look at once.
      if (call.epoch === tab.epoch && !tab.disposed) tab.look();
    },
    (error: { readonly status: number; readonly unknown: boolean; readonly code: string }) => {
      if (call.ended === 'ok' && call.epoch === tab.epoch && !tab.disposed) {
        world.fail(`${what} was answered, but rejects with ${error.code}`);
      }
      if (call.ended === 'unknown' && !error.unknown && !tab.disposed) {
        world.fail(`${what} ended unknown, but rejects with ${error.code}, known`);
      }
      if (call.ended === 'refused' && error.unknown) {
        world.fail(`${what} was refused, but rejects with ${error.code}, unknown`);
      }
      if (call.ended) return;
      if (error.status === 401) oracle.refused(tab, call);
      else oracle.vanished(tab, call);
    },
  );
}
