/** Runs a part of the histories: vitest gives each file a process of its own. */

import { expect, test } from 'vitest';
import { campaign } from './campaign.js';
import { situations } from './situations.js';

// SEED=… runs one history and prints its smallest form; HISTORIES=… sets how many are run.
const { SEED: seed, HISTORIES, CI } = process.env;
const total = Number(HISTORIES ?? (CI ? 100_000 : 5_000));

export function part(number: number, parts: number): void {
  const count = seed ? 1 : Math.ceil(total / parts);
  const first = seed ? Number(seed) : 1 + (number - 1) * count;
  test.skipIf(seed && number > 1)(
    `${count} histories from ${first} keep the rules`,
    {
      timeout: 0,
    },
    async () => {
      const started = performance.now();
      const { covered, failure, events, histories } = await campaign(first, count);
      if (failure) expect.fail(failure);
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      console.info(`${histories} histories, ${events} events, ${seconds} s`);
      if (count < 2_000) return;
      const share = (name: string): number => (100 * (covered.get(name) ?? 0)) / histories;
      if (CI) for (const name of situations) console.info(`${share(name).toFixed(2)} % ${name}`);
      expect(situations.filter((name) => !share(name))).toEqual([]);
    },
  );
}
