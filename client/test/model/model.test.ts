import { expect, test } from 'vitest';
import { campaign } from './campaign.js';
import { situations } from './situations.js';

// SEED=… runs one history and prints it; HISTORIES=… sets how many are run.
const seed = process.env.SEED;
const count = seed ? 1 : Number(process.env.HISTORIES ?? (process.env.CI ? 100_000 : 5_000));

test(`${count} histories keep the rules`, { timeout: 0 }, async () => {
  const started = performance.now();
  const { covered, failure, events, histories } = await campaign(seed ? Number(seed) : 1, count);
  if (failure) expect.fail(failure);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.info(`${histories} histories, ${events} events, ${seconds} s`);
  if (count < 2_000) return;
  for (const name of situations) {
    const share = (100 * (covered.get(name) ?? 0)) / histories;
    console.info(`${share.toFixed(2).padStart(6)} % ${name}`);
  }
  expect(situations.filter((name) => !covered.get(name))).toEqual([]);
});
