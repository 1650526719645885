import { RELAY_PING, RELAY_TOPIC_LIMIT } from '../discovery/relay-wire.ts'

/** What a relay allows. The defaults fit a home or a small company, and a machine with 256 MB. */
export interface RelayLimits {
  readonly topicsPerConnection: number
  /** Devices on one topic: each message is forwarded to all of them. */
  readonly connectionsPerTopic: number
  /** Frames a second and connection, over time … */
  readonly messagesPerSecond: number
  /** … and at once: a client joins all its topics when it comes back. */
  readonly messagesAtOnce: number
  /** A household, school or mobile network can share one address. */
  readonly connectionsPerAddress: number
  readonly connections: number
  /** Milliseconds without any frame. */
  readonly idle: number
  /** Bytes that may wait for a client that does not read. */
  readonly queued: number
}

export const RELAY_LIMITS: RelayLimits = {
  topicsPerConnection: RELAY_TOPIC_LIMIT,
  connectionsPerTopic: 256,
  messagesPerSecond: 40,
  messagesAtOnce: 400,
  connectionsPerAddress: 100,
  connections: 10_000,
  idle: RELAY_PING * 4,
  queued: 1024 * 1024,
}
