/** Channels of a Mizan server in React. */

export { type ChannelHook, type ChannelHookOptions, useChannel } from './use-channel.js';
