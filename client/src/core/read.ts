/** Reading instances. */

import { MizanError } from './error.js';
import { parseEntry } from './header.js';
import { type Instance, isHeld, type Read, type Slots } from './instance.js';
import { type Kernel, report } from './kernel.js';
import { batch, drop, isUsed, touch } from './store.js';
import { type Answer, exchangeOften } from './transport.js';

/** Begins a read, unless one is in flight; later, where a mutation with a layer is. */
export function begin(kernel: Kernel, instance: Instance): void {
  if (instance.read) return;
  batch(kernel, () => {
    touch(kernel, instance);
    if (kernel.disposed) return fail(kernel, instance, new MizanError({ code: 'DISPOSED' }));
    // It could not commit: nobody knows whether it saw the mutation.
    instance.due = isHeld(instance);
    if (instance.due) return;
    const read: Read = { begun: 0, abort: new AbortController() };
    instance.read = read;
    instance.reads += 1;
    kernel.pending += 1;
    void run(kernel, instance, read);
  });
}

/** Ends a read without a result: what is held is as right or wrong as before. */
export function abortRead(kernel: Kernel, instance: Instance): void {
  const { read } = instance;
  instance.due = false;
  if (!read) return;
  end(kernel, instance);
  read.abort.abort();
}

/** Reads anew what is being read. */
export function restart(kernel: Kernel, instance: Instance): void {
  if (!instance.read) return;
  abortRead(kernel, instance);
  if (isUsed(instance)) begin(kernel, instance);
}

async function run(kernel: Kernel, instance: Instance, read: Read): Promise<void> {
  const { slots } = instance.context;
  const request = {
    isWhole: (body: unknown) =>
      Object.keys(slots).every((slot) => Object.hasOwn(Object(body), slot)),
    path: `/ctx/${instance.key.replace(/\?|$/, '/$&')}`,
    signal: read.abort.signal,
    epoch: kernel.epoch,
  };
  const answer = await exchangeOften(kernel, request, read);
  // Aborted, or of an identity that is gone.
  if (instance.read !== read) return;
  batch(kernel, () => {
    end(kernel, instance);
    const overtaken = read.begun <= instance.invalidated;
    const again = overtaken && isUsed(instance);
    if (!answer.failure) {
      // Wrong already, but newer than what is shown; what is not shown waits for a right one.
      if (!overtaken || instance.watchers.size) commit(kernel, instance, read, answer);
    } else if (!again) {
      fail(kernel, instance, new MizanError(answer.failure));
    }
    if (again) begin(kernel, instance);
    kernel.schedule?.(kernel, instance);
  });
}

function end(kernel: Kernel, instance: Instance): void {
  kernel.pending -= 1;
  instance.overlapped = ++kernel.tick;
  instance.read = undefined;
  touch(kernel, instance);
}

function commit(kernel: Kernel, instance: Instance, read: Read, answer: Answer): void {
  instance.header = answer.headers?.get('X-Mizan-Instance') ?? undefined;
  const entry = parseEntry(instance.header ?? '');
  instance.answered = entry?.context === instance.context.name ? entry.scope : undefined;
  instance.base = answer.body as Slots;
  instance.begun = read.begun;
  instance.time = kernel.clock.now();
  instance.ended = instance.time;
  instance.error = undefined;
  // All of them are settled, and before this read began: it saw what they showed.
  instance.layers = [];
}

function fail(kernel: Kernel, instance: Instance, error: MizanError): void {
  instance.ended = kernel.clock.now();
  instance.error = error;
  // Whoever may not see it any longer, or what is gone, is not shown.
  if ([401, 403, 404].includes(error.status)) drop(instance);
  report(kernel, 'read', instance.context.name, error);
}
