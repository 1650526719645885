/** automerge-repo's messages as bytes: CBOR, as its own adapters write it, and two more that say who is at the other end. */
import type { Message, PeerId, PeerMetadata } from '@automerge/automerge-repo/slim'
import { decode, encode } from 'cborg'
import { LinkError } from '../errors.ts'

/** Said when an adapter connects, and in answer. */
export interface Greeting {
  readonly type: 'arrive' | 'welcome'
  readonly senderId: PeerId
  readonly peerMetadata: PeerMetadata
}

/** Said when an adapter disconnects and the link stays. */
export interface Farewell {
  readonly type: 'leave'
  readonly senderId: PeerId
}

export type WireMessage = Greeting | Farewell | Message

/** Characters of an id. Those that automerge-repo makes have about 40. */
const ID_LIMIT = 256

const garbled = (what: string, options?: ErrorOptions) =>
  new LinkError('garbled', `The other side sent what is no message of automerge-repo: ${what}.`, options)

export const encodeWire = (message: WireMessage): Uint8Array => encode(message)

const isId = (value: unknown): value is PeerId => typeof value === 'string' && value !== '' && value.length <= ID_LIMIT

/** @throws {LinkError} `garbled` */
export const decodeWire = (bytes: Uint8Array): WireMessage => {
  let value: unknown
  try {
    value = decode(bytes, { rejectDuplicateMapKeys: true })
  } catch (cause) {
    throw garbled('it is no CBOR', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled('it is no map')
  const message = value as Record<string, unknown>
  const { type, senderId, targetId, documentId, data, peerMetadata } = message
  if (typeof type !== 'string') throw garbled('it has no type')
  if (!isId(senderId)) throw garbled('it has no sender')
  if (type === 'arrive' || type === 'welcome') {
    if (typeof peerMetadata !== 'object' || peerMetadata === null) throw garbled('its sender tells nothing about itself')
    return { type, senderId, peerMetadata }
  }
  if (type === 'leave') return { type, senderId }
  if (!isId(targetId)) throw garbled('it has no target')
  if (documentId !== undefined && typeof documentId !== 'string') throw garbled('its document id is no text')
  if (data !== undefined && !(data instanceof Uint8Array)) throw garbled('its data are no bytes')
  return message as unknown as Message
}
