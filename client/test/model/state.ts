/**
 * What an instance may hold. The rules leave a kernel some freedom (a merge may be applied or
 * counted as an invalidation, an outdated answer may be shown as such or dropped), so the oracle
 * follows every state that they allow and lets what is shown decide.
 */

import type { Patch } from '../../src/core/index.js';
import type { Value } from './api.js';
import type { Call, Read } from './records.js';
import { equal, type Merge, merged } from './scope.js';

export interface Layer {
  readonly call: Call;
  readonly patch: Patch;
  /** When its mutation was settled, where it waits for a read begun after that; else 0. */
  readonly settled: number;
}

export interface State {
  readonly base: Read | undefined;
  /** What merges made of the base. */
  readonly value: Value | undefined;
  readonly layers: readonly Layer[];
  /** The last time that the client was told that the value is wrong. */
  readonly told: number;
}

export const nothing: State = { base: undefined, value: undefined, layers: [], told: 0 };

/** What such a state shows; `trace` is left alone by merges and layers. */
export function view(state: State): Value | undefined {
  let shown = state.value;
  if (!shown) return undefined;
  for (const { patch } of state.layers) {
    if (patch.slot in shown) shown = { ...shown, [patch.slot]: patch.update(shown[patch.slot]) };
  }
  return shown;
}

/** Whether the value must be shown as stale, if at all. */
export function wrong(state: State): boolean {
  return state.base !== undefined && state.told > state.base.begun;
}

/** The states after an answer that may be committed. */
export function commits(state: State, read: Read, floor: number, epoch: number): State[] {
  if (!read.value || read.epoch !== epoch || read.begun < floor) return [];
  if (state.base) {
    if (read.begun <= state.base.begun) return [];
    if (state.layers.some(({ settled }) => !settled || settled > read.begun)) return [];
  }
  const next = (begun: number): State => ({
    base: read,
    value: read.value,
    layers: state.layers.filter(({ settled }) => !settled || settled > begun),
    told: state.told,
  });
  // A kernel may count a read from its first try on: then it keeps some layers longer.
  return read.first === read.begun ? [next(read.begun)] : [next(read.begun), next(read.first)];
}

/** Without the layers of a call, or with them waiting for a read. */
export function released(state: State, call: Call, settled: number): State {
  if (!state.layers.some((layer) => layer.call === call)) return state;
  const layers = settled
    ? state.layers.map((layer) => (layer.call === call ? { ...layer, settled } : layer))
    : state.layers.filter((layer) => layer.call !== call);
  return { ...state, layers };
}

export function withMerge(state: State, merge: Merge): State {
  return state.value ? { ...state, value: merged(state.value, merge) } : state;
}

/** Drops states that are the same. */
export function distinct(states: readonly State[]): State[] {
  if (states.length < 2) return [...states];
  const kept: State[] = [];
  for (const state of states) {
    if (!kept.some((other) => same(other, state))) kept.push(state);
  }
  return kept;
}

function same(a: State, b: State): boolean {
  return (
    a.base === b.base &&
    a.told === b.told &&
    a.layers.length === b.layers.length &&
    a.layers.every((layer, place) => {
      const other = b.layers[place] as Layer;
      return (
        layer.call === other.call && layer.patch === other.patch && layer.settled === other.settled
      );
    }) &&
    (a.value === b.value || equal(a.value, b.value))
  );
}
