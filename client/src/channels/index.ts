/** Channels: one socket for all of a page's, no framework, no dependency. */

export type { ChannelDescriptor } from './descriptor.js';
export {
  type Joined,
  type JoinOptions,
  joinChannel,
  type ObservedChannel,
  observeChannel,
} from './join.js';
export type { ChannelSnapshot, ChannelStatus } from './subscription.js';
