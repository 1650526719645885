import { onTestFinished, vi } from 'vitest'
import { type DeviceKeys, deviceKeysFrom } from '../../src/people/device-keys.ts'

/** `length` bytes that count up from `first`; the vectors use them in place of secrets. */
export const counted = (length: number, first = 0): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => (first + index) & 255)

/** Keys whose secrets are counted bytes. */
export const fixedKeys = (first: number): Promise<DeviceKeys> => deviceKeysFrom(counted(32, first), counted(32, first + 32))

/** Makes random bytes count up until the test ends: the first call starts at 00, each later call where the previous one ended. */
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

/** The path of a page's vectors, relative to the tests; `vitest run -u` rewrites them when a format changes on purpose. */
export const vectorsOf = (page: string): string => `../../docs/formats/vectors/${page}.json`

export const asText = (vectors: object): string => `${JSON.stringify(vectors, null, 2)}\n`
