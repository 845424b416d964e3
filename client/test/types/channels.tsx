/** What channels accept and give. Nothing here runs: `tsc` is the test. */

import { expectTypeOf } from 'vitest';
import {
  type ChannelDescriptor,
  type ChannelStatus,
  type Joined,
  joinChannel,
} from '../../src/channels/index.js';
import type { MizanError } from '../../src/core/index.js';
import { useChannel } from '../../src/react-channels/index.js';
import type { ChannelStub, TestMizan } from '../../src/testing/index.js';
import { api } from '../core/kit.js';

interface Room {
  room: string;
  page?: number | undefined;
}
interface Say {
  text: string;
}
interface Heard {
  from: string;
  text: string;
}

declare const chat: ChannelDescriptor<Room, Say, Heard>;
declare const news: ChannelDescriptor<Record<never, never>, never, Heard>;
declare const log: ChannelDescriptor<Room, Say, never>;

export function Joins(): void {
  const joined = joinChannel(api, chat, { room: 'a' }, { keep: 3, onMessage: ({ from }) => from });
  expectTypeOf(joined).toEqualTypeOf<Joined<Say, Heard>>();
  expectTypeOf(joined.messages).toEqualTypeOf<readonly Heard[]>();
  expectTypeOf(joined.status).toEqualTypeOf<ChannelStatus>();
  expectTypeOf(joined.error).toEqualTypeOf<MizanError | undefined>();
  expectTypeOf(joined.send({ text: 'x' })).toEqualTypeOf<boolean>();
  // @ts-expect-error The text is missing.
  joined.send({});
  // @ts-expect-error That is what the server says.
  joined.send({ from: 'me' });
  // @ts-expect-error A message is not to be changed.
  joined.messages.push({ from: 'me', text: 'x' });
  // @ts-expect-error The room is missing.
  joinChannel(api, chat, {});
  // @ts-expect-error It is a text.
  joinChannel(api, chat, { room: 1 });
  // @ts-expect-error No such parameter.
  joinChannel(api, chat, { room: 'a', other: 1 });
  // @ts-expect-error Messages have no such member.
  joinChannel(api, chat, { room: 'a' }, { onMessage: ({ to }) => to });
  // @ts-expect-error Nobody says anything to news.
  joinChannel(api, news, {}).send({ text: 'x' });
  expectTypeOf(joinChannel(api, log, { room: 'a' }).messages).toEqualTypeOf<readonly never[]>();
}

export function Hooks(): null {
  const hook = useChannel(api, chat, { room: 'a' });
  expectTypeOf(hook.messages).toEqualTypeOf<readonly Heard[]>();
  expectTypeOf(hook.missed).toEqualTypeOf<number>();
  expectTypeOf(hook.send).toEqualTypeOf<(message: Say) => boolean>();
  expectTypeOf(useChannel(api, news, {}, { skip: true, keep: 1 }).send)
    .parameter(0)
    .toBeNever();
  useChannel(api, chat, null);
  // @ts-expect-error Nothing is `null`.
  useChannel(api, chat, undefined);
  // @ts-expect-error The client is that of the provider.
  useChannel(api, chat, { room: 'a' }, { client: undefined });
  return null;
}

export function Tests({ push }: TestMizan): void {
  const stub: ChannelStub<Room, Say, Heard> = {
    authorize: ({ room }) => room !== 'shut',
    receive: ({ text }, { params, push }) => push({ from: params.room, text }),
  };
  const silent: ChannelStub<Record<never, never>, never, Heard> = {};
  // @ts-expect-error It says who.
  const wrong: ChannelStub<Room, Say, Heard> = { receive: (_, { push }) => push({ text: 'x' }) };
  expectTypeOf(push(chat, { room: 'a' }, { from: 'me', text: 'x' })).toEqualTypeOf<number>();
  // @ts-expect-error The room is missing.
  push(chat, {}, { from: 'me', text: 'x' });
  // @ts-expect-error The server says nothing there.
  push(log, { room: 'a' }, { text: 'x' });
  void [stub, silent, wrong];
}
