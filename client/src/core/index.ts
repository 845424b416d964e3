/** The kernel of a Mizan client: no framework, no dependency. */

export { createClient } from './client.js';
export type {
  ApiDescriptor,
  ContextDescriptor,
  Effect,
  FieldChoice,
  FieldSchema,
  FormDescriptor,
  FormSchema,
  FormsetDescriptor,
  FunctionDescriptor,
  Param,
} from './descriptor.js';
export type { Channel, Environment, PageData, Signal } from './environment.js';
export { MizanError } from './error.js';
export type { MizanEvent } from './event.js';
export { epochOf, onEpoch } from './identity.js';
export {
  type Hit,
  type InspectedInstance,
  type Inspection,
  inspect,
  onInspect,
} from './inspect.js';
export { mergeSlots } from './merge.js';
export type {
  Dehydrated,
  DehydratedInstance,
  Mizan,
  Observed,
  Opaque,
  Snapshot,
} from './mizan.js';
export { multipart } from './multipart.js';
export { observe } from './observe.js';
export type {
  CallOptions,
  Clock,
  MizanOptions,
  ReadOptions,
  Token,
  WatchOptions,
} from './options.js';
export { fetchContext, pageClient, prefetchContext, run } from './page.js';
export { type Patch, patch, upsertBy } from './patch.js';
export { dehydrate, fromPage, hydrate } from './priming.js';
export { share } from './share.js';
