import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../test/support/property-runs.ts'
import { type Cbor, fromCbor, toCbor } from '../bytes/cbor.ts'
import { concat, randomBytes, utf8 } from '../bytes/encoding.ts'
import { sha256 } from '../bytes/hash.ts'
import { openSealedFile, sealFile } from './sealed-file.ts'

/** The weakest parameters that Argon2id allows, since these tests are not about its cost. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }
const MIB = 1024 * 1024

const sealed = async (content: Uint8Array, passphrase = 'correct horse') =>
  new Uint8Array(await (await sealFile(content, passphrase, {}, QUICK)).arrayBuffer())
const open = (bytes: Uint8Array, passphrase = 'correct horse') => openSealedFile(new Blob([Uint8Array.from(bytes)]), passphrase)
/** Bytes that vary by position. */
const varied = (size: number, first = 0) => Uint8Array.from({ length: size }, (_, at) => (first + at * 7 + (at >> 9)) & 255)
const REFUSALS = ['not-an-archive', 'damaged', 'newer', 'wrong-passphrase']

/** The same file with another header and a correct hash. */
const asking = async (file: Uint8Array, asked: Record<string, Cbor>): Promise<Uint8Array> => {
  const before = concat(file.subarray(0, 16), file.subarray(16, 20))
  const length = new DataView(before.buffer).getUint32(16)
  const { way, ...rest } = fromCbor(file.subarray(20, 20 + length)) as { way: Record<string, Cbor> }
  const header = toCbor({ ...rest, way: { ...way, ...asked } })
  new DataView(before.buffer).setUint32(16, header.length)
  const open = concat(before, header)
  return concat(open, await sha256(open), file.subarray(20 + length + 32))
}

describe('a sealed file', () => {
  it.each([0, 1, 1_000, MIB - 1, MIB, MIB + 1, 2 * MIB + 77])('returns its %i bytes and reports progress', async (size) => {
    const content = varied(size)
    const reported: [number, number][] = []
    const file = await sealFile(content, 'pässword', { progress: (...now) => reported.push(now) }, QUICK)
    expect(reported.at(-1) ?? [0, 0]).toEqual([size, size])
    // In another Unicode form (NFD), it is the same passphrase.
    const opened = await openSealedFile(file, 'pa\u0308ssword')
    expect(opened.length).toBe(size)
    expect(await sha256(opened)).toEqual(await sha256(content))
  })

  it(
    'is rejected if any byte was altered',
    async () => {
      const file = await sealed(utf8('Lumen House'))
      for (let at = 0; at < file.length; at++) {
        const flip = 1 << (at % 8)
        const refused = await open(file.map((byte, index) => (index === at ? byte ^ flip : byte))).catch(
          (error: unknown) => error,
        )
        expect(refused, `byte ${at}`).toMatchObject({ name: 'VaultError', message: expect.stringMatching(/archive/i) })
        expect(REFUSALS).toContain((refused as { code: string }).code)
        // Never reported as a wrong passphrase, because the passphrase is right.
        expect((refused as { code: string }).code).not.toBe('wrong-passphrase')
      }
    },
    propertyTime(60_000),
  )

  it.each([
    ['no memory', { memory: 0 }],
    ['memory that is no number of KiB', { memory: 64.5 }],
    ['less than none', { memory: -1 }],
    ['no iteration', { iterations: 0 }],
    ['a salt that is too short', { salt: new Uint8Array(7) }],
    ['minutes of work', { memory: 1024 * 1024, iterations: 100 }],
  ])('is rejected at once if its header requires %s', async (_, asked) => {
    const file = await asking(await sealed(utf8('Lumen House')), asked)
    await expect(open(file)).rejects.toMatchObject({ name: 'VaultError', code: 'damaged' })
  })

  it(
    'is rejected if it is truncated anywhere or has trailing bytes',
    async () => {
      const file = await sealed(varied(MIB + 5_000))
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.nat(200), fc.nat(file.length - 1)), async (length) => {
          const refused = await open(file.subarray(0, length)).catch((error: unknown) => error)
          expect(refused).toMatchObject({ code: length < 15 ? 'not-an-archive' : 'damaged' })
        }),
        { numRuns: propertyRuns(60) },
      )
      await expect(open(concat(file, Uint8Array.of(0)))).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringContaining(`${file.length + 1} bytes in place of ${file.length}`),
      })
    },
    propertyTime(60_000),
  )

  it('is rejected if its chunks are reordered or come from another file with the same passphrase', async () => {
    const [one, other] = [await sealed(varied(2 * MIB)), await sealed(varied(2 * MIB, 5))]
    const piece = MIB + 42
    const begin = one.length - 2 * piece
    const [first, second] = [one.subarray(begin, begin + piece), one.subarray(begin + piece)]
    await expect(open(concat(one.subarray(0, begin), second, first))).rejects.toMatchObject({ code: 'damaged' })
    await expect(open(concat(one.subarray(0, begin), first, other.subarray(begin + piece)))).rejects.toMatchObject({
      code: 'damaged',
    })
  })

  it('reports the reason: no archive, another passphrase, a newer version', async () => {
    await expect(open(utf8('PK\u0003\u0004 something else'))).rejects.toMatchObject({
      code: 'not-an-archive',
      message: expect.stringContaining('not an archive of Tessera'),
    })
    const file = await sealed(utf8('Lumen House'))
    await expect(open(file, 'wrong horse')).rejects.toMatchObject({
      code: 'wrong-passphrase',
      message: expect.stringContaining('the one that the archive was made with'),
    })
    // As a later version would write it: the same beginning, with a sum of its own.
    const header = utf8('whatever it is by then')
    const opening = concat(utf8('tessera-archive'), Uint8Array.of(2, 0, 0, 0, header.length), header)
    await expect(open(concat(opening, await sha256(opening), randomBytes(99)))).rejects.toMatchObject({
      code: 'newer',
      message: expect.stringContaining('archive format 2, this one reads 1'),
    })
  })

  it('is rejected if it requires more memory than devices have', async () => {
    const { toCbor } = await import('../bytes/cbor.ts')
    const way = {
      kind: 'passphrase',
      salt: new Uint8Array(16),
      memory: 2 ** 30,
      iterations: 3,
      publicKey: new Uint8Array(32),
      sealed: new Uint8Array(80),
    }
    const header = toCbor({ size: 0, way })
    const opening = concat(utf8('tessera-archive'), Uint8Array.of(1, 0, 0, header.length >> 8, header.length & 255), header)
    await expect(open(concat(opening, await sha256(opening)))).rejects.toMatchObject({ code: 'damaged' })
  })

  it('can be cancelled while it is created and while it is opened', async () => {
    const cancelled = AbortSignal.abort()
    await expect(sealFile(randomBytes(10), 'x', { signal: cancelled }, QUICK)).rejects.toMatchObject({ name: 'AbortError' })
    const file = await sealFile(randomBytes(10), 'x', {}, QUICK)
    await expect(openSealedFile(file, 'x', { signal: cancelled })).rejects.toMatchObject({ name: 'AbortError' })
  })
})
