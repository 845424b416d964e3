import { createContext, createElement, type ReactNode, use } from 'react';
import { type ApiDescriptor, type Mizan, pageClient } from '../core/index.js';

/** The client that a provider above gives; nothing where the page's own is meant. */
export const ClientContext = /* @__PURE__ */ createContext<Mizan | undefined>(undefined);

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
  return createElement(ClientContext, { value: client }, children);
}

/** The client that the hooks of this component use. Throws on a server without a provider. */
export function useMizan(api: ApiDescriptor): Mizan {
  return use(ClientContext) ?? pageClient(api);
}
