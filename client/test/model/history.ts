/** Runs one history and says what went wrong, if anything. */

import type { Action, Plan } from './actions.js';
import { Oracle } from './oracle.js';
import { perform } from './perform.js';
import { atRest, heal, quiet } from './rest.js';
import { Tab } from './tab.js';
import { World } from './world.js';

export interface Outcome {
  readonly failure: string | undefined;
  readonly covered: ReadonlySet<string>;
  readonly trace: readonly string[];
  readonly events: number;
}

/** Lets every promise that is ready go on: ticks come when no microtask is left. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

export async function run(plan: Plan, trace = false): Promise<Outcome> {
  const world = new World(plan.seed, plan.weather, plan.subject, trace);
  const oracle = new Oracle(world);
  for (const name of ['A', 'B']) world.tabs.push(new Tab(name, world, oracle));
  const start = world.time.now;
  let at = start;
  for (const action of plan.actions) {
    at += action.gap;
    world.time.after(at - start, 'model', () => perform(world, action as Action));
  }
  let events = 0;
  const drain = async (limit: number): Promise<void> => {
    const last = world.time.now + limit;
    for (let count = 0; !world.failure; count++) {
      const due = world.time.next();
      if (!due) return;
      events++;
      if (due.owner !== 'model') {
        world.begin(due.owner);
        world.timer = true;
      }
      try {
        due.run();
      } catch (error) {
        world.fail(`throws ${error instanceof Error ? error.stack : error}`);
      }
      await settle();
      check(world);
      if (count > 20_000 || world.time.now > last) {
        return world.fail(`does not come to rest: ${[...world.open].join(', ')}`);
      }
    }
  };
  world.time.after(at - start + 1, 'model', () => quiet(world));
  await drain(at - start + 600_000);
  if (!world.failure) atRest(world, false);
  if (!world.failure) {
    world.time.after(1, 'model', () => heal(world));
    await drain(600_000);
  }
  if (!world.failure) atRest(world, true);
  if (!world.failure) {
    for (const tab of world.tabs) tab.mizan.dispose();
    await settle();
    for (const tab of world.tabs) if (tab.page.listening()) world.fail(`${tab.name} still listens`);
  }
  return { failure: world.failure, covered: world.covered, trace: world.trace ?? [], events };
}

/** After every event. */
function check(world: World): void {
  const { tellings, posted, tab: told, must, since, unmounted } = world.step;
  for (const tab of world.tabs) {
    if (tab.disposed) {
      if (world.time.pending(tab.name)) world.fail(`${tab.name} is disposed and keeps a timer`);
      if (tab.page.listening()) world.fail(`${tab.name} is disposed and listens`);
      continue;
    }
    tab.look();
    if (tab.mizan.subject !== tab.believed) {
      world.fail(`${tab.name} believes to be ${tab.mizan.subject}, not ${tab.believed}`);
    }
    for (const watch of tab.watches) {
      const last = watch.reads.at(-1);
      const left = tab.name === told && unmounted.has(watch.place) && !watch.mounted;
      if (left && !watch.awaited && watch.running()) {
        world.fail(`${tab.name}: ${watch.spec.name} is unmounted and read on`);
      }
      if (tab.name === told && must.has(watch.place) && (last?.begun ?? 0) < since) {
        world.fail(`${tab.name}: ${watch.spec.name} is old and not read`);
      }
      if (last && !last.ended && last.epoch !== tab.epoch) {
        world.fail(`${tab.name}: read ${last.id} goes on after the identity changed`);
      }
    }
    for (const watch of tab.merging) {
      const { stale, refreshing, data } = watch.handle.snapshot();
      if (data && !stale && !refreshing) world.cover('a merge applied without a read');
    }
    tab.merging = [];
  }
  if (posted || !tellings.some(({ loud }) => loud)) return;
  if (!world.tab(told).disposed) world.fail(`${told} does not pass a mutation on to other tabs`);
}
