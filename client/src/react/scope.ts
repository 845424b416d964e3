import { createContext, createElement, type ReactNode, use, useEffect, useMemo } from 'react';
import {
  type ApiDescriptor,
  type ContextDescriptor,
  type Observed,
  observe,
  pageClient,
  type WatchOptions,
} from '../core/index.js';
import { useMizan, useProvided } from './client.js';

/** The providers above a component, innermost first. */
interface Scope {
  readonly context: object;
  readonly instance: unknown;
  readonly outer: Scope | undefined;
}

const ScopeContext = /* @__PURE__ */ createContext<Scope | undefined>(undefined);

/** Properties of {@link ContextProvider}. */
export interface ContextProviderProps<P extends object, V> {
  readonly api: ApiDescriptor;
  readonly context: ContextDescriptor<P, V>;
  readonly params: P;
  readonly options?: WatchOptions | undefined;
  readonly children?: ReactNode;
}

/**
 * Provides an instance of a context. Its read starts while rendering, ahead of the components
 * within, and it counts as mounted as long as the provider does.
 */
export function ContextProvider<P extends object, V>({
  api,
  context,
  params,
  options,
  children,
}: ContextProviderProps<P, V>): ReactNode {
  const instance = observe(useMizan(api), context, params);

  const every = options?.every;
  const staleAfter = options?.staleAfter;
  useEffect(() => instance.subscribe(ignore, { every, staleAfter }), [instance, every, staleAfter]);

  const outer = use(ScopeContext);
  const scope = useMemo(() => {
    startOf(instance);
    return { context, instance, outer };
  }, [context, instance, outer]);
  return createElement(ScopeContext, { value: scope }, children);
}

/** What a generated provider takes: the parameters, and what is within. */
export type ContextProps<P extends object> = P & { readonly children?: ReactNode };

/** The element that a generated provider renders. */
export function provideContext<P extends object, V>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  { children, ...params }: ContextProps<P>,
): ReactNode {
  // What is left over after the children are the parameters; TypeScript cannot see that.
  const given = params as unknown as P;
  return createElement(ContextProvider<P, V>, { api, context, params: given, children });
}

/** Starts the read of a value that is missing, unless that failed a moment ago. */
function startOf(instance: Observed<unknown>): void {
  if (!instance.failing()) void instance.ready();
}

/**
 * The instance that a hook reads: the one for the parameters, without any that of the nearest
 * provider, and none for `null`.
 */
export function useInstance<P extends object, V>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  slot: string,
  at: P | undefined,
): Observed<V>;
export function useInstance<P extends object, V>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  slot: string,
  at: P | null | undefined,
): Observed<V> | undefined;
export function useInstance<P extends object, V>(
  api: ApiDescriptor,
  context: ContextDescriptor<P, V>,
  slot: string,
  at: P | null | undefined,
): Observed<V> | undefined {
  const client = useProvided(api);
  const innermost = use(ScopeContext);
  if (at === null) return undefined;
  if (at) return observe(client ?? pageClient(api), context, at);
  for (let scope = innermost; scope; scope = scope.outer) {
    if (scope.context === context) return scope.instance as Observed<V>;
  }
  throw new Error(
    `Mizan: "${slot}" needs to know which "${context.name}" is meant. Pass the parameters to the hook, or render the component within the provider of the context.`,
  );
}

function ignore(): void {}
