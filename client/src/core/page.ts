/** The plain functions of a generated client: each finds the client that it is for. */

import { createClient } from './client.js';
import type { ApiDescriptor, ContextDescriptor, FunctionDescriptor } from './descriptor.js';
import type { Mizan } from './mizan.js';
import type { CallOptions, ReadOptions } from './options.js';
import { pages } from './registry.js';

/** The page's client for an API: the last one made, or one with defaults. Throws on a server. */
export function pageClient(api: ApiDescriptor): Mizan {
  const client = pages.get(api.mount);
  if (client) return client;
  if (typeof document === 'undefined') {
    throw new Error('On a server, pass `client`');
  }
  return createClient(api);
}

/** Calls a function. */
export function run<I, O>(
  api: ApiDescriptor,
  fn: FunctionDescriptor<I, O>,
  input: I,
  options?: CallOptions,
): Promise<O> {
  return clientOf(api, options).call(fn, input, options);
}

/** The value of a context: the one held when it is current, else that of a read. */
export function fetchContext<P extends object, V>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  params: P,
  options?: ReadOptions,
): Promise<V> {
  return clientOf(api, options).fetch(context, params, options);
}

/** Starts a read of a context where there is no current value. */
export function prefetchContext<P extends object, V>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  params: P,
  options?: ReadOptions,
): void {
  clientOf(api, options).prefetch(context, params, options);
}

function clientOf(
  api: ApiDescriptor,
  options: { readonly client?: Mizan | undefined } = {},
): Mizan {
  return options.client ?? pageClient(api);
}
