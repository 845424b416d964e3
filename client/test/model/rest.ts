/** What must hold when everything was answered and every deadline has passed. */

import { inspect } from '../../src/core/index.js';
import { equal } from './scope.js';
import type { Tab } from './tab.js';
import type { Watch } from './watch.js';
import type { World } from './world.js';

/** No action follows: polls end, hidden and offline tabs come back. */
export function quiet(world: World): void {
  world.quiet = true;
  for (const tab of world.tabs) {
    if (tab.disposed) continue;
    world.begin(tab.name);
    tab.caused = world.time.tick;
    for (const [slot, component] of [...tab.components]) {
      if (component.every !== undefined) tab.mount(slot, component.watch.place, 'at once');
    }
  }
}

/** The weather clears, and whoever shows an error tries again. */
export function heal(world: World): void {
  world.calm = true;
  for (const tab of world.tabs) {
    if (tab.disposed) continue;
    world.begin(tab.name);
    tab.caused = world.time.tick;
    for (const watch of tab.watches) {
      if (!watch.mounted || !watch.handle.snapshot().error) continue;
      world.follow(`${tab.name}: retry of ${watch.spec.name}`, watch.handle.retry());
    }
  }
}

export function atRest(world: World, healed: boolean): void {
  for (const promise of world.open) world.fail(`never settles: ${promise}`);
  for (const tab of world.tabs) {
    if (tab.disposed) continue;
    const { pending } = inspect(tab.mizan);
    if (pending) world.fail(`${tab.name} says that ${pending} requests are under way`);
    for (const [slot, component] of tab.components) {
      if (!component.off) world.fail(`${tab.name}: the component in slot ${slot} stays suspended`);
    }
    for (const watch of tab.watches) {
      if (!watch.mounted) continue;
      const complaint = instance(world, tab, watch, healed);
      if (complaint) world.fail(`${tab.name}, at rest: ${watch.spec.name} ${complaint}`);
    }
  }
}

function instance(world: World, tab: Tab, watch: Watch, healed: boolean): string | undefined {
  const { data, error, stale, refreshing } = watch.handle.snapshot();
  const { spec } = watch;
  if (refreshing) return 'says that it is being read';
  const found = world.server.read(spec.context.name, spec.asked, tab.subject);
  const last = watch.reads.at(-1);
  if (error) {
    if ('status' in found && error.status === found.status) {
      return data ? `keeps its data in spite of a ${error.status}` : undefined;
    }
    if (healed) return `shows the error ${error.code} after a retry`;
    if (last?.value && last.ended > watch.told)
      return `shows the error ${error.code} after a good read`;
    world.cover('a read that fails for good');
    return undefined;
  }
  if ('status' in found) {
    // A credential that was lost on the way to another one.
    return `shows ${JSON.stringify(data)} where the server says ${found.status}`;
  }
  if (!data) return 'shows neither data nor an error';
  if (stale) return 'is stale';
  const { trace, ...shown } = data;
  if (equal(shown, found.value)) {
    world.cover('right at rest');
    return undefined;
  }
  const base = watch.reads.find(({ id }) => id === trace);
  const changed = world.server.changed(spec.context.name, found.held, tab.subject);
  if (base && changed > base.begun && changed > watch.told) {
    // Changed by a mutation of which nobody had to tell this tab.
    world.cover('right as far as it was told');
    return undefined;
  }
  return `shows ${JSON.stringify(shown)}, but the server has ${JSON.stringify(found.value)}`;
}
