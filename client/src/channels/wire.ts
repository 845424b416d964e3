/** The frames of channels (protocol section 7). */

/**
 * JSON with the members of every object in order: equal values have equal texts. The server echoes
 * `params` as they were sent, but an order is nothing that whoever passes them on must keep.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** What tells subscriptions apart: the channel and the text of its parameters. */
export function keyOf(channel: string, params: string): string {
  return `${channel} ${params}`;
}

/** A frame about a channel; `params` and `data` are JSON. */
export function channelFrame(
  action: 'subscribe' | 'unsubscribe' | 'message',
  { channel, params }: { readonly channel: string; readonly params: string },
  data?: string,
): string {
  const more = data === undefined ? '' : `,"data":${data}`;
  return `{"action":"${action}","channel":${JSON.stringify(channel)},"params":${params}${more}}`;
}

/** Something that a living server answers and that changes nothing. */
export const PROBE = /*#__PURE__*/ channelFrame('unsubscribe', { channel: '', params: '{}' });

/** What a frame of the server may hold. */
export type Frame = Partial<
  Record<
    | 'channel'
    | 'params'
    | 'type'
    | 'authenticated'
    | 'subscribed'
    | 'unsubscribed'
    | 'error'
    | 'data',
    unknown
  >
>;

/** What a frame of the server holds; an empty object for what is none. */
export function parseFrame(text: string): Frame {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
