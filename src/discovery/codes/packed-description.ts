/**
 * Packs session descriptions for QR codes. Of about 700 bytes of SDP only about 100 vary; the rest is the same in all descriptions
 * of data channels (`docs/formats/packed-description.md`).
 */
import { codeGarbled } from '../errors.ts'
import { formatAddress, parseAddress } from './packed-address.ts'

/** A session description, as used by `RTCPeerConnection`. */
export interface Description {
  readonly type: 'offer' | 'answer'
  readonly sdp: string
}

const TYPES = ['offer', 'answer'] as const
const SETUPS = ['actpass', 'active', 'passive'] as const
const CANDIDATE_TYPES = ['host', 'srflx', 'relay'] as const
type CandidateType = (typeof CANDIDATE_TYPES)[number]

/** Maximum candidates of each type. Cheap cameras can read about 150 bytes; an address takes 7 or 19. */
const KEPT: Readonly<Record<CandidateType, number>> = { host: 3, srflx: 2, relay: 1 }
/** RFC 8445, section 5.1.2.2. */
const TYPE_PREFERENCE: Readonly<Record<CandidateType, number>> = { host: 126, srflx: 100, relay: 0 }

/** The 64 characters of ICE names and passwords (RFC 8445, section 5.3), six bits each. */
const ICE_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const FINGERPRINT_BYTES = 32
const UFRAG = { least: 4, most: 32 } as const
const PASSWORD = { least: 22, most: 64 } as const

interface Candidate {
  readonly type: CandidateType
  /** 4 bytes for IPv4, 16 for IPv6, 16 for the UUID of a `.local` name. */
  readonly address: { readonly kind: 0 | 1 | 2; readonly bytes: Uint8Array }
  readonly port: number
}

const packText = (text: string): number[] => {
  const bytes = [text.length]
  let held = 0
  let bits = 0
  for (const character of text) {
    held = (held << 6) | ICE_CHARACTERS.indexOf(character)
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((held >> bits) & 255)
    held &= (1 << bits) - 1
  }
  if (bits > 0) bytes.push((held << (8 - bits)) & 255)
  return bytes
}

const attribute = (lines: readonly string[], name: string): string => {
  const found = lines.filter((line) => line.startsWith(`a=${name}:`))
  const [line] = found
  if (found.length !== 1 || !line) throw codeGarbled(`its description has ${found.length} "${name}" attributes instead of one`)
  return line.slice(name.length + 3)
}

const iceText = (lines: readonly string[], name: string, { least, most }: { least: number; most: number }) => {
  const text = attribute(lines, name)
  if (text.length < least || text.length > most || ![...text].every((character) => ICE_CHARACTERS.includes(character))) {
    throw codeGarbled(`its description has an invalid ${name}`)
  }
  return text
}

const fingerprintIn = (lines: readonly string[]) => {
  const [algorithm, digits] = attribute(lines, 'fingerprint').split(' ')
  const bytes = (digits ?? '').split(':').map((pair) => (/^[0-9A-Fa-f]{2}$/.test(pair) ? Number.parseInt(pair, 16) : Number.NaN))
  if (algorithm?.toLowerCase() !== 'sha-256' || bytes.length !== FINGERPRINT_BYTES || bytes.some(Number.isNaN)) {
    throw codeGarbled('its description has no SHA-256 fingerprint')
  }
  return bytes
}

const isCandidateType = (text: string | undefined): text is CandidateType => CANDIDATE_TYPES.some((type) => type === text)

/** Parses UDP candidates with a supported address. Others are omitted: they have such an alternative or cannot work with a code. */
const candidateIn = (line: string): (Candidate & { readonly priority: number }) | undefined => {
  const [, , transport, priority, host, port, , type] = line.slice('a=candidate:'.length).split(' ')
  if (transport?.toLowerCase() !== 'udp' || !isCandidateType(type)) return undefined
  const address = parseAddress(host ?? '')
  if (!address || !/^\d{1,5}$/.test(port ?? '') || Number(port) > 65_535) return undefined
  return { type, address, port: Number(port), priority: Number(priority) }
}

const isLoopback = ({ address: { kind, bytes } }: Candidate) =>
  kind === 0 ? bytes[0] === 127 : kind === 1 && bytes.every((byte, index) => byte === (index === 15 ? 1 : 0))

const chosen = (lines: readonly string[]): Candidate[] => {
  const all = lines
    .filter((line) => line.startsWith('a=candidate:'))
    .map(candidateIn)
    .filter((candidate) => candidate !== undefined)
  const reachable = all.some((candidate) => !isLoopback(candidate)) ? all.filter((candidate) => !isLoopback(candidate)) : all
  return CANDIDATE_TYPES.flatMap((type) =>
    reachable
      .filter((candidate) => candidate.type === type)
      .sort((one, other) => other.priority - one.priority)
      .slice(0, KEPT[type]),
  )
}

/**
 * Packs a description of data channels with all candidates.
 * @throws {CodeError} `code-garbled` if it differs from those that browsers create
 */
export const packDescription = ({ type, sdp }: Description): Uint8Array<ArrayBuffer> => {
  const lines = sdp.split(/\r?\n/)
  if (lines.filter((line) => line.startsWith('m=')).length !== 1)
    throw codeGarbled('its description does not have exactly one section')
  if (attribute(lines, 'mid') !== '0') throw codeGarbled('its description has a section id other than 0')
  if (attribute(lines, 'sctp-port') !== '5000') throw codeGarbled('its description has an SCTP port other than 5000')
  const role = attribute(lines, 'setup')
  const setup = (SETUPS as readonly string[]).indexOf(role)
  if (setup < 0) throw codeGarbled('its description has an unknown DTLS role')
  return Uint8Array.from([
    TYPES.indexOf(type) | (setup << 1),
    ...packText(iceText(lines, 'ice-ufrag', UFRAG)),
    ...packText(iceText(lines, 'ice-pwd', PASSWORD)),
    ...fingerprintIn(lines),
    ...chosen(lines).flatMap(({ type: kind, address, port }) => [
      CANDIDATE_TYPES.indexOf(kind) | (address.kind << 2),
      ...address.bytes,
      port >> 8,
      port & 255,
    ]),
  ])
}

interface Unpacked {
  readonly type: 'offer' | 'answer'
  readonly setup: (typeof SETUPS)[number]
  readonly ufrag: string
  readonly password: string
  readonly fingerprint: Uint8Array<ArrayBuffer>
  readonly candidates: readonly Candidate[]
}

const unpack = (packed: Uint8Array): Unpacked => {
  let at = 0
  const take = (length: number) => {
    if (at + length > packed.length) throw codeGarbled('its description is cut off')
    at += length
    return new Uint8Array(packed.subarray(at - length, at))
  }
  const byte = () => take(1)[0] ?? 0
  const text = ({ least, most }: { least: number; most: number }) => {
    const length = byte()
    if (length < least || length > most) throw codeGarbled('its description has a name or password of invalid length')
    const bytes = take(Math.ceil((length * 6) / 8))
    let result = ''
    for (let index = 0; index < length; index++) {
      const bit = index * 6
      const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
      result += ICE_CHARACTERS[(pair >> (10 - (bit & 7))) & 63]
    }
    return result
  }
  const candidate = (): Candidate => {
    const kinds = byte()
    const type = CANDIDATE_TYPES[kinds & 3]
    const kind = kinds >> 2
    if (!type || (kind !== 0 && kind !== 1 && kind !== 2)) throw codeGarbled('its description has an unknown candidate')
    const bytes = take(kind === 0 ? 4 : 16)
    return { type, address: { kind, bytes }, port: (byte() << 8) | byte() }
  }

  const head = byte()
  const type = TYPES[head & 1]
  const setup = SETUPS[head >> 1]
  if (!type || !setup) throw codeGarbled('its description has an unknown type')
  const ufrag = text(UFRAG)
  const password = text(PASSWORD)
  const fingerprint = take(FINGERPRINT_BYTES)
  const candidates: Candidate[] = []
  while (at < packed.length) candidates.push(candidate())
  const limit = Object.values(KEPT).reduce((sum, kept) => sum + kept, 0)
  if (candidates.length > limit) throw codeGarbled(`its description has ${candidates.length} candidates`)
  return { type, setup, ufrag, password, fingerprint, candidates }
}

/** The SHA-256 certificate fingerprint in a packed description. @throws {CodeError} `code-garbled` */
export const packedFingerprint = (packed: Uint8Array): Uint8Array<ArrayBuffer> => unpack(packed).fingerprint

const candidateLine = ({ type, address, port }: Candidate, index: number) => {
  // RFC 8445, section 5.1.2.1, for component 1. Candidates are packed in order of preference.
  const priority = TYPE_PREFERENCE[type] * 2 ** 24 + (65_535 - index) * 2 ** 8 + 255
  const base = type === 'host' ? '' : ' raddr 0.0.0.0 rport 0'
  return `a=candidate:${index + 1} 1 udp ${priority} ${formatAddress(address)} ${port} typ ${type}${base}`
}

/** Expands a packed description to SDP. @throws {CodeError} `code-garbled` */
export const unpackDescription = (packed: Uint8Array): Description => {
  const { type, setup, ufrag, password, fingerprint, candidates } = unpack(packed)
  const digits = Array.from(fingerprint, (value) => value.toString(16).padStart(2, '0').toUpperCase()).join(':')
  const lines = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...candidates.map(candidateLine),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${digits}`,
    `a=setup:${setup}`,
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
  ]
  return { type, sdp: `${lines.join('\r\n')}\r\n` }
}
