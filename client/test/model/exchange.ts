/** One request on its way, and what comes back. */

import { type Reply, respond } from './response.js';
import type { Subject } from './server.js';
import type { Tab } from './tab.js';

export interface Exchange {
  /** Ends it with an answer, or as a network error. */
  readonly answer: (reply: Reply) => void;
  readonly lose: () => void;
  ended: boolean;
}

export const credentialRefused: Reply = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  body: { error: true, code: 'UNAUTHORIZED', message: 'No', details: { reason: 'credential' } },
};

export function failure(status: number, retryAfter = 0): Reply {
  const codes: Record<number, string> = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN', 404: 'NOT_FOUND' };
  const code = codes[status] ?? (status >= 500 ? 'INTERNAL_ERROR' : 'VALIDATION_ERROR');
  return {
    status,
    body: { error: true, code, message: 'No' },
    ...(retryAfter ? { headers: { 'retry-after': String(retryAfter) } } : {}),
  };
}

/** Made once: such errors cost more than the rest of a request. */
export const aborted = new DOMException('This operation was aborted', 'AbortError');
const lost = new TypeError('fetch failed');

export function exchange(
  signal: AbortSignal | undefined,
  onAbort: () => void,
): [Exchange, Promise<Response>] {
  let resolve: (response: Response) => void;
  let reject: (reason: unknown) => void;
  const promise = new Promise<Response>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  const end = (): void => {
    self.ended = true;
    signal?.removeEventListener('abort', stop);
  };
  const self: Exchange = {
    ended: false,
    answer: (reply) => {
      end();
      resolve(respond(reply));
    },
    lose: () => {
      end();
      reject(lost);
    },
  };
  const stop = (): void => {
    end();
    onAbort();
    reject(aborted);
  };
  signal?.addEventListener('abort', stop);
  return [self, promise];
}

/** Something arrives at the tab, as an event of its own; `whole` as in `World.begin`. */
export function arrive(tab: Tab, ms: number, to: Exchange, whole: boolean, run: () => void): void {
  const { world, name } = tab;
  world.time.after(ms, 'model', () => {
    if (to.ended) return;
    world.begin(name, whole);
    run();
  });
}

/** Whose credential it is, and which. */
export function bearer(credential: string | undefined): [Subject, number] {
  if (!credential) return [undefined, 0];
  const [subject, version] = credential.split('.');
  return [subject as Subject, Number(version)];
}
