/** What a client and the relay say to each other: one byte of kind, 32 of topic, then the body (`docs/formats/relay.md`). */
import { MESSAGE_LIMIT, TOPIC_BYTES, type Topic } from './discovery.ts'

/** Named in the WebSocket handshake, so that a later relay can speak to older clients. */
export const RELAY_PROTOCOL = 'tessera-relay-1'

/** Bytes of the largest frame. */
export const RELAY_FRAME_LIMIT = 1 + TOPIC_BYTES + MESSAGE_LIMIT

/** Topics that one connection may have joined at a time. */
export const RELAY_TOPIC_LIMIT = 128

/** Milliseconds of silence after which a client asks for a sign of life. A relay hangs up after several times that. */
export const RELAY_PING = 25_000

const JOIN = 1
const LEAVE = 2
const MESSAGE = 3
const PING = 4

/** To the relay: join, leave, publish, ping. From it: joined, refused (in answer to join), a message of others, pong. */
export type RelayFrame =
  | { readonly kind: 'join' | 'leave'; readonly topic: Topic }
  | { readonly kind: 'message'; readonly topic: Topic; readonly body: Uint8Array }
  | { readonly kind: 'ping' }

/** Close codes of a relay, in the range that WebSocket leaves to applications. */
export const RELAY_CLOSED = {
  malformed: 4400,
  idle: 4408,
  tooManyMessages: 4429,
  tooSlow: 4431,
  leaving: 1001,
} as const

export const encodeRelayFrame = (frame: RelayFrame): Uint8Array<ArrayBuffer> => {
  if (frame.kind === 'ping') return Uint8Array.of(PING)
  const body = frame.kind === 'message' ? frame.body : undefined
  const bytes = new Uint8Array(1 + TOPIC_BYTES + (body?.length ?? 0))
  bytes[0] = frame.kind === 'join' ? JOIN : frame.kind === 'leave' ? LEAVE : MESSAGE
  bytes.set(frame.topic, 1)
  if (body) bytes.set(body, 1 + TOPIC_BYTES)
  return bytes
}

/** The frame that `bytes` hold, or undefined for anything else. */
export const decodeRelayFrame = (bytes: Uint8Array): RelayFrame | undefined => {
  const kind = bytes[0]
  if (kind === PING) return bytes.length === 1 ? { kind: 'ping' } : undefined
  if (bytes.length < 1 + TOPIC_BYTES || bytes.length > RELAY_FRAME_LIMIT) return undefined
  const topic = bytes.slice(1, 1 + TOPIC_BYTES) as Uint8Array as Topic
  if (kind === MESSAGE) return { kind: 'message', topic, body: bytes.slice(1 + TOPIC_BYTES) }
  if (bytes.length !== 1 + TOPIC_BYTES) return undefined
  if (kind === JOIN) return { kind: 'join', topic }
  if (kind === LEAVE) return { kind: 'leave', topic }
  return undefined
}
