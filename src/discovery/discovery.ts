/**
 * Discovery: how devices that share a topic find each other.
 *
 * It carries small sealed messages and nothing else. An adapter may lose, repeat or reorder them, keeps nothing, and learns
 * neither who sends nor what is said.
 */

/** 32 bytes derived from a space's secret and the day; equal on every member's device, noise to others. */
export type Topic = Uint8Array & { readonly brand: 'topic' }

export type DiscoveryStatus = 'reachable' | 'unreachable'

/** A TURN server with credentials that expire. */
export interface TurnServer {
  /** `turn:` or `turns:` addresses. */
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

/** What an adapter offers. Each one passes `discovery.acceptance.ts`. */
export interface Discovery {
  /** Shown to people: "relay.example.org", "MQTT", "this browser". */
  readonly name: string

  /** Starts receiving what others publish on `topic`, now and, by itself, whenever the way there is lost and found again. */
  join(topic: Topic, listener: MeetingListener): Meeting

  /** Called at once with the present status, then at every change. @returns a function that stops it */
  onStatus(listener: (status: DiscoveryStatus) => void): () => void

  /** Called with every set of TURN servers that the other side gives; each replaces the one before. Their credentials expire. */
  onTurnServers?(listener: (servers: readonly TurnServer[]) => void): () => void

  /** Looks at once whether the way still works, instead of waiting: the page was away, or the network changed. */
  refresh(): void

  /** Leaves everything, for good. */
  close(): void
}

export interface MeetingListener {
  /** Called once for each message, never with one's own. */
  receive(message: Uint8Array): void
  /** Called each time that the topic is joined, so each time that somebody may have been missed before. */
  joined?(): void
}

/** A topic that was joined. */
export interface Meeting {
  /**
   * Resolves when others are heard.
   * @throws {DiscoveryError} `unreachable` when nothing answers within ten seconds (it goes on trying), `refused` when the other
   * side says no, `left`
   */
  ready(): Promise<void>
  /**
   * Resolves when the message left this device; says nothing about arrival. At most `MESSAGE_LIMIT` bytes.
   * @throws {DiscoveryError} `too-large`, `left`, `unreachable` when there is no way at present
   */
  publish(message: Uint8Array): Promise<void>
  leave(): void
}

/** Bytes. A sealed WebRTC offer needs about 1,000; the smallest limit among public brokers is 16 KiB. */
export const MESSAGE_LIMIT = 8 * 1024

/** Milliseconds until `ready` gives up waiting. */
export const READY_WITHIN = 10_000

export const TOPIC_BYTES = 32
