import { createContext, createElement, type ReactNode, use, useMemo } from 'react';
import { type ApiDescriptor, type Mizan, pageClient } from '../core/index.js';

/** The clients that the providers above give, innermost first. */
const ClientContext = /* @__PURE__ */ createContext<readonly Mizan[]>([]);

/** Properties of {@link MizanProvider}. */
export interface MizanProviderProps {
  readonly client: Mizan;
  readonly children?: ReactNode;
}

/**
 * Gives the components within a client of their own. A page does well without one; a server needs
 * it, with a client for each request, and so does a test.
 */
export function MizanProvider({ client, children }: MizanProviderProps): ReactNode {
  const outer = use(ClientContext);
  const value = useMemo(() => [client, ...outer], [client, outer]);
  return createElement(ClientContext, { value }, children);
}

/** The client that a provider above gives for an API; nothing where the page's own is meant. */
export function useProvided(api: ApiDescriptor): Mizan | undefined {
  return use(ClientContext).find((client) => client.api.mount === api.mount);
}

/** The client that the hooks of this component use. Throws on a server without a provider. */
export function useMizan(api: ApiDescriptor): Mizan {
  return useProvided(api) ?? pageClient(api);
}
