/** Whether somebody looks at the page: what adapters need of it, and `fetch` does not. */

import type { Signal } from './environment.js';
import type { Kernel } from './kernel.js';
import { attend, schedule } from './polls.js';
import { share } from './share.js';
import { batch } from './store.js';

/** Has a client read for those who look at instances; once. */
export function payAttention(kernel: Kernel): void {
  if (kernel.attend) return;
  kernel.share = share;
  kernel.schedule = schedule;
  kernel.attend = attend;
  if (kernel.disposed || kernel.options.environment || typeof document === 'undefined') return;
  kernel.environment = { ...kernel.environment, hidden: isHidden };
  const unlisten = listen((signal) =>
    batch(kernel, () => {
      for (const instance of kernel.instances.values()) attend(kernel, instance, signal);
    }),
  );
  kernel.ends.add(unlisten);
}

/** What the browser says of its page. */
export function listen(listener: (signal: Signal) => void): () => void {
  const life = new AbortController();
  addEventListener('focus', () => listener('focus'), life);
  addEventListener('online', () => listener('online'), life);
  const turned = (): void => listener(isHidden() ? 'hidden' : 'visible');
  document.addEventListener('visibilitychange', turned, life);
  return () => life.abort();
}

export function isHidden(): boolean {
  return document.visibilityState === 'hidden';
}
