/** Many histories in a row; of the first that fails, the smallest form. */

import { plan } from './actions.js';
import { run } from './history.js';
import { shrink } from './shrink.js';

export interface Campaign {
  readonly histories: number;
  readonly events: number;
  /** How many histories went through a situation. */
  readonly covered: ReadonlyMap<string, number>;
  readonly failure: string | undefined;
}

/** `small` asks for the smallest form of a failure instead of its first words. */
export async function campaign(first: number, count: number, small = true): Promise<Campaign> {
  const covered = new Map<string, number>();
  let events = 0;
  let failure: string | undefined;
  let seed = first;
  // Nobody reads the stacks of errors that are part of the play.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  for (; seed < first + count && !failure; seed++) {
    const outcome = await run(plan(seed));
    events += outcome.events;
    for (const name of outcome.covered) covered.set(name, (covered.get(name) ?? 0) + 1);
    if (outcome.failure) failure = small ? await report(seed) : outcome.failure;
    // Histories run in microtasks and ticks: the process has other work, too.
    else if (seed % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  Error.stackTraceLimit = stackTraceLimit;
  return { histories: seed - first, events, covered, failure };
}

async function report(seed: number): Promise<string> {
  const small = await shrink(plan(seed));
  const { failure, trace } = await run(small, true);
  const { weather, subject, actions } = small;
  return [
    `SEED=${seed} fails: ${failure}`,
    `weather ${weather}, subject ${subject}, ${actions.length} actions; time [tick] what:`,
    ...trace,
  ].join('\n');
}
