/** Makes a failing history small: drops actions, then calms what is left, as long as it fails. */

import type { Action, Plan } from './actions.js';
import { run } from './history.js';

export async function shrink(plan: Plan): Promise<Plan> {
  let best = plan;
  const fails = async (actions: readonly Action[]): Promise<boolean> => {
    const candidate = { ...plan, actions };
    if (!(await run(candidate)).failure) return false;
    best = candidate;
    return true;
  };
  for (let size = plan.actions.length >> 1; size >= 1; size = size > 1 ? size >> 1 : 0) {
    for (let from = 0; from < best.actions.length; ) {
      const kept = best.actions.filter((_, at) => at < from || at >= from + size);
      if (!(await fails(keepTime(best.actions, kept)))) from += size;
    }
  }
  for (let at = 0; at < best.actions.length; at++) {
    for (const simpler of simplified(best.actions[at] as Action)) {
      await fails(best.actions.map((action, place) => (place === at ? simpler : action)));
    }
  }
  return best;
}

/** What is dropped leaves its time behind, so that the rest happens when it did. */
function keepTime(before: readonly Action[], kept: readonly Action[]): Action[] {
  const at = new Map<Action, number>();
  let time = 0;
  for (const action of before) {
    time += action.gap;
    at.set(action, time);
  }
  let last = 0;
  return kept.map((action) => {
    const own = at.get(action) as number;
    const moved = { ...action, gap: own - last };
    last = own;
    return moved;
  });
}

function* simplified(action: Action): Generator<Action> {
  if (action.do === 'mutate') {
    const { abort: _, timeout: __, ...rest } = action;
    if (action.abort !== undefined || action.timeout !== undefined) yield rest;
    if (action.extra) yield { ...action, extra: false };
    if (action.optimistic !== 'none') yield { ...action, optimistic: 'none' };
    if (action.fate.kind !== 'ok') {
      yield { ...action, fate: { ...action.fate, kind: 'ok', effect: 'now', status: 200 } };
    }
  }
  if (action.do === 'mount') {
    const { every: _, ...rest } = action;
    if (action.every !== undefined) yield rest;
    if (action.how !== 'at once') yield { ...action, how: 'at once' };
  }
  if (action.tab === 'B') yield { ...action, tab: 'A' };
}
