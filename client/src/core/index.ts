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
export type { Hit, InspectedInstance, Inspection } from './inspect.js';
export type { Dehydrated, DehydratedInstance, Mizan, Observed, Snapshot } from './mizan.js';
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
export { share } from './share.js';
