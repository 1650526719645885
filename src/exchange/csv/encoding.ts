import type { CsvGuess } from './guess.ts'

/**
 * Detects the encoding of a file from its byte order mark, else from its first bytes.
 * @param whole whether `beginning` is the whole file
 * @returns undefined if it is not text
 */
export const guessEncoding = (beginning: Uint8Array, whole: boolean): CsvGuess['encoding'] | undefined => {
  const [one, two, three] = beginning
  if (one === 0xff && two === 0xfe) return 'utf-16le'
  if (one === 0xfe && two === 0xff) return 'utf-16be'
  if (one === 0xef && two === 0xbb && three === 0xbf) return 'utf-8'

  const zeros = [0, 0]
  let controls = 0
  beginning.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) controls += 1
  })
  const half = beginning.length / 2
  const [even = 0, odd = 0] = zeros
  // Latin text in UTF-16 has a zero in every other byte.
  if (odd > half * 0.4 && even < half * 0.05) return 'utf-16le'
  if (even > half * 0.4 && odd < half * 0.05) return 'utf-16be'
  if (even + odd > 0 || controls > beginning.length * 0.02) return undefined
  return isUtf8(beginning, whole) ? 'utf-8' : 'windows-1252'
}

const isUtf8 = (bytes: Uint8Array, whole: boolean): boolean => {
  try {
    // The sample may end within a character, which streaming permits.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole })
    return true
  } catch {
    return false
  }
}
