/** Making a client. */

import type { ApiDescriptor } from './descriptor.js';
import { headerEntries } from './effects.js';
import { browser, type Signal } from './environment.js';
import { raiseEpoch } from './identity.js';
import type { AnyContext } from './instance.js';
import { type Kernel, makeKernel, USUAL } from './kernel.js';
import type { Mizan, Opaque } from './mizan.js';
import { call } from './mutate.js';
import type { MizanOptions } from './options.js';
import { scopeOf } from './params.js';
import { abortRead, begin, restart } from './read.js';
import { pages } from './registry.js';
import { batch, dropCarried, hitAll } from './store.js';
import { connect, disconnect, postEntries } from './tabs.js';
import { noteContract } from './transport.js';
import { fetchValue, prefetch } from './values.js';

/** Makes a client. In a browser it is the page's from then on. */
export function createClient(api: ApiDescriptor, options: MizanOptions = {}): Mizan {
  const kernel = makeKernel(api, options, options.environment ?? browser());
  const unlisten = kernel.environment.listen?.((signal) => onSignal(kernel, signal));
  if (unlisten) kernel.ends.add(unlisten);
  connect(kernel);
  kernel.ends.add(() => disconnect(kernel));
  const client: Mizan = {
    api,
    url: options.publicUrl ?? (typeof document === 'undefined' ? api.mount : kernel.base),
    get subject() {
      return kernel.subject;
    },
    call: (fn, input, given) => call(kernel, fn, input, given),
    // The kernel does not know the types of what it holds; the descriptor does.
    fetch: <V>(context: unknown, params: object, given: object | undefined) =>
      fetchValue(kernel, context as AnyContext, params, given) as Promise<V>,
    prefetch: (context, params, given) => prefetch(kernel, context as AnyContext, params, given),
    apply: (response) => apply(kernel, response),
    invalidate(context, params) {
      const name = typeof context === 'string' ? context : context.name;
      hitAll(kernel, [{ context: name, scope: scopeOf(params) }], 'invalidate');
    },
    login: (subject) => raiseEpoch(kernel, subject, 'here'),
    logout: () => raiseEpoch(kernel, undefined, 'here'),
    reset: () => raiseEpoch(kernel, kernel.subject, 'here'),
    dispose() {
      if (pages.get(api.mount) === client) pages.delete(api.mount);
      kernel.disposed = true;
      for (const end of kernel.ends) end();
      batch(kernel, () => {
        for (const instance of kernel.instances.values()) {
          abortRead(kernel, instance);
          instance.watchers.clear();
          if (instance.waiters.size) begin(kernel, instance);
        }
      });
      kernel.inspectors.clear();
    },
    '~kernel': kernel as unknown as Opaque,
  };
  if (typeof document !== 'undefined') pages.set(api.mount, client);
  return client;
}

/** Something happened to the page. */
function onSignal(kernel: Kernel, signal: Signal): void {
  if (signal === 'left') disconnect(kernel);
  const restored = signal === 'restored';
  batch(kernel, () => {
    // Nobody knows what happened while the page was away: who logged in, what a read saw.
    if (restored) {
      connect(kernel);
      dropCarried(kernel);
      kernel.known = undefined;
    }
    for (const instance of kernel.instances.values()) {
      if (restored) {
        instance.time = -Infinity;
        // What rests begins anew by itself.
        if (!instance.read?.resting) restart(kernel, instance);
      }
      kernel.attend?.(kernel, instance, signal);
    }
  });
}

function apply(kernel: Kernel, response: Response): void {
  noteContract(kernel, response.headers);
  const entries = headerEntries(kernel, response.headers);
  const again = response.status >= 500 ? USUAL : undefined;
  hitAll(kernel, entries, 'apply', again);
  postEntries(kernel, entries, again);
}
