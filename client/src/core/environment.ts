/** What surrounds a client: the page, the other tabs. Tests bring their own. */

/**
 * Something happened to the page. It is `left` when it goes away, for good or into the
 * back/forward cache; `restored` is a return from there.
 */
export type Signal = 'focus' | 'online' | 'visible' | 'hidden' | 'left' | 'restored';

/** A line to the other tabs of the origin. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}

/** The page's own data, and whether it can be trusted to be of now. */
export interface PageData {
  /** The text of `__MIZAN_DATA__`; nothing when the page has none. */
  readonly text: string | undefined;
  /** Whether the page came from a cache, so that what it says may be outdated. */
  readonly old: boolean;
  /** How many milliseconds ago the page was asked for. */
  readonly age: number;
}

/** The page around a client. Every member may be missing. */
export interface Environment {
  /** Listens until the returned function is called. */
  listen?(listener: (signal: Signal) => void): () => void;
  hidden?(): boolean;
  /** Whether there is a network at all; channels wait for one. */
  online?(): boolean;
  /** Opens a line to the other tabs, again after a restore; it does not hear itself. */
  channel?(name: string, onMessage: (message: unknown) => void): Channel | undefined;
  /** Runs one at a time, across tabs; rejects without running where that is impossible. */
  lock?<T>(name: string, run: () => Promise<T>): Promise<T>;
  /** What the page carries; `undefined` while it is still being parsed. */
  page?(): PageData | undefined;
}

/** The browser's page; nothing on a server. */
export function browser(): Environment {
  if (typeof document === 'undefined') return {};
  return {
    listen,
    channel: openChannel,
    lock: async (name, run) => await navigator.locks.request(name, run),
  };
}

/** What else of the page matters comes with `observe`. */
function listen(listener: (signal: Signal) => void): () => void {
  const life = new AbortController();
  const shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) listener('restored');
  };
  addEventListener('pageshow', shown, life);
  addEventListener('pagehide', () => listener('left'), life);
  return () => life.abort();
}

function openChannel(name: string, onMessage: (message: unknown) => void): Channel | undefined {
  try {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => onMessage(data);
    return { post: (message) => channel.postMessage(message), close: () => channel.close() };
  } catch {
    // Forbidden together with storage, or not there: the tab is alone.
    return undefined;
  }
}
