/** Frames between client and relay: one byte for the kind, 32 bytes for the topic, then the body (`docs/formats/relay.md`). */
import { MESSAGE_LIMIT, TOPIC_BYTES, type Topic, type TurnServer } from '../discovery.ts'

export type { TurnServer } from '../discovery.ts'

/** WebSocket subprotocol. Its version lets later relays support older clients. */
export const RELAY_PROTOCOL = 'tessera-relay-1'

/** Maximum bytes of a frame. */
export const RELAY_FRAME_LIMIT = 1 + TOPIC_BYTES + MESSAGE_LIMIT

/** Maximum topics that one connection may have joined at the same time. */
export const RELAY_TOPIC_LIMIT = 128

/** Milliseconds without data after which a client sends a ping. The relay disconnects idle clients after several times that. */
export const RELAY_PING = 25_000

const JOIN = 1
const LEAVE = 2
const MESSAGE = 3
const PING = 4
const TURN_SERVERS = 5

/**
 * To the relay: join, leave, message, ping. From the relay: join (confirms a join), leave (refuses a join), messages of others,
 * ping (answers a ping), and TURN servers with credentials that expire.
 */
export type RelayFrame =
  | { readonly kind: 'join' | 'leave'; readonly topic: Topic }
  | { readonly kind: 'message'; readonly topic: Topic; readonly body: Uint8Array }
  | { readonly kind: 'ping' }
  | { readonly kind: 'turn-servers'; readonly servers: readonly TurnServer[] }

/** Maximum TURN servers that a relay may send, and maximum URLs of one. Browsers become slow with more than a few. */
export const TURN_SERVER_LIMIT = 8

/** Maximum characters of a user name, credential or URL. */
const CREDENTIAL_LIMIT = 512

/** RFC 7065. A browser rejects the whole configuration if one URL is invalid. */
export const TURN_URL = /^turns?:(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= CREDENTIAL_LIMIT

const isTurnServer = (value: unknown): value is TurnServer => {
  if (typeof value !== 'object' || value === null) return false
  const { urls, username, credential } = value as Partial<Record<keyof TurnServer, unknown>>
  return (
    isText(username) &&
    isText(credential) &&
    Array.isArray(urls) &&
    urls.length > 0 &&
    urls.length <= TURN_SERVER_LIMIT &&
    urls.every((url) => isText(url) && TURN_URL.test(url))
  )
}

const decodeTurnServers = (bytes: Uint8Array): RelayFrame | undefined => {
  try {
    const servers: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (!Array.isArray(servers) || servers.length > TURN_SERVER_LIMIT || !servers.every(isTurnServer)) return undefined
    return { kind: 'turn-servers', servers }
  } catch {
    // Invalid UTF-8 or JSON makes the frame malformed.
    return undefined
  }
}

/** Close codes of a relay. WebSocket reserves 4000 to 4999 for applications. */
export const RELAY_CLOSED = {
  malformed: 4400,
  idle: 4408,
  tooManyMessages: 4429,
  tooSlow: 4431,
  leaving: 1001,
} as const

export const encodeRelayFrame = (frame: RelayFrame): Uint8Array<ArrayBuffer> => {
  if (frame.kind === 'ping') return Uint8Array.of(PING)
  if (frame.kind === 'turn-servers')
    return Uint8Array.of(TURN_SERVERS, ...new TextEncoder().encode(JSON.stringify(frame.servers)))
  const body = frame.kind === 'message' ? frame.body : undefined
  const bytes = new Uint8Array(1 + TOPIC_BYTES + (body?.length ?? 0))
  bytes[0] = frame.kind === 'join' ? JOIN : frame.kind === 'leave' ? LEAVE : MESSAGE
  bytes.set(frame.topic, 1)
  if (body) bytes.set(body, 1 + TOPIC_BYTES)
  return bytes
}

/** Decodes a frame. Returns undefined if the bytes are not a valid frame. */
export const decodeRelayFrame = (bytes: Uint8Array): RelayFrame | undefined => {
  const kind = bytes[0]
  if (kind === PING) return bytes.length === 1 ? { kind: 'ping' } : undefined
  if (kind === TURN_SERVERS) return bytes.length <= RELAY_FRAME_LIMIT ? decodeTurnServers(bytes.subarray(1)) : undefined
  if (bytes.length < 1 + TOPIC_BYTES || bytes.length > RELAY_FRAME_LIMIT) return undefined
  const topic = bytes.slice(1, 1 + TOPIC_BYTES) as Uint8Array as Topic
  if (kind === MESSAGE) return { kind: 'message', topic, body: bytes.slice(1 + TOPIC_BYTES) }
  if (bytes.length !== 1 + TOPIC_BYTES) return undefined
  if (kind === JOIN) return { kind: 'join', topic }
  if (kind === LEAVE) return { kind: 'leave', topic }
  return undefined
}
