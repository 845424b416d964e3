/** The React adapter of a Mizan client. */

export type { Mizan } from '../core/index.js';
export { type CallHook, type MutateOptions, type UseCallOptions, useCall } from './call.js';
export type { CallMode, CallState } from './calls.js';
export { MizanProvider, type MizanProviderProps, useMizan } from './client.js';
export type { SlotOptions, StateOptions } from './options.js';
export {
  type ContextProps,
  ContextProvider,
  type ContextProviderProps,
  provideContext,
} from './scope.js';
export { useSlot } from './slot.js';
export { type SlotState, useSlotState } from './slot-state.js';
