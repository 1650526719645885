/** Converts between text and bytes: UTF-8, hexadecimal, base64url and the base32 of ids. */
import { base32nopad, base64urlnopad, hex } from '@scure/base'

/** RFC 4648 base32, lower case, unpadded: 16 bytes give 26 characters. */
export const toBase32 = (bytes: Uint8Array): string => base32nopad.encode(bytes).toLowerCase()

/** Decodes lower-case RFC 4648 base32. Returns undefined if `text` is not canonical. */
export const fromBase32 = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  /^[a-z2-7]*$/.test(text) ? decoded(base32nopad, text.toUpperCase()) : undefined

const HEX = '0123456789abcdef'
const ascii = new TextDecoder()

/** Not with the library: it appends digit by digit, and V8 stores such strings as trees of ten times the size. */
export const toHex = (bytes: Uint8Array): string => {
  const digits = new Uint8Array(bytes.length * 2)
  for (const [at, byte] of bytes.entries()) {
    digits[at * 2] = HEX.charCodeAt(byte >> 4)
    digits[at * 2 + 1] = HEX.charCodeAt(byte & 15)
  }
  return ascii.decode(digits)
}

/** Decodes lower-case hexadecimal digits. Returns undefined if `text` is invalid. */
export const fromHex = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  /[A-F]/.test(text) ? undefined : decoded(hex, text)

/** Decodes trusted hexadecimal digits, such as a stored hash. @throws {TypeError} if `text` is invalid */
export const hexBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = fromHex(text)
  if (!bytes) throw new TypeError(`Expected an even number of hexadecimal digits, got "${text.slice(0, 80)}".`)
  return bytes
}

/** RFC 4648 base64url, unpadded. */
export const toBase64Url = (bytes: Uint8Array): string => base64urlnopad.encode(bytes)

/** Decodes unpadded base64url. Returns undefined if `text` is not canonical. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | undefined => decoded(base64urlnopad, text)

const decoded = ({ decode }: { decode(text: string): Uint8Array }, text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return decode(text) as Uint8Array<ArrayBuffer>
  } catch {
    // Any error means that the text is not canonical.
    return undefined
  }
}

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Decodes UTF-8. @throws {TypeError} if the bytes are not well-formed */
export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)

export const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => concatAll(parts)

/** Like `concat`, for more parts than a function call accepts as arguments. */
export const concatAll = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Whether `bytes` are greater than `other` in lexicographic order. */
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
