import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, randomBytes, toHex, utf8 } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { MESSAGE_LIMIT, type Topic } from './discovery.ts'
import { BODY_LIMIT, nonceMemory, type SealerOptions, sealer } from './sealed.ts'
import type { Day } from './topics.ts'

const topic = new Uint8Array(32).fill(7) as Uint8Array as Topic
const secret = new Uint8Array(32).fill(1)
/** "hello", sealed with the nonce 05…05 by the sender 09…09. */
const SEALED_HELLO =
  '0109090909090909090909090909090909050505050505050505050505cf5197ff08f4b718c34bd968f2d370d81ed877' +
  '656ea6e91caaed590c10090bd22a36a3d35767d84c45a7d364adab3699df178daa7c24bca1a164aff76c9f9b56b6519c' +
  'ceec2ad76f90aab402ff46adbff112d6c3d686764802a594301290221990b05b7ffc8a92d3cbe14b1344f9fffc7ff78f' +
  'dde177878a1cdc28b2b3966ba569df2b0e0b038710b09b10d584406bb231d63522ce93c58eb5012fbfad5853e1db66b3' +
  'e3ac6794149f63dc756cf3783ed54c8ca0fbeda7329c18ca78f025bb56c40adb94e48179b12dee51048ea948644ffe38' +
  '1e37d712529f342f6c187d912407bf14bb6941c771585658c5846a1c05faaff8013d64687219e3aca64810ccedd952f4' +
  '2194d05fe55ebbc81ff336f256'

const context = (changed: Partial<SealerOptions> = {}): SealerOptions => ({
  secret,
  label: 'tessera/signal/1',
  topic,
  day: 20_000 as Day,
  epoch: 3,
  sender: randomBytes(16),
  nonces: nonceMemory(),
  ...changed,
})

describe('a sealed message', () => {
  it('can be opened with the same key and context', async () => {
    const alice = await sealer(context({ sender: new Uint8Array(16).fill(9) }))
    const bob = await sealer(context())
    expect(await bob.open(await alice.seal(utf8('hello')))).toEqual({ sender: new Uint8Array(16).fill(9), body: utf8('hello') })
  })

  it('has the encoding in docs/formats/signalling.md', async () => {
    const key = await hkdf(secret, 'tessera/signal/1', topic)
    expect(toHex(key)).toBe('7bd413e524310ff6482f8656d88bdc4287db8a9395042d1f0deb3275a68277c4')
    const bob = await sealer(context())
    expect(await bob.open(fromHex(SEALED_HELLO) ?? new Uint8Array())).toEqual({
      sender: new Uint8Array(16).fill(9),
      body: utf8('hello'),
    })
  })

  it('has one of a few sizes', async () => {
    const alice = await sealer(context())
    const sizes = new Set<number>()
    for (let length = 0; length <= BODY_LIMIT; length += 61) sizes.add((await alice.seal(new Uint8Array(length))).length)
    expect([...sizes]).toEqual([301, 1069, 2093, 4141, MESSAGE_LIMIT])
    await expect(alice.seal(new Uint8Array(BODY_LIMIT + 1))).rejects.toMatchObject({ code: 'too-large' })
  })

  it.each([
    ['topic', { topic: new Uint8Array(32).fill(8) as Uint8Array as Topic }],
    ['day', { day: 20_001 as Day }],
    ['epoch', { epoch: 4 }],
    ['secret', { secret: new Uint8Array(32).fill(2) }],
    ['purpose', { label: 'tessera/pair/signal/1' as const }],
  ])('is rejected for another %s', async (_, changed) => {
    const alice = await sealer(context())
    const bob = await sealer(context(changed))
    await expect(bob.open(await alice.seal(utf8('hello')))).rejects.toMatchObject({ code: 'not-sealed' })
  })

  it('is rejected if any bit is changed, including sender and nonce', async () => {
    const alice = await sealer(context())
    const bob = await sealer(context())
    const message = await alice.seal(utf8('hello'))
    await fc.assert(
      fc.asyncProperty(fc.nat(message.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const altered = message.slice()
        altered[at] = (altered[at] ?? 0) ^ change
        await expect(bob.open(altered)).rejects.toMatchObject({ code: 'not-sealed' })
      }),
    )
    expect((await bob.open(message)).body).toEqual(utf8('hello'))
  })

  it('is rejected the second time, also on another topic of the device', async () => {
    const alice = await sealer(context())
    const nonces = nonceMemory()
    const [bob, bobAgain] = [await sealer(context({ nonces })), await sealer(context({ nonces }))]
    const message = await alice.seal(utf8('hello'))
    await bob.open(message)
    await expect(bob.open(message)).rejects.toMatchObject({ code: 'replayed' })
    await expect(bobAgain.open(message)).rejects.toMatchObject({ code: 'replayed' })
  })

  it('is recognized as own', async () => {
    const alice = await sealer(context())
    await expect(alice.open(await alice.seal(utf8('hello')))).rejects.toMatchObject({ code: 'own' })
  })

  it('is rejected with any other size', async () => {
    const bob = await sealer(context())
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await expect(bob.open(bytes)).rejects.toMatchObject({ code: 'not-sealed' })
      }),
    )
  })
})

describe('the memory of nonces', () => {
  it('lasts three days', () => {
    const memory = nonceMemory()
    const day = 24 * 60 * 60 * 1000
    const nonce = randomBytes(12)
    expect(memory.add(nonce, 0)).toBe(true)
    expect(memory.add(nonce, 2.9 * day)).toBe(false)
    expect(memory.add(nonce, 3 * day)).toBe(true)
  })
})
