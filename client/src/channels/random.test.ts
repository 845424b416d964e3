/**
 * Random histories against a real server. `MIZAN_HISTORIES` says how many, `MIZAN_SEED` where they
 * begin.
 */

import { expect, test } from 'vitest';
import { makeWorld } from '../../test/channels/world.js';
import { random } from '../../test/model/random.js';

const HISTORIES = Number(process.env.MIZAN_HISTORIES ?? 100);
const FIRST = Number(process.env.MIZAN_SEED ?? 1);
const ACTIONS = 80;

test('what holds, whatever happens', { timeout: 3000 * HISTORIES }, async () => {
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed += 1) {
    const done: string[] = [];
    try {
      const world = await makeWorld(random(seed));
      for (let at = 0; at < ACTIONS; at += 1) {
        done.push(await world.act());
        world.check();
      }
      await world.rest();
      world.check();
      await world.checkRest();
    } catch (cause) {
      expect.fail(`MIZAN_SEED=${seed}: ${done.join(', ')}\n${String((cause as Error).stack)}`);
    }
  }
});
