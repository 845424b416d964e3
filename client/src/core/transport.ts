/** One request and its answer. */

import { type Failure, member } from './error.js';
import { credentials, isRefused, renewCredential } from './identity.js';
import { isInexact } from './json.js';
import { emit, type Kernel, later, onEnd } from './kernel.js';
import { delayOf, parseRetryAfter } from './retry.js';
import { upload } from './upload.js';

const TIMEOUT = 30_000;
const RETRIES = 3;

/** What is asked. Without a body it is a read. */
export interface Request {
  readonly path: string;
  readonly body?: string | FormData;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  readonly onProgress?: ((sent: number, total: number) => void) | undefined;
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
      return unsent('NETWORK', 'The credentials could not be had', cause);
    }
    if (kernel.disposed) return unsent('DISPOSED', 'The client was disposed');
    if (request.signal?.aborted) return unsent('ABORTED', 'Aborted');
    if (kernel.epoch !== request.epoch)
      return unsent('IDENTITY_CHANGED', 'Somebody else logged in');
    const answer = await send(kernel, request, headers);
    noteContract(kernel, answer.headers);
    const refused = !again && kernel.options.refresh && isRefused(answer);
    if (!refused || !(await renewCredential(kernel, began, headers))) return answer;
  }
}

/** How far a request is that may be tried several times. */
export interface Progress {
  /** The tick at which its last try began. */
  begun: number;
  /** It failed, and waits for the next try. */
  resting: boolean;
}

/** Asks again while that may help. */
export async function exchangeOften(
  kernel: Kernel,
  request: Request,
  progress: Progress = { begun: 0, resting: false },
): Promise<Answer> {
  for (let tries = 0; ; tries += 1) {
    kernel.tick += 1;
    progress.begun = kernel.tick;
    const answer = await exchange(kernel, request);
    const last = !answer.failure || tries >= (kernel.options.retries ?? RETRIES);
    const pause = last ? undefined : delayOf(answer.failure, tries, kernel.clock);
    if (pause === undefined || request.signal?.aborted) return answer;
    progress.resting = true;
    await sleep(kernel, pause, request.signal);
    progress.resting = false;
    if (request.signal?.aborted) return answer;
  }
}

/** Notices that the server speaks another contract than the client. */
export function noteContract(kernel: Kernel, headers: Headers | undefined): void {
  const received = headers?.get('X-Mizan-Contract');
  if (!received || received === kernel.contract) return;
  kernel.contract = received;
  const expected = kernel.api.contract;
  if (received !== expected) emit(kernel, { type: 'contract', expected, received });
}

function unsent(code: string, message: string, cause?: unknown): Answer {
  return { status: 0, sent: false, failure: { code, message, cause } };
}

function send(kernel: Kernel, request: Request, headers: Headers): Promise<Answer> {
  const abort = new AbortController();
  const { body, signal, onProgress } = request;
  headers.set('Accept', 'application/json');
  if (typeof body === 'string') headers.set('Content-Type', 'application/json');
  const init: RequestInit = { headers, signal: abort.signal };
  init.credentials = kernel.options.credentials ?? 'same-origin';
  if (body !== undefined) {
    init.method = 'POST';
    init.body = body;
  }
  const fetcher = kernel.options.fetch;
  return new Promise((resolve) => {
    const done = (answer: Answer): void => {
      cancel();
      off();
      resolve(answer);
    };
    const stop = (code: string, message: string, cause?: unknown): void => {
      done({ status: 0, sent: true, failure: { code, message, cause } });
      abort.abort();
    };
    const off = onEnd(kernel, signal, () => {
      if (kernel.disposed) stop('DISPOSED', 'The client was disposed');
      else stop('ABORTED', 'Aborted');
    });
    const cancel = later(kernel, request.timeout ?? kernel.options.timeout ?? TIMEOUT, () =>
      stop('TIMEOUT', 'No answer in time'),
    );
    (async () => {
      const url = kernel.base + request.path;
      const response = await (onProgress && !fetcher
        ? upload(url, init, onProgress)
        : (fetcher ?? fetch)(url, init));
      done(read(kernel, response, await response.text()));
    })().catch((cause: unknown) => stop('NETWORK', 'No answer', cause));
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
  const invalid = { status, code: 'INVALID_RESPONSE' };
  if (!ok) {
    const code = member(body, 'code');
    const message = member(body, 'message');
    const failure: Failure = {
      status,
      code: typeof code === 'string' ? code : invalid.code,
      message: typeof message === 'string' ? message : `HTTP ${status}`,
      details: member(body, 'details'),
      retryAfter: parseRetryAfter(headers.get('Retry-After'), kernel.clock),
    };
    return { ...answer, failure };
  }
  if (typeof body !== 'object' || !body) {
    return { ...answer, failure: { ...invalid, message: 'The answer is no object of JSON' } };
  }
  if (isInexact(text)) {
    const message = 'The answer holds an integer beyond 2^53';
    return { ...answer, failure: { ...invalid, message } };
  }
  return answer;
}

function sleep(kernel: Kernel, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      cancel();
      off();
      resolve();
    };
    const cancel = later(kernel, ms, wake);
    const off = onEnd(kernel, signal, wake);
  });
}
