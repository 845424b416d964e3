/** What surrounds a client: the page, the other tabs. Tests bring their own. */

/** Something happened to the page. `restored` is a return from the back/forward cache. */
export type Signal = 'focus' | 'online' | 'visible' | 'hidden' | 'restored';

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
  /** Opens a line to the other tabs; it does not hear itself. */
  channel?(name: string, onMessage: (message: unknown) => void): Channel | undefined;
  /** Runs one at a time, across tabs. */
  lock?<T>(name: string, run: () => Promise<T>): Promise<T>;
  /** What the page carries; `undefined` while it is still being parsed. */
  page?(): PageData | undefined;
}

/** The browser's page; nothing on a server. */
export function browser(): Environment {
  if (typeof document === 'undefined') return {};
  const { locks } = navigator;
  return {
    listen,
    ...(typeof BroadcastChannel === 'function' && { channel: openChannel }),
    ...(locks && { lock: async (name, run) => await locks.request(name, run) }),
  };
}

/** What else of the page matters comes with `observe`. */
function listen(listener: (signal: Signal) => void): () => void {
  const life = new AbortController();
  const shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) listener('restored');
  };
  addEventListener('pageshow', shown, life);
  return () => life.abort();
}

function openChannel(name: string, onMessage: (message: unknown) => void): Channel {
  const life = new AbortController();
  let channel: BroadcastChannel | undefined;
  const open = (): void => {
    channel ??= new BroadcastChannel(name);
    channel.onmessage = ({ data }) => onMessage(data);
  };
  // An open line would keep the page out of the back/forward cache.
  const shut = (): void => {
    channel?.close();
    channel = undefined;
  };
  open();
  addEventListener('pageshow', open, life);
  addEventListener('pagehide', shut, life);
  return {
    post: (message) => channel?.postMessage(message),
    close() {
      shut();
      life.abort();
    },
  };
}
