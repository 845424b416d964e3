/** One instance in one tab, as the oracle follows it. */

import type { Observed, Snapshot } from '../../src/core/index.js';
import type { Spec, Value } from './api.js';
import type { Read } from './records.js';
import { type Canonical, equal } from './scope.js';
import { nothing, type State, view, wrong } from './state.js';

const unseen: Snapshot<Value> = {
  data: undefined,
  error: undefined,
  stale: false,
  refreshing: false,
};

export class Watch {
  states: readonly State[] = [nothing];
  /** How many promises were given out for it that are not settled. */
  awaited = 0;
  /** How many components show it. */
  mounted = 0;
  /** Reads begun before this tick belong to an earlier identity. */
  floor = 0;
  /** The last time that the client must have learned that it is wrong. */
  told = 0;
  /** When the last component let go of it, in ticks. */
  left = 0;
  /** The last tick at which it had layers: reads wait for them. */
  layered = 0;
  /** When merges for it were answered, in ticks. */
  readonly merges: number[] = [];
  /** Reads of it, newest last. */
  reads: Read[] = [];
  seen: Snapshot<Value> = unseen;
  /** Something happened that the next look has to explain. */
  dirty = false;
  /** A listener was called since the last look. */
  heard = true;
  readonly place: number;
  readonly spec: Spec;
  readonly #observe: () => Observed<Value>;
  #handle: Observed<Value> | undefined;

  constructor(place: number, spec: Spec, observe: () => Observed<Value>) {
    this.place = place;
    this.spec = spec;
    this.#observe = observe;
  }

  /** Made when it is first asked for: what the page carried may be outdated by then. */
  get handle(): Observed<Value> {
    this.#handle ??= this.#observe();
    return this.#handle;
  }

  set(states: readonly State[]): void {
    this.states = states;
    this.dirty = true;
  }

  /** The canonical parameters: as answered, else as they must be. */
  held(otherwise: Canonical): Canonical {
    for (const state of this.states) if (state.base?.held) return state.base.held;
    return otherwise;
  }

  /** Keeps in mind that somebody waits. */
  await(promise: Promise<unknown>): void {
    const settled = (): void => {
      this.awaited--;
    };
    this.awaited++;
    promise.then(settled, settled);
  }

  running(): boolean {
    return this.reads.some((read) => !read.ended);
  }

  /** Whether a read of it was under way at any time since that tick. */
  overlapped(since: number): boolean {
    return (
      this.reads.some((read) => !read.ended || read.ended > since) ||
      this.merges.some((tick) => tick > since)
    );
  }

  /** Compares what is shown with what may be. Says what is wrong, if anything. */
  look(): string | undefined {
    if (!this.#handle) return undefined;
    const shown = this.#handle.snapshot();
    if (shown === this.seen && !this.dirty) return undefined;
    const before = this.seen;
    if (shown !== before) {
      if (this.mounted && !this.heard) return 'changed without calling its listeners';
      if (shown.error && !this.reads.some((read) => this.#failed(read))) {
        return `shows the error ${shown.error.code} of another identity`;
      }
      const lost = lostIdentity(before.data, shown.data);
      if (lost) return `slot ${lost} is equal but not identical`;
    }
    this.seen = shown;
    this.dirty = false;
    this.heard = false;
    const left = this.states.filter((state) => this.#explains(state, shown));
    if (left.length) {
      this.states = left;
      return undefined;
    }
    if (shown.data === undefined && !this.mounted) {
      // A record that nobody shows may be let go.
      this.states = [{ ...nothing, told: this.told }];
      return undefined;
    }
    if (shown.data === undefined && this.reads.slice(-2).some(({ refused }) => refused)) {
      this.states = [{ ...nothing, told: this.told }];
      return undefined;
    }
    return this.#complaint(shown);
  }

  #failed(read: Read): boolean {
    return read.begun >= this.floor && read.ended > 0 && !read.value;
  }

  #explains(state: State, shown: Snapshot<Value>): boolean {
    if (!state.base) return shown.data === undefined;
    if (wrong(state) && !shown.stale) return false;
    return shown.data !== undefined && equal(view(state), shown.data);
  }

  #complaint(shown: Snapshot<Value>): string {
    const text = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
    const allowed = this.states.map((state) => {
      const base = state.base
        ? `read ${state.base.id} begun at tick ${state.base.begun}`
        : 'no read';
      const layers = state.layers.map(
        ({ call, settled }) => ` layer of #${call.id}${settled ? ` settled ${settled}` : ''}`,
      );
      return `  ${text(view(state))} (${base}, told ${state.told}${wrong(state) ? ', must be stale' : ''}${layers.join('')})`;
    });
    return [
      `shows ${text(shown.data)}${shown.stale ? ', stale' : ', not stale'}; allowed:`,
      ...allowed,
    ].join('\n');
  }
}

/** A slot that is deeply equal keeps its identity. */
function lostIdentity(before: Value | undefined, after: Value | undefined): string | undefined {
  if (!before || !after || before === after) return undefined;
  return Object.keys(after).find(
    (slot) => before[slot] !== after[slot] && equal(before[slot], after[slot]),
  );
}
