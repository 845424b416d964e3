/** What a client tells the application. */

import type { MizanError } from './error.js';

/** Something that the application may want to know; see `MizanOptions.onEvent`. */
export type MizanEvent =
  /** The server's contract is not the one that the client was generated from. */
  | { readonly type: 'contract'; readonly expected: string; readonly received: string }
  /** The epoch was raised, by this tab or by another one. */
  | {
      readonly type: 'identity';
      readonly subject: string | undefined;
      readonly from: 'here' | 'tab';
    }
  /**
   * A read or a call failed for good, a channel was refused, or a connection its credential. `name`
   * is the context, the function or the channel, of a connection `ws`.
   */
  | {
      readonly type: 'error';
      readonly kind: 'read' | 'call' | 'channel';
      readonly name: string;
      readonly error: MizanError;
    };
