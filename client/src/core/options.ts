/** What a client is made with, and what a call or a read may be given. */

import type { Environment } from './environment.js';
import type { MizanEvent } from './event.js';
import type { Mizan } from './mizan.js';
import type { Patch } from './patch.js';

/** A bearer token, or one of Mizan's own, which goes into `X-Mizan-Token`. */
export type Token = string | { readonly mwt: string };

/** Time and chance; tests bring their own. */
export interface Clock {
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** As `Math.random`. */
  random(): number;
}

/** How a client is made. Everything has a default. */
export interface MizanOptions {
  /** Where the mount is, as URL or path without trailing slash; the generated mount if left out. */
  readonly baseUrl?: string;
  /**
   * Where browsers reach the mount, for the `action` of forms. Left out, it is `baseUrl` in a
   * browser and the generated mount on a server, whose `baseUrl` may be of an inner network.
   */
  readonly publicUrl?: string;
  readonly fetch?: typeof fetch;
  /** What channels connect with; the global one if left out, and without one nothing is opened. */
  readonly webSocket?: typeof WebSocket;
  /** Which cookies go along; `same-origin` if left out. */
  readonly credentials?: RequestCredentials;
  /** Further headers, asked for before each request. */
  readonly headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
  /** The token, asked for before each request. */
  readonly token?: () => Token | undefined | Promise<Token | undefined>;
  /**
   * Renews the credential and says whether it did. It runs once at a time, across tabs, and only
   * after an answer that refused the credential itself. It must not call through this client,
   * whose refused calls wait for it: use `fetch`, or a client of its own without `refresh`. What
   * takes longer than `timeout` counts as a failure.
   */
  readonly refresh?: () => Promise<boolean>;
  /** Who is logged in at the start, where that is known. */
  readonly subject?: string;
  /** After how many milliseconds a value counts as old; 30,000 if left out. */
  readonly staleAfter?: number;
  /**
   * How many milliseconds an answer may take, and `token`, `headers` and `refresh`; 30,000 if left
   * out, and at least 600,000 for a call with files.
   */
  readonly timeout?: number;
  /** How often a failed read is tried again; 3 if left out. Mutations never are. */
  readonly retries?: number;
  readonly onEvent?: (event: MizanEvent) => void;
  readonly clock?: Clock;
  /** The page around the client; the browser's if left out, none on a server. */
  readonly environment?: Environment;
}

/** Options of a call. */
export interface CallOptions {
  /** The client to use; the page's if left out. */
  readonly client?: Mizan | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  /** What to show until the answer is there. */
  readonly optimistic?: Patch | readonly Patch[] | undefined;
  /** Told how much was sent to a function that takes files; browsers only. */
  readonly onProgress?: ((sent: number, total: number) => void) | undefined;
}

/** Options of a read. */
export interface ReadOptions {
  /** The client to use; the page's if left out. */
  readonly client?: Mizan | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A value older than this is read anew. */
  readonly staleAfter?: number | undefined;
}

/** Options of a subscription to an instance. */
export interface WatchOptions {
  /** Reads again every so many milliseconds while the page is visible. */
  readonly every?: number | undefined;
  /** A value older than this is read anew on mount, focus and reconnect. */
  readonly staleAfter?: number | undefined;
}
