/** Does one action of a history. */

import type { Signal } from '../../src/core/index.js';
import type { Act, Action } from './actions.js';
import { find } from './api.js';
import { mutate } from './mutate.js';
import type { Entry } from './scope.js';
import { written } from './scope.js';
import type { Tab } from './tab.js';
import type { Watch } from './watch.js';
import type { World } from './world.js';

/** A tab with another version of the page may say anything. */
const junk: readonly unknown[] = [
  null,
  undefined,
  7,
  'identity',
  [],
  {},
  { identity: 7 },
  { identity: { name: 'ada' } },
  { entries: 7 },
  { entries: [null, 7, {}, ['user'], [7, []]], subject: null },
  { entries: [['nobody', [['a', 'b']]]], subject: 'ada', again: 'soon' },
  { renewed: 0 },
];

export function perform(world: World, action: Action): void {
  const tab = world.tab(action.tab);
  if (tab.disposed) return;
  world.begin(tab.name);
  tab.caused = world.time.tick;
  world.log(() => `${tab.name} ${JSON.stringify(action)}`);
  switch (action.do) {
    case 'mount':
      tab.mount(action.slot, action.place, action.how, action.every);
      return;
    case 'unmount':
      tab.unmount(action.slot);
      return;
    case 'remount':
      remount(tab, action.slot, action.ms);
      return;
    case 'mutate':
      mutate(tab, action);
      return;
    case 'identity':
      identity(tab, action.to);
      return;
    case 'fetch':
      fetched(tab, tab.watches[action.place] as Watch, action.abort);
      return;
    case 'prefetch': {
      const { spec } = tab.watches[action.place] as Watch;
      tab.mizan.prefetch(spec.context, spec.params);
      return;
    }
    case 'retry':
    case 'ready': {
      const watch = tab.watches[action.place] as Watch;
      const { handle, spec } = watch;
      const promise = action.do === 'retry' ? handle.retry() : handle.ready();
      watch.await(promise);
      world.follow(`${tab.name}: ${action.do} of ${spec.name}`, promise);
      return;
    }
    case 'signal':
      signal(tab, action.signal);
      return;
    case 'hide':
      tab.hidden = true;
      tab.page.signal('hidden');
      later(tab, action.ms, () => {
        tab.hidden = false;
        signal(tab, 'visible');
      });
      return;
    case 'offline':
      tab.offline = true;
      later(tab, action.ms, () => {
        tab.offline = false;
        signal(tab, 'online');
      });
      return;
    case 'apply':
      apply(tab, action.id, action.user, action.back);
      return;
    case 'invalidate':
      invalidate(tab, action.context, action.user);
      return;
    case 'find':
      world.follow(`${tab.name}: find`, tab.mizan.call(find, { id: 0 }));
      return;
    case 'expire':
      world.expired.add(world.credential);
      return;
    case 'junk':
      tab.page.receive(junk[action.kind % junk.length]);
      return;
    case 'dispose':
      dispose(tab);
      return;
  }
}

/** Whoever looks at something old sees it read anew; after a restored page all is old. */
function signal(tab: Tab, name: Signal): void {
  const { now } = tab.world.time;
  for (const watch of tab.watches) {
    const last = watch.reads.at(-1);
    const quiet = last?.value && last.notBefore <= now && !tab.hidden;
    if (!watch.mounted || !quiet || watch.states.some(({ layers }) => layers.length)) continue;
    if (name === 'restored' || now - last.time >= 30_000) {
      tab.world.step.must.add(watch.place);
      tab.world.cover('a page that is looked at again');
    }
  }
  tab.world.step.stirred = true;
  tab.page.signal(name);
}

function later(tab: Tab, ms: number, run: () => void): void {
  const { world } = tab;
  world.time.after(ms, 'model', () => {
    if (tab.disposed) return;
    world.begin(tab.name);
    tab.caused = world.time.tick;
    run();
  });
}

function remount(tab: Tab, slot: number, ms: number): void {
  const component = tab.components.get(slot);
  if (!component) return;
  const { watch, every } = component;
  tab.unmount(slot);
  if (!ms) {
    tab.mount(slot, watch.place, 'at once', every);
    return;
  }
  later(tab, ms, () => {
    if (!tab.components.has(slot)) tab.mount(slot, watch.place, 'at once', every);
  });
}

/** Somebody logs in or out in one tab; the credential is everybody's at once. */
function identity(tab: Tab, to: Extract<Act, { do: 'identity' }>['to']): void {
  const { world, oracle } = tab;
  // The message of the last change must have arrived: nobody logs in twice within a moment.
  if (world.tabs.some((other) => !other.disposed && other.generation !== world.generation)) return;
  world.generation++;
  if (to !== 'reset') {
    world.subject = to;
    world.credential++;
  }
  world.step.raised = world.generation;
  tab.generation = world.generation;
  tab.subject = world.subject;
  if (to !== 'reset') tab.believed = to;
  oracle.raised(tab);
  if (to === 'reset') tab.mizan.reset();
  else if (to === undefined) tab.mizan.logout();
  else tab.mizan.login(to);
  world.cover('an identity change');
}

/** `fetch` gives what is right at the time of the call, or later. */
function fetched(tab: Tab, watch: Watch, ms: number | undefined): void {
  const { world } = tab;
  const { told, spec } = watch;
  const abort = new AbortController();
  const value = tab.mizan.fetch(spec.context, spec.params, { signal: abort.signal });
  watch.await(value);
  if (ms !== undefined) {
    world.time.after(ms, 'model', () => {
      world.begin(tab.name);
      abort.abort();
    });
  }
  world.follow(`${tab.name}: fetch of ${spec.name}`, value);
  value.then(
    (data) => {
      const read = watch.reads.find(({ id }) => id === data.trace);
      if (tab.disposed) return;
      if (!read) world.fail(`${tab.name}: fetch of ${spec.name} gives what was never read`);
      else if (read.epoch !== tab.epoch) {
        world.fail(`${tab.name}: fetch of ${spec.name} gives data of another identity`);
      } else if (read.begun < told) {
        world.fail(`${tab.name}: fetch of ${spec.name} gives what it was told is wrong`);
      }
    },
    () => {},
  );
}

/** A plain route changes something, and the application hands its answer over. */
function apply(tab: Tab, id: number, user: number, back: number): void {
  const { world, oracle } = tab;
  const done = world.server.perform(
    'rename',
    { id, user_id: user },
    world.subject,
    world.time.tick,
  );
  const entries = done.entries;
  const { generation } = tab;
  world.time.after(back, 'model', () => {
    if (tab.disposed) return;
    world.begin(tab.name, true);
    said(tab, generation, entries);
    oracle.told(tab, entries);
    const headers = new Headers({ 'x-mizan-invalidate': entries.map(written).join(', ') });
    tab.mizan.apply({ headers, status: 200, ok: true } as Response);
    world.cover('a plain route applied');
  });
}

function invalidate(tab: Tab, context: string, user: number | null): void {
  const entries = [
    { context, params: user === null || context !== 'user' ? {} : { user_id: String(user) } },
  ];
  said(tab, tab.generation, entries);
  tab.oracle.told(tab, entries);
  const params = entries[0]?.params ?? {};
  tab.mizan.invalidate(context, Object.keys(params).length ? params : undefined);
}

/** Passed on to the other tabs or not: the rules speak of mutations only. */
function said(tab: Tab, generation: number, entries: readonly Entry[]): void {
  const received = new Set<string>();
  tab.world.step.tellings.push({ generation, entries, loud: false, received });
}

function dispose(tab: Tab): void {
  for (const slot of [...tab.components.keys()]) {
    if (slot % 2) tab.unmount(slot);
  }
  tab.mizan.dispose();
  tab.disposed = true;
  tab.world.cover('a client disposed in mid-flight');
}
