/** Everything that surrounds the two tabs of a history: time, server, browser, what was noticed. */

import { derive } from './random.js';
import type { Call, Telling } from './records.js';
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
  /** The tick at which it began. */
  readonly since: number;
  posted: number;
  /** Places of the instances that it concerns; empty where nothing was told. */
  readonly hit: Set<number>;
  /** The generation that the tab's identity is raised to by it. */
  raised: number | undefined;
  /** The page got focus or came back: no reason to be impatient with a server. */
  stirred: boolean;
  /** Places of the instances that must be read in it. */
  readonly must: Set<number>;
  /** Places of the instances that a component let go of. */
  readonly unmounted: Set<number>;
}

export class World {
  readonly time = new Timeline();
  readonly server = new Server();
  readonly tabs: Tab[] = [];
  readonly seed: number;
  /** How often answers go wrong: 0 never, 1 now and then, 2 often. */
  readonly weather: number;
  readonly trace: string[] | undefined;
  /** Whether clients are told at the start who is logged in. */
  readonly introduced: boolean;
  /** Interesting situations that this history went through. */
  readonly covered = new Set<string>();
  readonly calls = new Map<number, Call>();
  /** Promises that were given out and are not settled. */
  readonly open = new Set<string>();
  failure: string | undefined;
  /** When the deadline of an unknown effect last passed. */
  marked = 0;
  /** The step is a timer of a client. */
  timer = false;
  /** No polls any more. */
  quiet = false;
  /** No faults any more: what is wrong now stays wrong. */
  calm = false;
  step: Step = step('', false, 0);

  // The browser: what all tabs share.
  subject: Subject;
  /** Counts logins, logouts and resets. */
  generation = 0;
  /** The credential, and the ones that the server no longer takes. */
  credential = 1;
  readonly expired = new Set<number>();
  readonly refreshing = new Set<{ readonly disposed: boolean }>();
  reads = 0;
  readonly locks = new Map<string, (() => void)[]>();

  constructor(seed: number, weather: number, subject: Subject, trace: boolean) {
    this.seed = seed;
    this.weather = weather;
    this.subject = subject;
    this.trace = trace ? [] : undefined;
    this.introduced = derive(seed, 'introduced') % 4 > 0;
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

  /** Begins a step: what follows happened to that tab. */
  begin(tab: string, whole = false): void {
    this.time.tick++;
    this.step = step(tab, whole, this.time.tick);
    this.timer = false;
  }

  tab(name: string): Tab {
    return this.tabs.find((tab) => tab.name === name) as Tab;
  }

  /** Keeps a promise in mind until it settles. */
  follow(name: string, promise: Promise<unknown>): void {
    const key = `${name} (${this.time.tick}.${this.open.size})`;
    this.open.add(key);
    const settled = (): void => void this.open.delete(key);
    promise.then(settled, settled);
  }
}

function step(tab: string, whole: boolean, since: number): Step {
  return {
    tab,
    tellings: [],
    whole,
    since,
    posted: 0,
    hit: new Set(),
    raised: undefined,
    stirred: false,
    must: new Set(),
    unmounted: new Set(),
  };
}
