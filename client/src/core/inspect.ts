/** The hook for developer tools. */

import { type Instance, isCurrent, isReading } from './instance.js';
import { attempt } from './kernel.js';
import { kernelOf, type Mizan } from './mizan.js';

/** What made an instance wrong, and when. */
export interface Hit {
  /** Milliseconds of the client's clock. */
  readonly time: number;
  /** The function, `tab`, `apply`, `invalidate`; with `?` behind it where the effect is unknown. */
  readonly by: string;
}

/** An instance, as developer tools show it. */
export interface InspectedInstance {
  readonly context: string;
  /** The context, and behind a `?` the canonical query of its parameters. */
  readonly key: string;
  /** `X-Mizan-Instance` as it was answered. */
  readonly instance: string | undefined;
  readonly state: 'empty' | 'loading' | 'current' | 'stale' | 'failed';
  readonly mounted: number;
  readonly layers: number;
  /** How many reads were begun. */
  readonly reads: number;
  /** The tick at which the read began that produced the value; 0 without one. */
  readonly begun: number;
  /** The tick of the last invalidation; 0 without one. */
  readonly invalidated: number;
  /** When the value was committed. */
  readonly time: number | undefined;
  /** What hit it, oldest first; the last few. */
  readonly hits: readonly Hit[];
}

/** What a client holds. */
export interface Inspection {
  readonly subject: string | undefined;
  readonly epoch: number;
  /** How many reads and calls are under way. */
  readonly pending: number;
  readonly instances: readonly InspectedInstance[];
}

/** What a client holds, for developer tools. */
export function inspect(client: Mizan): Inspection {
  const kernel = kernelOf(client);
  const { subject, epoch, pending } = kernel;
  const instances = [...kernel.instances.values()].map((instance): InspectedInstance => {
    const { key, header, base, begun, invalidated, reads, time, layers, watchers } = instance;
    return {
      context: instance.context.name,
      key,
      instance: header,
      state: stateOf(instance),
      mounted: watchers.size,
      layers: layers.length,
      reads,
      begun,
      invalidated,
      time: base && time,
      hits: instance.log,
    };
  });
  return { subject, epoch, pending, instances };
}

/** Calls a listener after every change, until the returned function is called. */
export function onInspect(client: Mizan, listener: () => void): () => void {
  const { inspectors } = kernelOf(client);
  // Later: a read may begin while something renders.
  const tell = (): void => queueMicrotask(() => attempt(listener));
  inspectors.add(tell);
  return () => {
    inspectors.delete(tell);
  };
}

function stateOf(instance: Instance): InspectedInstance['state'] {
  if (instance.base) return isCurrent(instance) ? 'current' : 'stale';
  if (isReading(instance)) return 'loading';
  return instance.error ? 'failed' : 'empty';
}
