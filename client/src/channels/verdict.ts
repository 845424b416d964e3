/** What the errors of the server mean (protocol section 7): it says so in words. */

import type { Subscription } from './subscription.js';

/**
 * - `message`: something that was sent was refused, and the subscription stays;
 * - `doubtful`: the subscription is over, or an application's words only sound so: to subscribe
 *   again settles it;
 * - `passing`: it is over, and may succeed later;
 * - `final`: it is not allowed, does not exist, or the application does not want it.
 */
export type Verdict = 'message' | 'doubtful' | 'passing' | 'final';

const UNWANTED = 'Not authorized';
const FAILED = 'Authorization failed';
const PASSING: readonly string[] = [
  FAILED,
  'An internal error occurred',
  'The deadline has passed',
  'Too many subscriptions',
];

/** What an error about a subscription means. */
export function judge({ channel, stage, sent }: Subscription, error: string): Verdict {
  const lost = `Not subscribed to ${channel}`;
  if (stage === 'live' && sent) {
    return [UNWANTED, FAILED, lost].includes(error) ? 'doubtful' : 'message';
  }
  return isPassing(error) || error === lost || error === `Already subscribed to ${channel}`
    ? 'passing'
    : 'final';
}

/** Whether the server failed, rather than said no: to a subscription or to a token. */
export function isPassing(error: string): boolean {
  return PASSING.includes(error);
}
