// What the generated types of channels allow and refuse, judged by the compiler alone.

import {
  type Joined,
  joinArrivalsChannel,
  joinKeepersTalkChannel,
  joinSightingsChannel,
  joinSilenceChannel,
  joinTheWeatherChannel,
  keepersTalkChannel,
} from './api/calls.js';
import {
  useArrivalsChannel,
  useKeepersTalkChannel,
  useSightingsChannel,
  useTheWeatherChannel,
} from './api/react.js';
import { testMizan } from './api/testing.js';
import type { Remark, RemarkIn, TheWeatherServerMessage } from './api/types.js';
import { keepersTalkClientMessageSchema } from './api/zod.js';

/** Fails to compile unless the two are the same type. */
function same<A, B>(
  ..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]
): void {}

export function joins(): void {
  const talk = joinKeepersTalkChannel(
    { cage_id: 1, topics: null },
    { keep: 10, onMessage: ({ loud }) => same<typeof loud, boolean>() },
  );
  same<typeof talk, Joined<RemarkIn, Remark>>();
  same<typeof talk.messages, readonly Remark[]>();
  talk.send({ text: 'x' });
  // @ts-expect-error: what is sent has a text
  talk.send({ loud: true });
  // @ts-expect-error: what is joined with says which cage
  joinKeepersTalkChannel({ language: 'de' });
  talk.leave();

  const arrivals = joinArrivalsChannel({ keep: 1 });
  same<typeof arrivals.messages, readonly string[]>();
  // @ts-expect-error: nobody but the server says something
  arrivals.send('x');

  const sightings = joinSightingsChannel({ cage_id: 1, anything: 5 });
  same<typeof sightings.messages, readonly never[]>();
  sightings.send({ kind: 'egg', count: 1 });
  // @ts-expect-error: there is no such kind
  sightings.send({ kind: 'stone' });

  same<ReturnType<typeof joinSilenceChannel>, Joined<never, never>>();
  joinTheWeatherChannel();
  joinTheWeatherChannel({ north: true });
  // @ts-expect-error: it is a boolean
  joinTheWeatherChannel({ north: 1 });
}

export function Talk({ id }: { readonly id: number | undefined }) {
  const { messages, send, status, missed } = useKeepersTalkChannel(id ? { cage_id: id } : null);
  same<typeof messages, readonly Remark[]>();
  same<typeof missed, number>();
  const weather = useTheWeatherChannel().messages.at(-1);
  same<typeof weather, TheWeatherServerMessage | undefined>();
  const arrivals = useArrivalsChannel({ keep: 5 });
  // @ts-expect-error: nobody but the server says something
  arrivals.send('x');
  const sightings = useSightingsChannel({ cage_id: 1 });
  const said = keepersTalkClientMessageSchema.safeParse({ text: 'x' });
  return (
    <button
      type="button"
      onClick={() => {
        send({ text: 'x' });
        sightings.send({ kind: 'nothing' });
      }}
    >
      {status} {missed} {weather} {said.success} {arrivals.messages.join()}
    </button>
  );
}

export const test = testMizan(
  { greet: 'Hello' },
  {
    retries: 1,
    channels: {
      'keepers.talk': {
        authorize: ({ cage_id }) => cage_id > 0,
        receive: ({ text }, call) => call.push({ text, loud: false }),
      },
      arrivals: {},
      sightings: {
        receive(message) {
          same<typeof message.kind, 'egg' | 'nothing'>();
        },
      },
    },
  },
);

test.push(keepersTalkChannel, { cage_id: 1 }, { text: 'x', loud: false });
// @ts-expect-error: what the server says is loud or not
test.push(keepersTalkChannel, { cage_id: 1 }, { text: 'x' });
