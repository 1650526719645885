import { onTestFinished, vi } from 'vitest'
import { type DeviceKeys, deviceKeysFrom } from '../../src/people/device-keys.ts'

/** `length` bytes that count up from `first`: what the vectors use where the code takes secrets. */
export const counted = (length: number, first = 0): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (first + index) & 255)

/** Keys whose secrets are counted bytes. */
export const fixedKeys = (first: number): Promise<DeviceKeys> => deviceKeysFrom(counted(32, first), counted(32, first + 32))

/** Until the test ends, random bytes count up: the first draw from 00, the next one from where that ended. */
export const fixRandom = (): void => {
  let at = 0
  const spy = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    if (array === null) return array
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    for (let index = 0; index < bytes.length; index++) bytes[index] = at++ & 255
    return array
  })
  onTestFinished(() => spy.mockRestore())
}

/** Where a page's vectors lie, as a path from the tests; `vitest run -u` writes them anew when a format changes on purpose. */
export const vectorsOf = (page: string): string => `../../docs/formats/vectors/${page}.json`

export const asText = (vectors: object): string => `${JSON.stringify(vectors, null, 2)}\n`
