/** A client in a room, to begin a test with. */

import { type JoinOptions, joinChannel } from '../../src/channels/index.js';
import { api, type ChannelKit, channelKit, chat } from './kit.js';

/** The parameters of the room as the server reads them. */
export const A = '{"page":1,"room":"a"}';

export function join(k: ChannelKit, room = 'a', options?: JoinOptions<{ readonly n: number }>) {
  return joinChannel(api, chat, { room }, { client: k.client, ...options });
}

export async function joined() {
  const k = await channelKit();
  const a = join(k);
  await k.calm();
  const say = (n: number) => k.server.broadcast('chat', { page: 1, room: 'a' }, () => ({ n }));
  const numbers = () => a.messages.map(({ n }) => n);
  return { k, a, say, numbers };
}
