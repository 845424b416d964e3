/**
 * The rules (issue 4, part 2; protocol, section 3) as transitions of what each instance may hold.
 * Written from the rules, never from the kernel.
 */

import { deadlineOf, type Mutation, mutations } from './api.js';
import type { Call, Read, Telling } from './records.js';
import { declared, type Entry, fits, hits, type Merge } from './scope.js';
import { commits, distinct, nothing, released, type State, withMerge, wrong } from './state.js';
import type { Tab } from './tab.js';
import type { Watch } from './watch.js';
import type { World } from './world.js';

/** How much later than its deadline a client may take an unknown effect for done. */
const slack = 2_000;

export class Oracle {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** A call shows its layers from now on. */
  layered(tab: Tab, call: Call): void {
    for (const patch of call.patches) {
      for (const watch of tab.watches) {
        const { context, asked } = watch.spec;
        if (context.name !== patch.context) continue;
        const needed = context.slots[patch.slot] ?? [];
        const held = watch.held(this.#held(tab, watch));
        const at = (name: string): string => String(patch.at[name]);
        const surely = needed.every((name) => asked[name] === at(name));
        if (!surely && !needed.every((name) => held[name] === at(name))) continue;
        this.#map(watch, (state) => {
          // Where nothing is loaded, there is nothing to show it over.
          if (!state.base) return [state];
          const next = { ...state, layers: [...state.layers, { call, patch, settled: 0 }] };
          // Where only the server's name for the instance is meant, both will do.
          return surely ? [next] : [state, next];
        });
        if (watch.mounted) this.#world.cover('a layer over a mounted instance');
        if (watch.states.some((state) => state.layers.length > 1)) {
          this.#world.cover('two layers over one instance');
        }
      }
    }
  }

  /** A mutation was answered with 200. */
  answered(tab: Tab, call: Call, entries: readonly Entry[], merges: readonly Merge[]): void {
    const tick = this.#settle(call, 'ok');
    let applied = 0;
    for (const watch of tab.watches) {
      const name = watch.spec.context.name;
      const held = watch.held(this.#held(tab, watch));
      const plain = entries.some((entry) => hits(entry, name, held));
      const merge = merges.find((each) => hits(each, name, held));
      const doubt = watch.overlapped(call.sent) || call.epoch !== tab.epoch;
      const fitting = merge !== undefined && fits(merge, name, held);
      if (plain || merge) this.#world.step.hit.add(watch.place);
      if (merge && fitting && doubt) this.#world.cover('a merge in doubt');
      if (plain && watch.mounted && watch.running()) {
        this.#world.cover('an invalidation during a read');
      }
      if (plain && !watch.mounted && watch.running()) {
        this.#world.cover('an invalidation during a read that nobody waits for');
      }
      const open = merge && fitting && !doubt;
      if (plain || (merge && !open)) watch.told = tick;
      this.#map(watch, (state) => {
        const gone = released(state, call, 0);
        const waits = { ...released(state, call, tick), told: tick };
        if (plain) {
          if (!open || !state.base) return [waits];
          return [waits, withMerge(waits, merge), withMerge({ ...gone, told: tick }, merge)];
        }
        if (!merge) return [gone];
        if (!open || !state.base) return [waits];
        return [withMerge(gone, merge), waits];
      });
      if (merge) watch.merges.push(tick);
      if (plain || merge) applied++;
      if (open && watch.mounted && watch.states.some((state) => state.base && !wrong(state))) {
        tab.merging.push(watch);
      }
    }
    if (applied > 1) this.#world.cover('an answer that changes several instances');
    if (call.epoch !== tab.epoch) this.#world.cover('a mutation answered after an identity change');
    this.#tell(call, [...entries, ...merges]);
  }

  /** A mutation was refused with 4xx: nothing changed, its layers roll back. */
  refused(tab: Tab, call: Call): void {
    this.#settle(call, 'refused');
    for (const watch of tab.watches) this.#map(watch, (state) => [released(state, call, 0)]);
    if (call.patches.length) this.#world.cover('a layer that rolls back');
  }

  /** Nobody knows how a mutation ended. `also` are entries that a 5xx carried. */
  unknown(tab: Tab, call: Call, also: readonly Entry[]): void {
    const world = this.#world;
    const tick = this.#settle(call, 'unknown');
    const fn: Mutation = mutations[call.name];
    const entries = [...declared(fn, call.args), ...also];
    world.cover('a mutation that ends unknown');
    for (const watch of tab.watches) {
      const hit = this.#hit(tab, watch, entries);
      if (hit) {
        watch.told = tick;
        world.step.hit.add(watch.place);
      }
      this.#map(watch, (state) => {
        return [hit ? { ...released(state, call, tick), told: tick } : released(state, call, 0)];
      });
      if (hit && watch.states.some((state) => state.layers.some(({ settled }) => settled))) {
        world.cover('a layer over an unknown effect');
      }
    }
    if (!entries.length) return;
    const telling = this.#tell(call, entries);
    world.time.after(deadlineOf(call.name) - 1, 'model', () => {
      const mark = ++world.time.tick;
      world.marked = world.time.now;
      for (const each of world.tabs) each.caused = mark;
      world.time.after(slack + 1, 'model', () => this.#toldAgain(tab, telling, mark));
    });
  }

  /** A call ended without an answer that would have said more: it was never sent, or not again. */
  vanished(tab: Tab, call: Call): void {
    const tick = this.#settle(call, 'unknown');
    for (const watch of tab.watches) {
      this.#map(watch, (state) => [
        released(state, call, 0),
        released(state, call, tick),
        { ...released(state, call, tick), told: tick },
      ]);
    }
  }

  /** Another tab, a plain route or the application said so. */
  told(tab: Tab, entries: readonly Entry[], tick = this.#world.time.tick): void {
    for (const watch of tab.watches) {
      if (!this.#hit(tab, watch, entries)) continue;
      watch.told = Math.max(watch.told, tick);
      this.#world.step.hit.add(watch.place);
      if (!watch.mounted) this.#world.cover('an unmounted instance hit');
      this.#map(watch, (state) => [state.told >= tick ? state : { ...state, told: tick }]);
    }
  }

  /** The identity changed, as far as this tab knows: everything is dropped. */
  raised(tab: Tab): void {
    const tick = ++this.#world.time.tick;
    tab.epoch++;
    for (const watch of tab.watches) {
      if (watch.mounted && watch.running()) this.#world.cover('an identity change during a read');
      watch.floor = tick;
      watch.set([{ ...nothing, told: watch.told }]);
    }
    for (const call of this.#world.calls.values()) {
      if (call.tab === tab.name && !call.ended) {
        this.#world.cover('an identity change during a mutation');
      }
    }
  }

  /** A read was answered with 200: it may be committed, if the rules allow it. */
  delivered(tab: Tab, read: Read): void {
    const watch = tab.watches[read.watch] as Watch;
    if (watch.told > read.begun) this.#world.cover('an outdated answer of a read');
    this.#map(watch, (state) => {
      const next = commits(state, read, watch.floor, tab.epoch);
      if (state.layers.length && next.length) this.#world.cover('a commit that ends a layer');
      return [state, ...next];
    });
  }

  /** A read was refused: what is held goes, unless the refusal is outdated itself. */
  denied(tab: Tab, read: Read): void {
    const watch = tab.watches[read.watch] as Watch;
    // Tabs tell themselves again when a deadline passed, at slightly different times.
    const asked = watch.told > read.first || tab.caused > read.first;
    const sure = !asked && !read.refused && read.at - this.#world.marked > 200;
    this.#map(watch, (state) => {
      const gone = { ...nothing, told: state.told };
      return sure ? [gone] : [state, gone];
    });
    if (sure && watch.seen.data) this.#world.cover('a refusal of what is shown');
  }

  /** Another tab said so, of a mutation that the rules need not pass on: reading is no fault. */
  heard(tab: Tab, entries: readonly Entry[]): void {
    for (const watch of tab.watches) {
      if (this.#hit(tab, watch, entries)) this.#world.step.hit.add(watch.place);
    }
  }

  /** Whether a read right after being told had any reason; see rule 1. */
  needless(watch: Watch): boolean {
    const { hit, since, tellings } = this.#world.step;
    if (!tellings.length || hit.has(watch.place) || watch.seen.error) return false;
    if (watch.layered >= since) return false;
    return watch.states.every((state) => state.base && !wrong(state) && !state.layers.length);
  }

  #toldAgain(tab: Tab, telling: Telling, mark: number): void {
    this.#world.log(() => `the deadline of an unknown effect passed at tick ${mark}`);
    if (!tab.disposed) this.told(tab, telling.entries, mark);
    if (tab.generation !== telling.generation) return;
    for (const other of this.#world.tabs) {
      const heard = telling.received.has(other.name) && !other.disposed;
      if (heard && other.generation === telling.generation) this.told(other, telling.entries, mark);
    }
  }

  #settle(call: Call, ending: Call['ended']): number {
    call.ended = ending;
    call.settled = ++this.#world.time.tick;
    return call.settled;
  }

  #tell(call: Call, entries: readonly Entry[]): Telling {
    const telling = {
      generation: call.generation,
      entries,
      loud: entries.length > 0,
      received: new Set<string>(),
    };
    if (this.#world.step.tab === call.tab && entries.length)
      this.#world.step.tellings.push(telling);
    return telling;
  }

  #hit(tab: Tab, watch: Watch, entries: readonly Entry[]): boolean {
    const held = watch.held(this.#held(tab, watch));
    return entries.some((entry) => hits(entry, watch.spec.context.name, held));
  }

  #held(tab: Tab, watch: Watch): Readonly<Record<string, string>> {
    return this.#world.server.held(watch.spec.context.name, watch.spec.asked, tab.subject);
  }

  #map(watch: Watch, change: (state: State) => State[]): void {
    const { states } = watch;
    if (states.some(({ layers }) => layers.length)) watch.layered = this.#world.time.tick;
    const next = states.length === 1 ? change(states[0] as State) : states.flatMap(change);
    // Most events leave most instances alone.
    if (next.length === states.length && next.every((state, at) => state === states[at])) return;
    watch.set(distinct(next));
  }
}
