/** The page around a client: signals, the line to the other tabs, locks. */

import type { Environment, PageData, Signal } from '../../src/core/index.js';
import { between } from './random.js';
import { covers, type Entry } from './scope.js';
import type { Tab } from './tab.js';
import type { World } from './world.js';

export class Page {
  readonly #tab: Tab;
  readonly #signals = new Set<(signal: Signal) => void>();
  #receive: ((message: unknown) => void) | undefined;
  #arrives = 0;
  #data: () => PageData = () => ({ text: undefined, old: false, age: 0 });

  constructor(tab: Tab) {
    this.#tab = tab;
  }

  /** What the page carries. */
  carry(data: () => PageData): void {
    this.#data = data;
  }

  /** Something happens to the page. */
  signal(signal: Signal): void {
    for (const listener of [...this.#signals]) listener(signal);
  }

  listening(): number {
    return this.#signals.size + (this.#receive ? 1 : 0);
  }

  environment(): Environment {
    const tab = this.#tab;
    return {
      listen: (listener) => {
        this.#signals.add(listener);
        return () => this.#signals.delete(listener);
      },
      hidden: () => tab.hidden,
      channel: (_name, onMessage) => {
        this.#receive = onMessage;
        return {
          post: (message) => this.#post(structuredClone(message)),
          close: () => {
            this.#receive = undefined;
          },
        };
      },
      lock: (name, run) => locked(tab.world, name, run),
      page: () => this.#data(),
    };
  }

  /** Messages arrive in order, some time later; what they must tell goes with them. */
  #post(message: unknown): void {
    const { world, name, chance, generation, believed } = this.#tab;
    const { step: from, time, subject } = world;
    const mine = from.tab === name;
    if (mine) from.posted++;
    const raised = mine ? from.raised : undefined;
    const said = (message as { entries?: readonly Entry[] }).entries ?? [];
    const delay = Math.max(between(chance, 0, 40), this.#arrives - time.now);
    this.#arrives = time.now + delay;
    world.log(() => `${name} posts ${JSON.stringify(message)}`);
    const arrive = (other: Tab): void => {
      if (other.disposed) return;
      world.begin(other.name, true);
      other.caused = time.tick;
      world.log(() => `${other.name} receives ${JSON.stringify(message)}`);
      other.oracle.heard(other, said);
      // Several mutations that end in one step are told one by one, in any order.
      const tellings = from.tellings.filter(({ entries }) =>
        entries.every((entry) => said.some((other) => covers(other, entry))),
      );
      for (const telling of mine ? tellings : []) {
        if (telling.generation !== other.generation || telling.generation !== generation) continue;
        other.oracle.told(other, telling.entries);
        world.step.tellings.push({ ...telling, loud: false });
        telling.received.add(other.name);
        world.cover('a mutation told by another tab');
      }
      if (raised !== undefined) {
        other.generation = raised;
        other.subject = subject;
        other.believed = believed;
        other.oracle.raised(other);
        world.cover('an identity change told by another tab');
      }
      other.page.receive(message);
    };
    for (const other of world.tabs) {
      if (other !== this.#tab) time.after(delay, 'model', () => arrive(other));
    }
  }

  /** A message of another tab. */
  receive(message: unknown): void {
    this.#receive?.(message);
  }
}

/** Web Locks: one at a time by name, over all tabs. */
function locked<T>(world: World, name: string, run: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const turn = (): void => {
      const next = (): void => {
        const queue = world.locks.get(name);
        const first = queue?.shift();
        if (first) first();
        else world.locks.delete(name);
      };
      run().then(
        (value) => {
          resolve(value);
          next();
        },
        (error: unknown) => {
          reject(error);
          next();
        },
      );
    };
    const queue = world.locks.get(name);
    if (queue) {
      queue.push(turn);
      world.cover('a lock that is waited for');
    } else {
      world.locks.set(name, []);
      turn();
    }
  });
}
