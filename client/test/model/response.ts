/** An answer that a kernel can read: what it needs of `Response`, without streams. */

import type { Entry, Merge } from './scope.js';
import { written } from './scope.js';

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection breaks while the body is on its way, or a proxy puts its own page there. */
  readonly torn?: 'broken' | 'page';
}

const terminated = new TypeError('terminated');

export function tear(id: number): 'broken' | 'page' {
  return id % 2 ? 'broken' : 'page';
}

export function respond(reply: Reply): Response {
  const headers = new Map<string, string>([
    ['content-type', 'application/json'],
    ['x-mizan-contract', '0123456789abcdef'],
  ]);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    headers.set(name.toLowerCase(), value);
  }
  const text = (): Promise<string> => {
    if (reply.torn === 'broken') return Promise.reject(terminated);
    return Promise.resolve(reply.torn ? '<html>' : JSON.stringify(reply.body));
  };
  const response = {
    status: reply.status,
    ok: reply.status >= 200 && reply.status < 300,
    redirected: false,
    type: 'basic',
    headers: {
      get: (name: string): string | null => headers.get(name.toLowerCase()) ?? null,
      has: (name: string): boolean => headers.has(name.toLowerCase()),
    },
    text,
    json: async (): Promise<unknown> => JSON.parse(await text()),
  };
  return response as unknown as Response;
}

/** `X-Mizan-Invalidate` of what a mutation did: a merge's entry stands in it, too. */
export function invalidateHeader(entries: readonly Entry[]): Record<string, string> {
  return entries.length ? { 'x-mizan-invalidate': entries.map(written).join(', ') } : {};
}

/** Canonical text on the wire is text or a number; holders compare the text. */
function wire(params: Readonly<Record<string, string>>, asText: boolean): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, asText ? value : Number(value)]),
  );
}

/** The body of a successful call. */
export function callBody(
  result: unknown,
  entries: readonly Entry[],
  merges: readonly Merge[],
  asText: boolean,
): Record<string, unknown> {
  const body: Record<string, unknown> = { result };
  if (entries.length) {
    body.invalidate = entries.map(({ context, params }) =>
      Object.keys(params).length ? { context, params: wire(params, asText) } : context,
    );
  }
  if (merges.length) {
    body.merge = merges.map(({ context, slot, value, key, params }) => ({
      context,
      slot,
      value,
      ...(Object.keys(params).length ? { params: wire(params, asText) } : {}),
      ...(key ? { key } : {}),
    }));
  }
  return body;
}
