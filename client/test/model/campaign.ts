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

export async function campaign(first: number, count: number): Promise<Campaign> {
  const covered = new Map<string, number>();
  let events = 0;
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await run(plan(seed));
    events += outcome.events;
    for (const name of outcome.covered) covered.set(name, (covered.get(name) ?? 0) + 1);
    if (outcome.failure) {
      const failure = await report(seed);
      return { histories: seed - first + 1, events, covered, failure };
    }
  }
  return { histories: count, events, covered, failure: undefined };
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
