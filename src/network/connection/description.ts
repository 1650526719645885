/** What is read out of session descriptions (SDP, RFC 8866), and what is refused in them. */

const FINGERPRINT = /^a=fingerprint:(\S+) ([0-9A-Fa-f:]+)$/

/**
 * The SHA-256 fingerprint of the certificate that a description names, 32 bytes; undefined unless it has exactly one section, of
 * data channels, and one fingerprint. With several, the one that gets checked need not be the one that was signed.
 */
export const fingerprintOf = (sdp: string): Uint8Array<ArrayBuffer> | undefined => {
  const lines = sdp.split(/\r\n|\r|\n/)
  const sections = lines.filter((line) => line.startsWith('m='))
  if (sections.length !== 1 || !sections[0]?.startsWith('m=application ')) return undefined
  const found = new Set(lines.filter((line) => /^a=fingerprint:/i.test(line)).map((line) => line.toUpperCase()))
  const [line] = lines.filter((line) => /^a=fingerprint:/i.test(line))
  if (found.size !== 1 || !line) return undefined
  const [, algorithm, digits] = FINGERPRINT.exec(line) ?? []
  if (algorithm?.toLowerCase() !== 'sha-256' || !digits) return undefined
  return parseDigits(digits)
}

/** 32 bytes of colon-separated hexadecimal, as WebRTC writes fingerprints. */
export const parseDigits = (digits: string): Uint8Array<ArrayBuffer> | undefined => {
  const pairs = digits.split(':')
  if (pairs.length !== 32 || !pairs.every((pair) => /^[0-9A-Fa-f]{2}$/.test(pair))) return undefined
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))
}

export const sameFingerprint = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
