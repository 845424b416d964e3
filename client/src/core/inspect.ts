/** The hook for developer tools. */

/** What made an instance wrong, and when. */
export interface Hit {
  /** Milliseconds of the client's clock. */
  readonly time: number;
  /** The function, `tab`, `apply`, `invalidate`; with `?` behind it where the effect is unknown. */
  readonly by: string;
}

/** An instance, as developer tools show it. */
export interface InspectedInstance {
  readonly context: string;
  /** The canonical query of its parameters. */
  readonly key: string;
  /** `X-Mizan-Instance` as it was answered. */
  readonly instance: string | undefined;
  readonly state: 'empty' | 'loading' | 'current' | 'stale' | 'failed';
  readonly mounted: number;
  readonly layers: number;
  /** How many reads were begun. */
  readonly reads: number;
  /** The tick at which the read began that produced the value; 0 without one. */
  readonly begun: number;
  /** The tick of the last invalidation; 0 without one. */
  readonly invalidated: number;
  /** When the value was committed. */
  readonly time: number | undefined;
  /** What hit it, oldest first; the last few. */
  readonly hits: readonly Hit[];
}

/** What a client holds. */
export interface Inspection {
  readonly subject: string | undefined;
  readonly epoch: number;
  /** How many reads and calls are under way. */
  readonly pending: number;
  readonly instances: readonly InspectedInstance[];
}
