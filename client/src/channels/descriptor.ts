/** What the generator knows of a channel, as a plain value. */

/** A channel of the server. A side that says nothing is `never`. */
export interface ChannelDescriptor<Params, ClientMessage, ServerMessage> {
  /** The name on the wire. */
  readonly name: string;
  /** The parameters that it takes; `null` where their names are not known beforehand. */
  readonly params: readonly string[] | null;
  /** Filled in where a parameter is left out: what the server takes for one is one here. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Carries the types, never a value. */
  readonly '~types'?: readonly [Params, ClientMessage, ServerMessage];
}
