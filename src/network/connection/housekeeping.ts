/** Wire format of the notes on the housekeeping channel: heartbeats, consumed bytes and the reason for closing. */
import { CHANNELS, type Channel, type CloseCode } from '../link.ts'

export type Note =
  | { readonly kind: 'ping' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'consumed'; readonly channel: Channel; readonly bytes: number }
  | { readonly kind: 'bye'; readonly code: CloseCode; readonly message: string }

const PING = 1
const PONG = 2
const CONSUMED = 3
const BYE = 4

/** Maximum bytes of the text of a `bye`. */
const BYE_LIMIT = 500

const CODES: readonly CloseCode[] = [
  'left',
  'refused',
  'garbled',
  'too-large',
  'flooded',
  'impersonated',
  'unreachable',
  'lost',
  'failed',
]

const channelOf = (id: number) => (Object.keys(CHANNELS) as Channel[]).find((name) => CHANNELS[name] === id)

export const encodeNote = (note: Note): Uint8Array<ArrayBuffer> => {
  switch (note.kind) {
    case 'ping':
      return Uint8Array.of(PING)
    case 'pong':
      return Uint8Array.of(PONG)
    case 'consumed': {
      const bytes = new Uint8Array(6)
      bytes.set([CONSUMED, CHANNELS[note.channel]])
      new DataView(bytes.buffer).setUint32(2, note.bytes)
      return bytes
    }
    case 'bye': {
      const text = new TextEncoder().encode(note.message).subarray(0, BYE_LIMIT)
      const bytes = new Uint8Array(2 + text.length)
      bytes.set([BYE, CODES.indexOf(note.code)])
      bytes.set(text, 2)
      return bytes
    }
  }
}

/** Decodes a note from the other side. Returns undefined if the bytes are not a valid note. */
export const decodeNote = (bytes: Uint8Array): Note | undefined => {
  const [kind, second] = bytes
  if (kind === PING && bytes.length === 1) return { kind: 'ping' }
  if (kind === PONG && bytes.length === 1) return { kind: 'pong' }
  if (kind === CONSUMED && bytes.length === 6) {
    const channel = channelOf(second ?? 0)
    return channel && { kind: 'consumed', channel, bytes: new DataView(bytes.buffer, bytes.byteOffset).getUint32(2) }
  }
  if (kind === BYE && bytes.length >= 2 && bytes.length <= 2 + BYE_LIMIT) {
    const code = CODES[second ?? CODES.length]
    return code && { kind: 'bye', code, message: new TextDecoder().decode(bytes.subarray(2)) }
  }
  return undefined
}
