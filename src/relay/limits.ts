import { RELAY_PING, RELAY_TOPIC_LIMIT } from '../discovery/relay/relay-wire.ts'
import { TURN_LIFE } from './ice-servers.ts'

/** What a relay allows. The defaults fit a home or a small company, and a machine with 256 MB. */
export interface RelayLimits {
  readonly topicsPerConnection: number
  /** Topics of all clients together: each costs about 0.5 KB. */
  readonly topics: number
  /** Devices on one topic: each message is forwarded to all of them. */
  readonly connectionsPerTopic: number
  /** Frames a second and connection, over time … */
  readonly messagesPerSecond: number
  /** … and at once: a client joins all its topics when it comes back. */
  readonly messagesAtOnce: number
  /** Bytes a second that are forwarded for one address, counted once for each receiver, over time … */
  readonly forwardedPerSecond: number
  /** … and at once: 100 devices of small groups that all reconnect send about 16 MiB. */
  readonly forwardedAtOnce: number
  /** A household, school or mobile network can share one address. */
  readonly connectionsPerAddress: number
  readonly connections: number
  /** Sockets of one address, downloads of the app included: a browser opens six for each page. */
  readonly socketsPerAddress: number
  readonly sockets: number
  /** Milliseconds after which a connected client gets new TURN credentials. */
  readonly turnRenewal: number
  /** Milliseconds without any frame. */
  readonly idle: number
  /** Milliseconds that the head of a request may take. */
  readonly head: number
  /** Milliseconds that a download may stall. */
  readonly stalled: number
  /** Bytes that may wait for a client that does not read. */
  readonly queued: number
  /** Bytes that may wait for all clients together. Above it, `queued` shrinks to a sixteenth. */
  readonly queuedInAll: number
}

export const RELAY_LIMITS: RelayLimits = {
  topicsPerConnection: RELAY_TOPIC_LIMIT,
  topics: 200_000,
  connectionsPerTopic: 256,
  messagesPerSecond: 40,
  messagesAtOnce: 400,
  forwardedPerSecond: 4 * 1024 * 1024,
  forwardedAtOnce: 64 * 1024 * 1024,
  connectionsPerAddress: 100,
  connections: 10_000,
  socketsPerAddress: 700,
  sockets: 12_000,
  turnRenewal: TURN_LIFE / 2,
  idle: RELAY_PING * 4,
  head: 10_000,
  stalled: 30_000,
  queued: 1024 * 1024,
  queuedInAll: 64 * 1024 * 1024,
}
