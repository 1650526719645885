import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { signer } from '../bytes/ed25519.ts'
import { fromHex, randomBytes, toHex } from '../bytes/encoding.ts'
import { newAgreementKeys } from '../bytes/x25519.ts'
import { type DeviceKeys, deviceId, newActor, newDeviceKeys, publicHalf, stemOf } from './device-keys.ts'
import { type Entry, type EntryHash, packEntry, parseEntry, signEntry } from './entry.ts'
import { addDeviceEntry, createEntry, epochSecret, formatEntry, rotateEntry } from './founding.ts'
import { type Membership, membershipOf } from './membership.ts'
import { makeStatement, packStatement, unpackStatement, verifyStatement } from './statement.ts'

const found = async (others: DeviceKeys[] = []) => {
  const own = await newDeviceKeys()
  const words = await newAgreementKeys()
  const create = await createEntry(own, others.map(publicHalf), words.publicKey, randomBytes(16), toHex(randomBytes(32)))
  return { own, create, root: create.hash }
}
const membership = (entries: readonly Entry[], root: EntryHash): Membership => {
  const found = membershipOf(new Map(entries.map((entry) => [entry.hash, entry])), root)
  if (!found) throw new Error('the log has no create entry')
  return found
}

describe('an entry', () => {
  it('is read back as it was signed', async () => {
    const { create } = await found()
    expect(await parseEntry(packEntry(create.bytes, create.signature))).toEqual(create)
  })

  it('is refused when any byte of it was altered', async () => {
    const { create } = await found()
    const packed = packEntry(create.bytes, create.signature)
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        await expect(parseEntry(packed.map((byte, index) => (index === at ? byte ^ flip : byte)))).rejects.toThrow()
      }),
      { numRuns: propertyRuns(200) },
    )
  })
})

describe('a membership', () => {
  it('lists the devices of its founder, and gives each the first secret', async () => {
    const phone = await newDeviceKeys()
    const { own, create, root } = await found([phone])
    const { devices, epoch } = membership([create], root)
    expect([...devices.keys()].sort()).toEqual([own, phone].map(({ sign }) => deviceId(sign.publicKey)).sort())
    expect(await epochSecret(phone, epoch)).toEqual(await epochSecret(own, epoch))
  })

  it('takes in a device that was added, and gives it the present secret', async () => {
    const { own, create, root } = await found()
    const rotate = await rotateEntry(own, root, membership([create], root))
    const phone = await newDeviceKeys()
    const add = await addDeviceEntry(own, root, membership([create, rotate], root), publicHalf(phone))
    const now = membership([add, create, rotate], root)
    expect(now.devices.size).toBe(2)
    expect(now.epoch.entry).toBe(rotate.hash)
    expect(await epochSecret(phone, now.epoch)).toEqual(await epochSecret(own, now.epoch))
    expect(now.heads).toEqual([add.hash])
  })

  it('gives the secret to nobody else', async () => {
    const { create, root } = await found()
    await expect(epochSecret(await newDeviceKeys(), membership([create], root).epoch)).rejects.toMatchObject({ code: 'no-epoch' })
  })

  it('ignores an entry by a device that was never listed, and what builds on it', async () => {
    const { create, root } = await found()
    const [stranger, friend] = [await newDeviceKeys(), await newDeviceKeys()]
    const forged = await signEntry(
      {
        space: fromHex(root),
        previous: [root],
        device: stranger.sign.publicKey,
        type: 'add device',
        body: { keys: [stranger.sign.publicKey, stranger.agree.publicKey], epoch: randomBytes(32) },
      },
      await signer(stranger.sign),
    )
    const further = await signEntry(
      {
        space: fromHex(root),
        previous: [forged.hash],
        device: stranger.sign.publicKey,
        type: 'add device',
        body: { keys: [friend.sign.publicKey, friend.agree.publicKey] },
      },
      await signer(stranger.sign),
    )
    expect(membership([create, forged, further], root).devices.size).toBe(1)
  })

  it('is the same in whatever order entries come', async () => {
    const { own, create, root } = await found()
    const entries = [create]
    for (let index = 0; index < 6; index++) {
      const now = membership(entries, root)
      entries.push(
        index % 2 ? await rotateEntry(own, root, now) : await addDeviceEntry(own, root, now, publicHalf(await newDeviceKeys())),
      )
    }
    const expected = membership(entries, root)
    fc.assert(
      fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
        expect(membership(shuffled, root)).toEqual(expected)
      }),
    )
  })

  it('is not undone by an entry that its founder’s key signed beside what others built on', async () => {
    const { own, create, root } = await found()
    const [laptop, phone] = [await newDeviceKeys(), await newDeviceKeys()]
    const add = await addDeviceEntry(own, root, membership([create], root), publicHalf(laptop))
    const further = await addDeviceEntry(laptop, root, membership([create, add], root), publicHalf(phone))
    const beside = await signEntry(
      { space: fromHex(root), previous: [root], device: own.sign.publicKey, type: 'paint', body: {} },
      await signer(own.sign),
    )
    expect(membership([create, add, further, beside], root).devices.size).toBe(3)
  })

  it('keeps its secret when a new one leaves a device out', async () => {
    const phone = await newDeviceKeys()
    const { own, create, root } = await found([phone])
    const rotate = await signEntry(
      {
        space: fromHex(root),
        previous: [root],
        device: own.sign.publicKey,
        type: 'rotate',
        body: { hash: randomBytes(32), sealed: [] },
      },
      await signer(own.sign),
    )
    const { epoch } = membership([create, rotate], root)
    expect(epoch.entry).toBe(root)
    expect(await epochSecret(phone, epoch)).toEqual(await epochSecret(own, epoch))
  })

  it('ignores an entry that was signed for another space', async () => {
    const { own, create, root } = await found()
    const other = await found()
    const keys = publicHalf(await newDeviceKeys())
    const elsewhere = await signEntry(
      {
        space: fromHex(other.root),
        previous: [root],
        device: own.sign.publicKey,
        type: 'add device',
        body: { keys: [keys.sign, keys.agree] },
      },
      await signer(own.sign),
    )
    expect(membership([create, elsewhere], root).devices.size).toBe(1)
  })

  it('says which change brings a version, by the first entry for it, in whatever order they come', async () => {
    const phone = await newDeviceKeys()
    const { own, create, root } = await found([phone])
    const [one, other] = [toHex(randomBytes(32)), toHex(randomBytes(32))]
    const here = await formatEntry(own, root, [root], '0.3.0', one)
    const there = await formatEntry(phone, root, [root], '0.3.0', other)
    const later = await formatEntry(own, root, [here.hash, there.hash], '0.10.0', other)
    const expected = here.hash < there.hash ? one : other
    for (const entries of [
      [create, here, there, later],
      [later, there, here, create],
    ]) {
      const { formats } = membership(entries, root)
      expect(formats).toEqual(
        new Map([
          ['0.3.0', expected],
          ['0.10.0', other],
        ]),
      )
    }
  })

  it('takes no word for a version from a device that is not listed, nor one that cannot be read', async () => {
    const { own, create, root } = await found()
    const stranger = await formatEntry(await newDeviceKeys(), root, [root], '0.3.0', toHex(randomBytes(32)))
    const sign = await signer(own.sign)
    const odd = await Promise.all(
      [
        { version: 'newest', hash: randomBytes(32) },
        { version: '0.3.0', hash: randomBytes(31) },
        { version: 3, hash: randomBytes(32) },
        { version: '0.3.0' },
      ].map((body) =>
        signEntry({ space: fromHex(root), previous: [root], device: own.sign.publicKey, type: 'format', body }, sign),
      ),
    )
    expect(membership([create, stranger, ...odd], root).formats.size).toBe(0)
  })

  it('keeps entries of types it does not know, without effect', async () => {
    const { own, create, root } = await found()
    const odd = await signEntry(
      { space: fromHex(root), previous: [root], device: own.sign.publicKey, type: 'paint', body: {} },
      await signer(own.sign),
    )
    expect(membership([create, odd], root)).toMatchObject({ heads: [odd.hash], persons: [{ id: root }] })
  })
})

describe('a statement', () => {
  it('stands for one change of one document by one device', async () => {
    const { sign } = await newDeviceKeys()
    const [space, document, change] = [toHex(randomBytes(32)), randomBytes(16), toHex(randomBytes(32))]
    const statement = await makeStatement(space, document, change, sign.publicKey, await signer(sign))
    expect(await verifyStatement(space, document, statement)).toBe(true)
    expect(unpackStatement(packStatement(statement))).toEqual(statement)
    expect(await verifyStatement(toHex(randomBytes(32)), document, statement)).toBe(false)
    expect(await verifyStatement(space, randomBytes(16), statement)).toBe(false)
    expect(await verifyStatement(space, document, { ...statement, change: toHex(randomBytes(32)) })).toBe(false)
  })
})

describe('an actor', () => {
  it('names its device and is new each time', async () => {
    const { sign } = await newDeviceKeys()
    const [one, other] = [await newActor(sign.publicKey), await newActor(sign.publicKey)]
    expect(one).toHaveLength(48)
    expect(one).not.toBe(other)
    expect(stemOf(one)).toBe(stemOf(other))
  })
})
