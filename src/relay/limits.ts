import { RELAY_PING, RELAY_TOPIC_LIMIT } from '../discovery/relay/relay-wire.ts'
import { TURN_LIFE } from './ice-servers.ts'

/** Limits of a relay. The defaults suit a home or a small company and a machine with 256 MB of memory. */
export interface RelayLimits {
  readonly topicsPerConnection: number
  /** Topics that the clients of one address have joined together. A household, school or mobile network can share one. */
  readonly topicsPerAddress: number
  /** The same for the addresses of one network (IPv4 /24, IPv6 /48), because one customer can have many of them. */
  readonly topicsPerNetwork: number
  /**
   * Topics of all clients together. Each uses about 0.5 KB. Above half of it, `topicsPerAddress` and `topicsPerNetwork` shrink to
   * a sixteenth, so that the clients with most topics are refused and others can still join.
   */
  readonly topics: number
  /** Clients on one topic. Each message is forwarded to all of them. */
  readonly connectionsPerTopic: number
  /** Sustained frames per second of one connection. */
  readonly messagesPerSecond: number
  /** Burst of frames of one connection. A client joins all its topics when it reconnects. */
  readonly messagesAtOnce: number
  /** Sustained bytes per second forwarded for one address, counted once per receiver. */
  readonly forwardedPerSecond: number
  /** Burst of bytes forwarded for one address. 100 devices in small groups send about 16 MiB when all reconnect. */
  readonly forwardedAtOnce: number
  /** Connections from one address. A household, school or mobile network can share one. */
  readonly connectionsPerAddress: number
  readonly connections: number
  /** Sockets from one address, including downloads of the app. A browser opens six per page. */
  readonly socketsPerAddress: number
  readonly sockets: number
  /** Milliseconds after which a connected client gets new TURN credentials. */
  readonly turnRenewal: number
  /** Milliseconds without any frame after which a client is disconnected. */
  readonly idle: number
  /** Maximum milliseconds to receive the head of a request. */
  readonly head: number
  /** Maximum milliseconds that a download may stall. */
  readonly stalled: number
  /** Bytes that may be queued for a client that does not read. */
  readonly queued: number
  /** Bytes that may be queued for all clients together. Above it, `queued` shrinks to a sixteenth. */
  readonly queuedInAll: number
}

export const RELAY_LIMITS: RelayLimits = {
  topicsPerConnection: RELAY_TOPIC_LIMIT,
  topicsPerAddress: 16 * RELAY_TOPIC_LIMIT,
  topicsPerNetwork: 64 * RELAY_TOPIC_LIMIT,
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
