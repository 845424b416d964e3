/** Whether the server still lives: the one timer that a socket has for that. */

import { type Kernel, later, USUAL } from '../core/kernel.js';

export interface Pulse {
  /** The server owes an answer, and is gone where it says nothing at all. */
  owe(ms?: number): void;
  /** It said something. */
  heard(): void;
  /** Asks whether it lives, unless it owes an answer anyway. */
  check(): void;
  /** The socket is gone. */
  end(): void;
}

/** For how long nobody wonders about silence, in milliseconds. */
const QUIET = 45_000;
/** How long the answer to a probe may take: it waits behind a channel's hooks, which have ten seconds. */
const PATIENCE = 25_000;

export interface Patient {
  /** Whether answers are owed. */
  owes(): boolean;
  /** Sends what a living server answers. */
  probe(): void;
  lose(): void;
}

export function createPulse(kernel: Kernel, { owes, probe, lose }: Patient): Pulse {
  let owed = false;
  let cancel: (() => void) | undefined;

  function end(): void {
    cancel?.();
    owed = false;
  }

  function owe(ms = kernel.options.timeout ?? USUAL): void {
    if (owed) return;
    end();
    owed = true;
    cancel = later(kernel, ms, lose);
  }

  function check(): void {
    if (owed) return;
    owe(PATIENCE);
    probe();
  }

  return {
    owe,
    heard() {
      end();
      // Any frame is a sign of life, but no answer to everything.
      if (owes()) owe();
      else cancel = later(kernel, QUIET, check);
    },
    check,
    end,
  };
}
