/** One request and its answer. */

import { asObject, type Failure } from './error.js';
import { credentials, isRefused, renewCredential } from './identity.js';
import { isInexact } from './json.js';
import { emit, hindrance, type Kernel, later, onEnd, USUAL } from './kernel.js';
import { delayOf, parseRetryAfter } from './retry.js';

const RETRIES = 3;

/** A body, and what sends it where that is not `fetch`. */
export interface Parcel {
  readonly body?: string | FormData;
  readonly send?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

/** What is asked. Without a body it is a read. */
export interface Request extends Parcel {
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  /** The identity that asks: under another one it is not sent. */
  readonly epoch: number;
}

/** What came of it. */
export interface Answer {
  /** 0 without an answer. */
  readonly status: number;
  readonly headers?: Headers;
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
      headers = given instanceof Headers ? given : await given;
    } catch (cause) {
      return nothing(false, 'NETWORK', cause);
    }
    const changed = kernel.epoch !== request.epoch && 'IDENTITY_CHANGED';
    const hindered = hindrance(kernel, request.signal) || changed;
    if (hindered) return nothing(false, hindered);
    const answer = await send(kernel, request, headers);
    noteContract(kernel, answer.headers);
    const refused = !again && kernel.options.refresh && isRefused(answer);
    if (!refused || !(await renewCredential(kernel, began, headers))) return answer;
  }
}

/** How far a request is that may be tried several times. */
export interface Progress {
  /** The tick at which its last try began; 0 before the first. */
  begun: number;
  /** It failed, and waits for the next try. */
  resting?: boolean;
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
    progress.resting = true;
    await sleep(kernel, pause, request.signal);
    progress.resting = false;
  }
}

/** Notices that the server speaks another contract than the client. */
export function noteContract(kernel: Kernel, headers: Headers | undefined): void {
  const received = headers?.get('X-Mizan-Contract') ?? kernel.contract;
  if (received === kernel.contract) return;
  kernel.contract = received;
  emit(kernel, { type: 'contract', expected: kernel.api.contract, received });
}

function nothing(sent: boolean, code: string, cause?: unknown): Answer {
  return { status: 0, sent, failure: { code, cause } };
}

function send(kernel: Kernel, request: Request, headers: Headers): Promise<Answer> {
  const { path, body, signal, timeout, send = fetch } = request;
  const { options } = kernel;
  const abort = new AbortController();
  const init: RequestInit = {
    headers,
    credentials: options.credentials ?? 'same-origin',
    signal: abort.signal,
  };
  if (body !== undefined) {
    init.method = 'POST';
    init.body = body;
    if (typeof body === 'string') headers.set('Content-Type', 'application/json');
  }
  return new Promise((resolve) => {
    const done = (answer: Answer): void => {
      off();
      resolve(answer);
    };
    const stop = (code: string, cause?: unknown): void => {
      done(nothing(true, code, cause));
      abort.abort();
    };
    const off = within(kernel, timeout ?? options.timeout ?? USUAL, signal, stop);
    (async () => {
      const response = await (options.fetch ?? send)(kernel.base + path, init);
      done(read(kernel, response, await response.text()));
    })().catch((cause: unknown) => stop('NETWORK', cause));
  });
}

function read(kernel: Kernel, response: Response, text: string): Answer {
  const { status, headers, ok } = response;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // No JSON: a proxy's page.
  }
  const answer = { status, headers, body, sent: true };
  if (ok && typeof body === 'object' && body && !isInexact(text)) return answer;
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

function sleep(kernel: Kernel, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    within(kernel, ms, signal, () => resolve());
  });
}

/** Ends something after a time, or as {@link onEnd} says, with the reason as an error's code. */
function within(
  kernel: Kernel,
  ms: number,
  signal: AbortSignal | undefined,
  end: (code: string) => void,
): () => void {
  const stop = (): void => {
    off();
    end(hindrance(kernel, signal) ?? 'TIMEOUT');
  };
  const cancel = later(kernel, ms, stop);
  const unhook = onEnd(kernel, signal, stop);
  const off = (): void => {
    cancel();
    unhook();
  };
  return off;
}
