/** Encodes automerge-repo's messages as CBOR, like its own adapters, and adds messages to introduce a peer and to leave. */
import type { Message, PeerId, PeerMetadata } from '@automerge/automerge-repo/slim'
import { decode, encode } from 'cborg'
import { LinkError } from '../errors.ts'

/** Sent when an adapter connects (`arrive`) and as the reply (`welcome`). */
export interface Greeting {
  readonly type: 'arrive' | 'welcome'
  readonly senderId: PeerId
  readonly peerMetadata: PeerMetadata
}

/** Sent when an adapter disconnects but the link stays open. */
export interface Farewell {
  readonly type: 'leave'
  readonly senderId: PeerId
}

export type WireMessage = Greeting | Farewell | Message

/** Maximum characters of an id. Ids made by automerge-repo have about 40. */
const ID_LIMIT = 256

const garbled = (what: string, options?: ErrorOptions) =>
  new LinkError('garbled', `The other side sent an invalid automerge-repo message: ${what}.`, options)

export const encodeWire = (message: WireMessage): Uint8Array => encode(message)

const isId = (value: unknown): value is PeerId => typeof value === 'string' && value !== '' && value.length <= ID_LIMIT

/** @throws {LinkError} `garbled` */
export const decodeWire = (bytes: Uint8Array): WireMessage => {
  let value: unknown
  try {
    value = decode(bytes, { rejectDuplicateMapKeys: true })
  } catch (cause) {
    throw garbled('it is not valid CBOR', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw garbled('it is not a map')
  const message = value as Record<string, unknown>
  const { type, senderId, targetId, documentId, data, peerMetadata } = message
  if (typeof type !== 'string') throw garbled('it has no type')
  if (!isId(senderId)) throw garbled('it has no sender')
  if (type === 'arrive' || type === 'welcome') {
    if (typeof peerMetadata !== 'object' || peerMetadata === null) throw garbled('it has no peer metadata')
    return { type, senderId, peerMetadata }
  }
  if (type === 'leave') return { type, senderId }
  if (!isId(targetId)) throw garbled('it has no target')
  if (documentId !== undefined && typeof documentId !== 'string') throw garbled('its document id is not a string')
  if (data !== undefined && !(data instanceof Uint8Array)) throw garbled('its data is not a byte string')
  return message as unknown as Message
}
