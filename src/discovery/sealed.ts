/**
 * Seals signaling messages, so that the relay learns neither their senders nor their contents, and can neither change nor replay
 * them (`docs/formats/signalling.md`).
 */
import { type Cbor, toCbor } from '../bytes/cbor.ts'
import { concat, equalBytes, randomBytes, toBase64Url } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import type { HkdfLabel } from '../bytes/labels.ts'
import { MESSAGE_LIMIT, type Topic } from './discovery.ts'
import { SealedError } from './errors.ts'
import type { Day } from './topics.ts'

const VERSION = 1
export const SENDER_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const LENGTH_BYTES = 2
const HEAD = 1 + SENDER_BYTES + NONCE_BYTES

/** Allowed sizes of the sealed part in bytes. Padding hides all but the rough size of a message. */
const SIZES = [256, 1024, 2048, 4096, MESSAGE_LIMIT - HEAD - TAG_BYTES] as const
/** Maximum bytes of a body. */
export const BODY_LIMIT = SIZES[4] - LENGTH_BYTES

/** Authenticated context of a message, in addition to its key. */
export interface SealContext {
  readonly topic: Topic
  /** 0 if the topic does not change daily. */
  readonly day: Day | 0
  /** Number of the epoch of the secret. */
  readonly epoch: number
}

export interface Opened {
  /** 16 random bytes, chosen by the sender when it started. */
  readonly sender: Uint8Array<ArrayBuffer>
  readonly body: Uint8Array<ArrayBuffer>
}

export interface Sealer {
  /** @throws {SealedError} `too-large` */
  seal(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>>
  /** @throws {SealedError} `not-sealed` if altered or for another topic, day, epoch or secret; `replayed`; `own` */
  open(message: Uint8Array): Promise<Opened>
}

/** Nonces of the last three days, because the topics of yesterday, today and tomorrow are subscribed. */
export interface NonceMemory {
  /** @returns false if the nonce is known @param now milliseconds since 1970 */
  add(nonce: Uint8Array, now: number): boolean
}

const REMEMBERED = 3 * 24 * 60 * 60 * 1000
/** Maximum number of nonces; the oldest are dropped. Only devices with the key can add nonces, so only a faulty one reaches it. */
const MEMORY_LIMIT = 100_000

export const nonceMemory = (): NonceMemory => {
  // A Map iterates in insertion order, so the oldest come first.
  const seen = new Map<string, number>()
  return {
    add(nonce, now) {
      for (const [key, at] of seen) {
        if (at > now - REMEMBERED && seen.size < MEMORY_LIMIT) break
        seen.delete(key)
      }
      const key = toBase64Url(nonce)
      if (seen.has(key)) return false
      seen.set(key, now)
      return true
    },
  }
}

export interface SealerOptions extends SealContext {
  readonly secret: Uint8Array
  readonly label: Extract<HkdfLabel, 'tessera/signal/1' | 'tessera/pair/signal/1'>
  /** 16 random bytes, new at each start, that identify this device on the topic. */
  readonly sender: Uint8Array
  readonly nonces: NonceMemory
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const pad = (body: Uint8Array) => {
  const size = SIZES.find((candidate) => candidate >= body.length + LENGTH_BYTES)
  if (size === undefined) throw new SealedError('too-large', `A signal holds at most ${BODY_LIMIT} bytes, got ${body.length}.`)
  const padded = new Uint8Array(size)
  new DataView(padded.buffer).setUint16(0, body.length)
  padded.set(body, LENGTH_BYTES)
  return padded
}

const notSealed = (what: string, options?: ErrorOptions) =>
  new SealedError('not-sealed', `A message on the topic is not for this device: ${what}. It is ignored.`, options)

const unpad = (padded: Uint8Array<ArrayBuffer>) => {
  const length = new DataView(padded.buffer).getUint16(0)
  if (length > padded.length - LENGTH_BYTES) throw notSealed('its length is invalid')
  if (padded.subarray(LENGTH_BYTES + length).some((byte) => byte !== 0)) throw notSealed('its padding is not empty')
  return padded.slice(LENGTH_BYTES, LENGTH_BYTES + length)
}

/** Seals and opens the messages of one topic. */
export const sealer = async (options: SealerOptions): Promise<Sealer> => {
  const { secret, label, topic, day, epoch, nonces, now = Date.now } = options
  const self = new Uint8Array(options.sender)
  const raw = await hkdf(secret, label, topic)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])

  const parameters = (sender: Uint8Array, nonce: Uint8Array<ArrayBuffer>) => {
    const bound: Cbor = [label, topic, day, epoch, sender]
    return { name: 'AES-GCM', iv: nonce, additionalData: toCbor(bound) }
  }

  return {
    async seal(body) {
      const nonce = randomBytes(NONCE_BYTES)
      const sealed = await crypto.subtle.encrypt(parameters(self, nonce), key, pad(body))
      return concat(Uint8Array.of(VERSION), self, nonce, new Uint8Array(sealed))
    },
    async open(message) {
      if (message[0] !== VERSION) throw notSealed(`it has version ${message[0]}`)
      if (!SIZES.some((size) => message.length === HEAD + size + TAG_BYTES)) throw notSealed(`it has ${message.length} bytes`)
      const sender = message.slice(1, 1 + SENDER_BYTES)
      if (equalBytes(sender, self)) throw new SealedError('own', 'A message of this device came back. It is ignored.')
      const nonce = message.slice(1 + SENDER_BYTES, HEAD)
      let padded: ArrayBuffer
      try {
        padded = await crypto.subtle.decrypt(parameters(sender, nonce), key, message.slice(HEAD))
      } catch (cause) {
        throw notSealed('it was altered, or sealed with another key', { cause })
      }
      if (!nonces.add(nonce, now())) throw new SealedError('replayed', 'A message was seen before. It is ignored.')
      return { sender, body: unpad(new Uint8Array(padded)) }
    },
  }
}
