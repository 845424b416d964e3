/** Everything that surrounds the two tabs of a history: time, server, browser, what was noticed. */

import type { Call, Read, Telling } from './records.js';
import { Server, type Subject } from './server.js';
import type { Tab } from './tab.js';
import { Timeline } from './timeline.js';

/** What is going on while one event is handled. */
export interface Step {
  /** The tab that learned something by it. */
  readonly tab: string;
  readonly tellings: Telling[];
  /** What is published now is the whole of an answer: listeners may look. */
  readonly whole: boolean;
  posted: number;
  /** Places of the instances that it concerns; empty where nothing was told. */
  readonly hit: Set<number>;
  /** The generation that the tab's identity is raised to by it. */
  raised: number | undefined;
}

export class World {
  readonly time = new Timeline();
  readonly server = new Server();
  readonly tabs: Tab[] = [];
  readonly seed: number;
  /** How often answers go wrong: 0 never, 1 now and then, 2 often. */
  readonly weather: number;
  readonly trace: string[] | undefined;
  /** Interesting situations that this history went through. */
  readonly covered = new Set<string>();
  readonly calls = new Map<number, Call>();
  /** Promises that were given out and are not settled. */
  readonly open = new Set<string>();
  failure: string | undefined;
  /** No polls any more. */
  quiet = false;
  /** No faults any more: what is wrong now stays wrong. */
  calm = false;
  step: Step = step('', false);

  // The browser: what all tabs share.
  subject: Subject;
  /** Counts logins, logouts and resets. */
  generation = 0;
  /** The credential, and the ones that the server no longer takes. */
  credential = 1;
  readonly expired = new Set<number>();
  refreshing = 0;
  reads = 0;
  readonly locks = new Map<string, (() => void)[]>();

  constructor(seed: number, weather: number, subject: Subject, trace: boolean) {
    this.seed = seed;
    this.weather = weather;
    this.subject = subject;
    this.trace = trace ? [] : undefined;
  }

  log(text: () => string): void {
    this.trace?.push(
      `${String(this.time.now - 1_000_000).padStart(6)} [${this.time.tick}] ${text()}`,
    );
  }

  fail(text: string): void {
    if (this.failure) return;
    this.failure = text;
    this.log(() => `FAILS: ${text}`);
  }

  cover(situation: string): void {
    this.covered.add(situation);
  }

  tab(name: string): Tab {
    return this.tabs.find((tab) => tab.name === name) as Tab;
  }

  /** The last read of an instance in a tab. */
  lastRead(tab: string, watch: number): Read | undefined {
    return this.tab(tab).watches[watch]?.reads.at(-1);
  }

  /** Keeps a promise in mind until it settles. */
  follow(name: string, promise: Promise<unknown>): void {
    const key = `${name} (${this.time.tick}.${this.open.size})`;
    this.open.add(key);
    const settled = (): void => void this.open.delete(key);
    promise.then(settled, settled);
  }
}

export function step(tab: string, whole: boolean): Step {
  return { tab, tellings: [], whole, posted: 0, hit: new Set(), raised: undefined };
}
