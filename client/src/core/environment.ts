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
  const environment: Environment = {
    listen,
    hidden: () => document.visibilityState === 'hidden',
    page,
  };
  if (typeof BroadcastChannel !== 'undefined') environment.channel = openChannel;
  const { locks } = navigator;
  if (locks) environment.lock = async (name, run) => await locks.request(name, run);
  return environment;
}

function listen(listener: (signal: Signal) => void): () => void {
  const ends: (() => void)[] = [];
  const on = (target: EventTarget, type: string, run: (event: Event) => void): void => {
    target.addEventListener(type, run);
    ends.push(() => target.removeEventListener(type, run));
  };
  on(window, 'focus', () => listener('focus'));
  on(window, 'online', () => listener('online'));
  on(window, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) listener('restored');
  });
  on(document, 'visibilitychange', () => {
    listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible');
  });
  return () => {
    for (const end of ends) end();
  };
}

function openChannel(name: string, onMessage: (message: unknown) => void): Channel {
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
  window.addEventListener('pageshow', open);
  window.addEventListener('pagehide', shut);
  return {
    post: (message) => channel?.postMessage(message),
    close() {
      shut();
      window.removeEventListener('pageshow', open);
      window.removeEventListener('pagehide', shut);
    },
  };
}

/** The blocks that were read: each is read once. */
const read = /*#__PURE__*/ new WeakSet<Element>();

function page(): PageData | undefined {
  const block = document.getElementById('__MIZAN_DATA__');
  const text = block?.textContent ?? undefined;
  if (document.readyState === 'loading' && !isWhole(text)) return undefined;
  const [entry] = performance.getEntriesByType?.('navigation') ?? [];
  const timing = entry as PerformanceNavigationTiming | undefined;
  const received = timing && timing.responseEnd > 0;
  const known = block !== null && read.has(block);
  if (block) read.add(block);
  return {
    text: known ? undefined : text,
    // A cache sends no bytes. What is still being received comes from the server.
    old: received === true && !(timing.transferSize > timing.encodedBodySize),
    age: performance.now(),
  };
}

function isWhole(text = ''): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
