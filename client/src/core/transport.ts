/** One request and its answer. */

import { asObject, type Failure, member } from './error.js';
import { credentials, renewCredential } from './identity.js';
import { isInexact } from './json.js';
import { emit, hindrance, type Kernel, LATE, patiently, USUAL } from './kernel.js';
import { delayOf, parseRetryAfter } from './retry.js';

const RETRIES = 3;

/** A body, and what sends it where that is not `fetch`. */
export interface Parcel {
  readonly body?: string | FormData;
  readonly send?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** How long it may take at least, where the call does not say. */
  readonly patience?: number;
}

/** What is asked. Without a body it is a read. */
export interface Request extends Parcel {
  readonly path: string;
  /** Whether a body is an answer to it: a proxy's page may be JSON too. */
  isWhole(body: unknown): boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  /** The identity that asks: under another one it is not sent. */
  readonly epoch: number;
}

/** What came of it. */
export interface Answer {
  /** 0 without an answer. */
  readonly status: number;
  readonly headers?: Headers | undefined;
  readonly body?: unknown;
  /** Nothing for a success that could be read. */
  readonly failure?: Failure;
  /** Whether the server may have seen it. */
  readonly sent: boolean;
}

/** Asks, renewing the credential once where the answer refuses it. Never throws. */
export async function exchange(kernel: Kernel, request: Request): Promise<Answer> {
  for (let again = false; ; again = true) {
    const began = kernel.tick;
    let headers: Headers;
    try {
      const given = credentials(kernel);
      // Without waiting, a read that begins while rendering is sent while rendering.
      headers = given instanceof Headers ? given : await patiently(kernel, given, request.signal);
    } catch (cause) {
      return nothing(kernel, request, false, cause);
    }
    if (hindrance(kernel, request.signal)) return nothing(kernel, request, false);
    const failure = { code: 'IDENTITY_CHANGED' };
    if (kernel.epoch !== request.epoch) return { status: 0, sent: false, failure };
    const answer = await send(kernel, request, headers);
    noteContract(kernel, answer.headers);
    const refused =
      member(answer.failure?.details, 'reason') === 'credential' && answer.status === 401;
    if (again || !refused || !kernel.options.refresh) return answer;
    const renewal = renewCredential(kernel, began, headers);
    if (!(await patiently(kernel, renewal, request.signal).catch(() => false))) return answer;
  }
}

/** How far a request is that may be tried several times. */
export interface Progress {
  /** The tick at which its last try began; 0 before the first. */
  begun: number;
  /** It failed, by the network or by the server's answer, and waits for the next try. */
  resting?: 'network' | 'server' | undefined;
}

/** Asks again while that may help. */
export async function exchangeOften(
  kernel: Kernel,
  request: Request,
  progress: Progress = { begun: 0 },
): Promise<Answer> {
  const { retries = RETRIES } = kernel.options;
  for (let tries = 0; ; tries += 1) {
    progress.begun = ++kernel.tick;
    const answer = await exchange(kernel, request);
    const pause = tries < retries ? delayOf(answer.failure, tries, kernel.clock) : undefined;
    if (pause === undefined) return answer;
    progress.resting = answer.status ? 'server' : 'network';
    await patiently(kernel, new Promise(() => {}), request.signal, pause).catch(() => {});
    progress.resting = undefined;
  }
}

/** Notices that the server speaks another contract than the client. */
export function noteContract(kernel: Kernel, headers: Headers | undefined): void {
  const received = headers?.get('X-Mizan-Contract');
  // Servers of two versions may answer in turn.
  if (!received || kernel.contracts.has(received)) return;
  kernel.contracts.add(received);
  emit(kernel, { type: 'contract', expected: kernel.api.contract, received });
}

/** Nothing came: nobody waits for it any longer, or something failed on the way. */
function nothing(
  kernel: Kernel,
  { signal }: Request,
  sent: boolean,
  cause?: unknown,
  headers?: Headers,
): Answer {
  const code = hindrance(kernel, signal) ?? (cause === LATE ? LATE : 'NETWORK');
  return { status: 0, headers, sent, failure: { code, cause: signal?.reason ?? cause } };
}

async function send(kernel: Kernel, request: Request, headers: Headers): Promise<Answer> {
  const { path, body, signal, timeout, patience = 0, send = fetch } = request;
  const { options } = kernel;
  const abort = new AbortController();
  const init: RequestInit = {
    method: body ? 'POST' : 'GET',
    body: body ?? null,
    headers,
    credentials: options.credentials ?? 'same-origin',
    signal: abort.signal,
    // A login page is no answer, and another origin gets no token.
    redirect: 'manual',
  };
  if (typeof body === 'string') headers.set('Content-Type', 'application/json');
  let response: Response | undefined;
  const ask = async (): Promise<Answer> => {
    response = await (options.fetch ?? send)(kernel.base + path, init);
    return read(kernel, request, response, await response.text());
  };
  try {
    const ms = timeout ?? Math.max(patience, options.timeout ?? USUAL);
    return await patiently(kernel, ask(), signal, ms);
  } catch (cause) {
    abort.abort();
    // Of an answer that was cut off, the header says what changed.
    return nothing(kernel, request, true, cause, response?.headers);
  }
}

function read(kernel: Kernel, request: Request, response: Response, text: string): Answer {
  const { status, headers, ok } = response;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // No JSON: a proxy's page.
  }
  const answer = { status, headers, body, sent: true };
  if (ok && request.isWhole(body) && !isInexact(text)) return answer;
  // What succeeded and cannot be read has no code of the server's.
  const { code, message, details } = asObject(ok ? undefined : body);
  const failure: Failure = {
    status,
    code: String(code ?? 'INVALID_RESPONSE'),
    message: String(message ?? `HTTP ${status}`),
    details,
    retryAfter: parseRetryAfter(headers.get('Retry-After'), kernel.clock),
  };
  return { ...answer, failure };
}
