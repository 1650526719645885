/**
 * Discovery: devices that share a topic find each other.
 *
 * It carries only small sealed messages. An adapter may lose, repeat or reorder them. It stores nothing and learns neither their
 * senders nor their contents.
 */

/** 32 bytes derived from a space's secret and the day. Equal on all devices of the space; random to everyone else. */
export type Topic = Uint8Array & { readonly brand: 'topic' }

export type DiscoveryStatus = 'reachable' | 'unreachable'

/** A TURN server with credentials that expire. */
export interface TurnServer {
  /** `turn:` or `turns:` URLs. */
  readonly urls: readonly string[]
  readonly username: string
  readonly credential: string
}

/** The interface of adapters. Each one passes `discovery.acceptance.ts`. */
export interface Discovery {
  /** Display name: "relay.example.org", "MQTT", "this browser". */
  readonly name: string

  /** Starts receiving what others publish on `topic`. Rejoins automatically after the connection was lost. */
  join(topic: Topic, listener: MeetingListener): Meeting

  /** Calls `listener` immediately with the current status, then on every change. @returns a function that unsubscribes */
  onStatus(listener: (status: DiscoveryStatus) => void): () => void

  /** Calls `listener` with each list of TURN servers that the relay sends. Each replaces the previous one; credentials expire. */
  onTurnServers?(listener: (servers: readonly TurnServer[]) => void): () => void

  /** Checks the connection now, because the page was in the background or the network changed. */
  refresh(): void

  /** Leaves all topics and disconnects permanently. */
  close(): void
}

export interface MeetingListener {
  /** Called once for each message, except for own ones. */
  receive(message: Uint8Array): void
  /** Called whenever the topic is joined or rejoined. Messages sent before may have been missed. */
  joined?(): void
}

/** A joined topic. */
export interface Meeting {
  /**
   * Resolves when messages of others are received.
   * @throws {DiscoveryError} `unreachable` if nothing answers within 10 s (retries continue), `refused` if the relay refuses the
   * topic, `left`
   */
  ready(): Promise<void>
  /**
   * Resolves when the message has been sent; delivery is not confirmed. At most `MESSAGE_LIMIT` bytes.
   * @throws {DiscoveryError} `too-large`, `left`, `unreachable` if there is no connection
   */
  publish(message: Uint8Array): Promise<void>
  leave(): void
}

/** Bytes. A sealed WebRTC offer needs about 1,000; the smallest limit among public brokers is 16 KiB. */
export const MESSAGE_LIMIT = 8 * 1024

/** Milliseconds after which `ready` rejects. */
export const READY_WITHIN = 10_000

export const TOPIC_BYTES = 32
