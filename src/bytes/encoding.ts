/** Text and bytes, both ways: UTF-8, hexadecimal, base64url and the base32 of ids. */

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 base32, lower case, unpadded: 16 bytes give 26 characters. */
export const toBase32 = (bytes: Uint8Array): string => {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(held >> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31]
  return text
}

/** The bytes of RFC 4648 base32 in lower case, or undefined when `text` is not what `toBase32` writes. */
export const fromBase32 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let held = 0
  let bits = 0
  let at = 0
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (value < 0) return undefined
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = held >> bits
    }
    held &= (1 << bits) - 1
  }
  return held === 0 && toBase32(bytes) === text ? bytes : undefined
}

const HEX = '0123456789abcdef'
const ascii = new TextDecoder()

export const toHex = (bytes: Uint8Array): string => {
  // As one piece: a text that is put together of its digits takes ten times the memory for as long as it is kept.
  const digits = new Uint8Array(bytes.length * 2)
  for (const [at, byte] of bytes.entries()) {
    digits[at * 2] = HEX.charCodeAt(byte >> 4)
    digits[at * 2 + 1] = HEX.charCodeAt(byte & 15)
  }
  return ascii.decode(digits)
}

/** The bytes of an even number of lower-case hexadecimal digits, or undefined. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) return undefined
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16))
}

/** The bytes of hexadecimal digits that this program wrote itself, such as a hash. @throws {TypeError} when they are none */
export const hexBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = fromHex(text)
  if (!bytes) throw new TypeError(`Expected an even number of hexadecimal digits, got "${text.slice(0, 80)}".`)
  return bytes
}

/** RFC 4648 base64url, unpadded. */
export const toBase64Url = (bytes: Uint8Array): string => {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The bytes of unpadded base64url, or undefined when `text` is not what `toBase64Url` writes. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : undefined
}

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** The text of well-formed UTF-8. @throws {TypeError} when it is not */
export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

export const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => concatAll(parts)

/** The same for more than can be given to a function one by one. */
export const concatAll = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether bytes come behind others in their order, byte by byte; what goes on comes behind its beginning. */
export const isBehind = (bytes: Uint8Array, other: Uint8Array): boolean => {
  let at = 0
  while (at < other.length && bytes[at] === other[at]) at += 1
  return (bytes[at] ?? -1) > (other[at] ?? -1)
}

export const equalBytes = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

export const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))
