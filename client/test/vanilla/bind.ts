/**
 * A binding of a slot to an element of the page, without a framework: what an adapter has to do,
 * and all of it. `data-state` is `loading`, `ready`, `stale` or `failed`.
 */
import {
  type ContextDescriptor,
  type Mizan,
  observe,
  type Snapshot,
  type WatchOptions,
} from '../../src/core/index.js';

/** Renders a slot into an element until the returned function is called. */
export function bind<P extends object, V, S extends keyof V & string>(
  client: Mizan,
  context: ContextDescriptor<P, V>,
  slot: S,
  at: P,
  element: HTMLElement,
  render: (element: HTMLElement, value: V[S]) => void,
  options?: WatchOptions,
): () => void {
  const instance = observe(client, context, at);
  const error = document.createElement('button');
  error.type = 'button';
  error.onclick = () => void instance.retry();
  let shown: V[S] | undefined;

  function update(): void {
    const snapshot = instance.snapshot();
    element.dataset.state = stateOf(snapshot);
    element.setAttribute('aria-busy', String(snapshot.refreshing));

    // A slot that did not change is the same object: nothing is rendered for nothing.
    const value = snapshot.data?.[slot];
    if (value === undefined) element.replaceChildren();
    else if (value !== shown) render(element, value);
    shown = value;

    error.textContent = snapshot.error?.message ?? '';
    if (!snapshot.error) error.remove();
    else if (!error.isConnected) element.after(error);
  }

  const unsubscribe = instance.subscribe(update, options);
  update();
  return () => {
    unsubscribe();
    error.remove();
  };
}

function stateOf({ data, error, stale }: Snapshot<unknown>): string {
  if (data === undefined) return error ? 'failed' : 'loading';
  return stale ? 'stale' : 'ready';
}
