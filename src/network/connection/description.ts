/** Reads the certificate fingerprint from session descriptions (SDP, RFC 8866). */

const FINGERPRINT = /^a=fingerprint:(\S+) ([0-9A-Fa-f:]+)$/

/**
 * Returns the SHA-256 fingerprint (32 bytes) in a session description. Returns undefined unless the description has exactly one
 * section, for data channels, and one fingerprint: with several, WebRTC could check a different one than the one that was signed.
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

/** Parses a fingerprint of 32 bytes in colon-separated hexadecimal, the format of WebRTC. */
export const parseDigits = (digits: string): Uint8Array<ArrayBuffer> | undefined => {
  const pairs = digits.split(':')
  if (pairs.length !== 32 || !pairs.every((pair) => /^[0-9A-Fa-f]{2}$/.test(pair))) return undefined
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))
}

export const sameFingerprint = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
