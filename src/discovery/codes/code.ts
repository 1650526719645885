/**
 * The code that one device shows and another scans, pastes or types (`docs/formats/code.md`).
 *
 * Its text is base32 in capitals. A QR code stores it in the compact alphanumeric mode, and it can be read aloud, typed in either
 * case, and split into groups.
 */
import { type Cbor, fromCbor, toCbor } from '../../bytes/cbor.ts'
import { concat, fromBase32, toBase32 } from '../../bytes/encoding.ts'
import { codeExpired, codeGarbled, codeNewer } from '../errors.ts'
import { crc32 } from './checksum.ts'

const VERSION = 1
const SECRET_BYTES = 16
const FINGERPRINT_BYTES = 32
const HINT_BYTES = 8
const CHECKSUM_BYTES = 4
/** Maximum characters of a relay's URL, and maximum number of relays: a cheap camera must be able to read the code. */
const RELAY_LIMIT = 200
const RELAYS_LIMIT = 4
/** Maximum bytes of a packed description. */
const DESCRIPTION_LIMIT = 512
/** Maximum characters of a text that is parsed as a code. */
const TEXT_LIMIT = 4_000

const KINDS = { 'own-device': 1, invite: 2, answer: 3 } as const

/** For another device of the same person. */
export interface OwnDeviceCode {
  readonly kind: 'own-device'
  /** 16 random bytes, used once. */
  readonly secret: Uint8Array
  /** Milliseconds since 1970, a whole second. */
  readonly expires: number
  /** First 8 bytes of the home id of the device that shows the code, to recognize codes of the same profile. */
  readonly home: Uint8Array
  /** SHA-256 of that device's certificate; the connection must use it. */
  readonly fingerprint: Uint8Array
  /** URLs of the relays on which that device waits. */
  readonly relays: readonly string[]
  /** Its packed offer, for pairing without a relay. The offer contains the fingerprint. */
  readonly offer?: Uint8Array
}

/** The code that a device shows after it scanned a code with an offer: its packed answer, sealed with the code's secret. */
export interface AnswerCode {
  readonly kind: 'answer'
  readonly expires: number
  readonly sealed: Uint8Array
}

export type Code = OwnDeviceCode | AnswerCode

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000)

const payloadOf = (code: Code): Cbor => {
  if (code.kind === 'answer') return [seconds(code.expires), code.sealed]
  const { secret, expires, home, fingerprint, relays, offer } = code
  // A packed offer contains the fingerprint, so omit it here.
  return [seconds(expires), secret, home, offer ? null : fingerprint, relays, offer ?? null]
}

/** The text of a code: capitals and digits only. */
export const encodeCode = (code: Code): string => {
  const body = concat(Uint8Array.of((VERSION << 4) | KINDS[code.kind]), toCbor(payloadOf(code)))
  const checksum = new Uint8Array(CHECKSUM_BYTES)
  new DataView(checksum.buffer).setUint32(0, crc32(body))
  return toBase32(concat(body, checksum)).toUpperCase()
}

/** A link that opens the app at the code. The part after `#` is never sent to a server. */
export const codeLink = (publicUrl: string, text: string): string => {
  const url = new URL(publicUrl)
  url.hash = text
  return url.href
}

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
  if (text.length > TEXT_LIMIT) throw codeGarbled(`it has ${text.length} characters`)
  const fragment = text.slice(text.lastIndexOf('#') + 1)
  const compact = fragment.replace(/[\s\-_.]+/g, '').toLowerCase()
  if (compact === '') throw codeGarbled('it is empty')
  // 0 and 1 are not in the alphabet, so they are misread letters.
  const bytes = fromBase32(compact.replaceAll('0', 'o').replaceAll('1', 'l'))
  if (!bytes) throw codeGarbled('it has invalid characters or is cut off')
  const body = bytes.subarray(0, -CHECKSUM_BYTES)
  if (body.length < 2) throw codeGarbled('it is cut off')
  if (new DataView(bytes.buffer).getUint32(body.length) !== crc32(body)) throw codeGarbled('its checksum is wrong')
  return body
}

const isBytes = (value: unknown, length: number): value is Uint8Array => value instanceof Uint8Array && value.length === length

const isSmall = (value: unknown): value is Uint8Array => value instanceof Uint8Array && value.length <= DESCRIPTION_LIMIT

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

const isRelay = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= RELAY_LIMIT && /^wss?:$/.test(URL.canParse(value) ? new URL(value).protocol : '')

const ownDeviceCode = (payload: readonly unknown[], fingerprintOf: (offer: Uint8Array) => Uint8Array): OwnDeviceCode => {
  const [expires, secret, home, named, relays, offer] = payload
  if (payload.length !== 6 || !isTime(expires) || !isBytes(secret, SECRET_BYTES) || !isBytes(home, HINT_BYTES)) {
    throw codeGarbled('it has invalid fields')
  }
  if (!Array.isArray(relays) || relays.length > RELAYS_LIMIT || !relays.every(isRelay))
    throw codeGarbled('its relays are invalid')
  if (offer !== null && !isSmall(offer)) throw codeGarbled('its offer is invalid')
  const fingerprint = offer ? fingerprintOf(offer) : named
  if (!isBytes(fingerprint, FINGERPRINT_BYTES)) throw codeGarbled('its fingerprint is invalid')
  return { kind: 'own-device', secret, expires: expires * 1000, home, fingerprint, relays, ...(offer && { offer }) }
}

const answerCode = (payload: readonly unknown[]): AnswerCode => {
  const [expires, sealed] = payload
  if (payload.length !== 2 || !isTime(expires) || !isSmall(sealed)) throw codeGarbled('it has invalid fields')
  return { kind: 'answer', expires: expires * 1000, sealed }
}

export interface ParseOptions {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Reads the fingerprint from a packed offer: `packedFingerprint`. @throws if it is not an offer */
  readonly fingerprintOf: (offer: Uint8Array) => Uint8Array
}

/**
 * Parses a code, or a link with the code as fragment. Ignores case, spaces, line breaks and dashes.
 * @throws {CodeError} `code-garbled`; `code-newer` if a newer version wrote it; `code-expired`
 */
export const parseCode = (text: string, { now, fingerprintOf }: ParseOptions): Code => {
  const body = bytesOf(text)
  const head = body[0] ?? 0
  const version = head >> 4
  const kind = head & 15
  if (version > VERSION) throw codeNewer(version, VERSION)
  // Kinds of later versions, such as invitations to a space.
  if (version === VERSION && kind !== KINDS['own-device'] && kind !== KINDS.answer) throw codeNewer(VERSION + 1, VERSION)
  if (version !== VERSION) throw codeGarbled(`it has version ${version}`)
  let payload: unknown
  try {
    payload = fromCbor(body.subarray(1))
  } catch (cause) {
    throw codeGarbled('its contents are not valid CBOR', { cause })
  }
  if (!Array.isArray(payload)) throw codeGarbled('it has invalid fields')
  const code = kind === KINDS.answer ? answerCode(payload) : ownDeviceCode(payload, fingerprintOf)
  if (code.expires <= now) throw codeExpired(Math.ceil((now - code.expires) / 1000))
  return code
}
