/** What the model writes down about requests, as the wire saw them. */

import type { Patch } from '../../src/core/index.js';
import type { Args, MutationName, Value } from './api.js';
import type { Canonical, Entry } from './scope.js';

/** A read on its way. Ticks count what happened; 0 is never. */
export interface Read {
  readonly id: number;
  readonly tab: string;
  readonly watch: number;
  /** When it was sent, and when the first of its tries was. */
  readonly begun: number;
  readonly first: number;
  /** How often it was tried, this time included. */
  readonly tries: number;
  /** When it was sent, by the clock. */
  readonly at: number;
  readonly epoch: number;
  /** Answered, failed or aborted. */
  ended: number;
  /** The same by the clock. */
  time: number;
  retryable: boolean;
  /** Its credential was refused: what is held may go when there is no other. */
  refused: boolean;
  /** A failure that asked to wait: not before this time, unless something else asks. */
  notBefore: number;
  value: Value | undefined;
  held: Canonical | undefined;
}

export type Ending = 'ok' | 'refused' | 'unknown';

/** A call of a mutation, from the component's click to its end. */
export interface Call {
  readonly id: number;
  readonly tab: string;
  readonly name: MutationName;
  readonly args: Args;
  readonly patches: readonly Patch[];
  /** The generation of the identity that the tab knew of. */
  readonly generation: number;
  readonly epoch: number;
  /** When it was sent last, and how often. */
  sent: number;
  sends: number;
  /** The last answer was about the credential: it may be sent once more. */
  again: boolean;
  ended: Ending | undefined;
  /** When that was, in ticks. */
  settled: number;
}

/** What a client was told: from an answer, by its own deadline, or by another tab. */
export interface Telling {
  readonly generation: number;
  readonly entries: readonly Entry[];
  /** Must be passed on to the other tabs. */
  readonly loud: boolean;
  /** The tabs that it was passed on to. */
  readonly received: Set<string>;
}
