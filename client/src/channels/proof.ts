/** Who is asking, told to the server by `auth`: at the start, before a token ends, and after. */

import type { Failure } from '../core/error.js';
import { credentials, renewCredential } from '../core/identity.js';
import { type Kernel, later, patiently } from '../core/kernel.js';
import { createPace } from './pace.js';
import { renewalOf, tokenOf } from './token.js';
import { isPassing } from './verdict.js';

/** Why a credential is told. */
type Reason =
  /** The socket opened. */
  | 'opened'
  /** The server refused the one before. */
  | 'refused'
  /** The one before ended: the server takes the caller for nobody. */
  | 'expired'
  /** The one before ends soon. */
  | 'early'
  /** It was to no avail the last time. */
  | 'again';

/**
 * As whom the server takes the caller:
 * - `ready`: as whom it should, as far as anybody can tell;
 * - `unsure`: as nobody, since a credential could not be had or checked, which passes;
 * - `nobody`: as nobody, since the credential is of no use.
 */
export type Standing = 'ready' | 'unsure' | 'nobody';

/** What the socket does. */
export interface Prover {
  send(frame: string): void;
  /** A credential is being told: what the server ends meanwhile may be begun again. */
  hold(): void;
  /** The server knows who is asking. */
  settle(standing: Standing): void;
  /** Only a new handshake helps. */
  reopen(): void;
  complain(failure: Failure): void;
}

export interface Proof {
  /** Tells who is asking. */
  begin(reason: Reason): void;
  /** The server's answer; nothing where none is owed. */
  answer(error: string | undefined): void;
  /** Whether an answer is owed. */
  owed(): boolean;
  /** Tries at once what would be tried later. */
  hurry(): void;
  /** The socket is gone. */
  end(): void;
}

/** What is said where the server says nothing. */
export const ENDED = 'The identity has ended';

/** How many renewals may come to nothing before that is taken for a no. */
const GRACE = 3;

export function createProof(
  kernel: Kernel,
  { send, hold, settle, reopen, complain }: Prover,
): Proof {
  // Which asking counts: what was asked for another socket, or before, does not.
  let turn = 0;
  // What was asked for last, and at which tick.
  let headers: Headers | undefined;
  let asked = 0;
  // Why a token is told whose answer is owed.
  let told: Reason | undefined;
  // Whether the server accepted a token that has not ended.
  let accepted = false;
  // How many renewals came to nothing, and whether what there is may be accepted after all.
  let failures = 0;
  let good = false;
  let cancel: (() => void) | undefined;
  const pace = createPace(kernel, () => void begin('again'));

  /** Asks for the credential, renewed where the one before is of no use; says whether it was. */
  async function ask(own: number, worn: Headers | undefined): Promise<boolean> {
    if (worn && !(await patiently(kernel, renewCredential(kernel, asked, worn)))) return false;
    const tick = kernel.tick;
    const given = credentials(kernel);
    // Without waiting, what is asked for at once is.
    const now = given instanceof Headers ? given : await patiently(kernel, given);
    if (own === turn) {
      headers = now;
      asked = tick;
    }
    return true;
  }

  async function begin(reason: Reason, refusal = ENDED): Promise<void> {
    // What is told already is told to a server that took the caller for nobody.
    if (told) return;
    turn += 1;
    const own = turn;
    const worn = headers;
    const before = tokenOf(worn);
    pace.stop();
    if (reason !== 'early') cancel?.();
    if (reason === 'expired') accepted = false;
    // As long as nothing is told, these change nothing.
    if (reason !== 'early' && reason !== 'again') hold();
    let cause: unknown;
    const renewed = await ask(own, worn).catch((fault) => {
      cause = fault;
    });
    if (own !== turn) return;
    const token = tokenOf(headers);
    const useful = renewed || (good && reason === 'again');
    if (useful && token && (reason !== 'early' || token !== before)) tell(token, reason);
    else if (reason === 'early') return;
    else if (renewed === undefined) giveUp('unsure', { code: 'NETWORK', cause });
    // The handshake said it all.
    else if (!worn) settle('ready');
    else if (reason === 'refused') refuse(refusal);
    // A cookie is read by a handshake alone.
    else if (renewed || !before) reopen();
    else refuse(refusal);
  }

  function refuse(message: string): void {
    good = isPassing(message);
    failures += 1;
    // A renewal that fails and one that says no look the same.
    const passing = good || (kernel.options.refresh && failures <= GRACE);
    giveUp(passing ? 'unsure' : 'nobody', { code: 'UNAUTHORIZED', message });
  }

  /** Goes on as whom the server takes the caller for, until a credential can be had. */
  function giveUp(standing: Standing, failure: Failure): void {
    complain(failure);
    settle(accepted ? 'ready' : standing);
    pace.later();
  }

  function tell(token: string, reason: Reason): void {
    hold();
    cancel?.();
    told = reason;
    send(JSON.stringify({ action: 'auth', token }));
  }

  return {
    begin: (reason) => void begin(reason),
    answer(error) {
      const reason = told;
      if (!reason) return;
      told = undefined;
      if (error === undefined) {
        const ms = renewalOf(tokenOf(headers), kernel.clock.now());
        if (ms !== undefined) cancel = later(kernel, ms, () => void begin('early'));
        accepted = true;
        failures = 0;
        pace.reset();
        settle('ready');
      } else if (reason === 'refused') refuse(error);
      else void begin('refused', error);
    },
    owed: () => !!told,
    hurry: pace.now,
    end() {
      turn += 1;
      headers = undefined;
      told = undefined;
      accepted = false;
      failures = 0;
      cancel?.();
      pace.reset();
    },
  };
}
