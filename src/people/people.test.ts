import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { toCbor } from '../bytes/cbor.ts'
import { signer } from '../bytes/ed25519.ts'
import { concat, fromHex, hexBytes, randomBytes, toHex, utf8 } from '../bytes/encoding.ts'
import { newAgreementKeys } from '../bytes/x25519.ts'
import { makeStatement, packStatement, unpackStatement, verifyStatement } from './attestation.ts'
import { type DeviceKeys, deviceId, newActor, newDeviceKeys, publicHalf, stemOf } from './device-keys.ts'
import { type Entry, type EntryHash, LOG_LIMIT, packEntry, parseEntry, parseLog, signEntry } from './entry.ts'
import { addDeviceEntry, createEntry, epochSecret, formatEntry, openedEpoch, rotateEntry } from './founding.ts'
import { type Membership, membershipOf } from './membership.ts'

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
  it('survives a round trip', async () => {
    const { create } = await found()
    expect(await parseEntry(packEntry(create.bytes, create.signature))).toEqual(create)
  })

  it('is rejected when any byte of it was altered', async () => {
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

describe('a log', () => {
  it('with too many entries is rejected before a signature is verified', async () => {
    const packed = Array.from({ length: LOG_LIMIT + 1 }, () => new Uint8Array())
    await expect(parseLog(packed)).rejects.toMatchObject({ code: 'too-large', message: expect.stringContaining('2001') })
    await expect(parseLog([7])).rejects.toMatchObject({ code: 'malformed' })
  })
})

describe('the previous entries of an entry', () => {
  const naming = async (previous: readonly Uint8Array[]) => {
    const { sign } = await newDeviceKeys()
    const bytes = toCbor({ space: randomBytes(32), previous, device: sign.publicKey, type: 'paint', body: {} })
    return packEntry(bytes, await (await signer(sign))(concat(utf8('tessera/entry/1'), bytes)))
  }
  const hashes = (count: number) =>
    Array.from({ length: count }, () => toHex(randomBytes(32)))
      .sort()
      .map((hash) => hexBytes(hash))

  it('are at most sixteen', async () => {
    expect((await parseEntry(await naming(hashes(16)))).previous).toHaveLength(16)
    await expect(parseEntry(await naming(hashes(17)))).rejects.toMatchObject({ code: 'malformed' })
  })

  it('are sorted, and each is named once', async () => {
    const [one, other] = hashes(2) as [Uint8Array, Uint8Array]
    await expect(parseEntry(await naming([other, one]))).rejects.toMatchObject({ code: 'malformed' })
    await expect(parseEntry(await naming([one, one]))).rejects.toMatchObject({ code: 'malformed' })
  })
})

describe('a membership', () => {
  it('lists the devices of its founder, and gives each the first secret', async () => {
    const phone = await newDeviceKeys()
    const { own, create, root } = await found([phone])
    const now = membership([create], root)
    expect([...now.devices.keys()].sort()).toEqual([own, phone].map(({ sign }) => deviceId(sign.publicKey)).sort())
    expect(await epochSecret(phone, now)).toEqual(await epochSecret(own, now))
  })

  it('lists a device that was added, and gives it the current secret', async () => {
    const { own, create, root } = await found()
    const rotate = await rotateEntry(own, root, membership([create], root))
    const phone = await newDeviceKeys()
    const add = await addDeviceEntry(own, root, membership([create, rotate], root), publicHalf(phone))
    const now = membership([add, create, rotate], root)
    expect(now.devices.size).toBe(2)
    expect(now.epochs.map(({ entry }) => entry)).toEqual([rotate.hash, root])
    expect(await epochSecret(phone, now)).toEqual(await epochSecret(own, now))
    expect(now.heads).toEqual([add.hash])
  })

  it('does not reveal the secret to other devices', async () => {
    const { create, root } = await found()
    await expect(epochSecret(await newDeviceKeys(), membership([create], root))).rejects.toMatchObject({ code: 'no-epoch' })
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

  it('does not depend on the order of entries', async () => {
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

  it('ignores an entry by the founder’s key that is outside of its chain', async () => {
    const { own, create, root } = await found()
    const [laptop, phone] = [await newDeviceKeys(), await newDeviceKeys()]
    const add = await addDeviceEntry(own, root, membership([create], root), publicHalf(laptop))
    const further = await addDeviceEntry(laptop, root, membership([create, add], root), publicHalf(phone))
    const outOfChain = await signEntry(
      { space: fromHex(root), previous: [root], device: own.sign.publicKey, type: 'paint', body: {} },
      await signer(own.sign),
    )
    expect(membership([create, add, further, outOfChain], root).devices.size).toBe(3)
  })

  it('ignores a new secret that omits a device', async () => {
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
    const now = membership([create, rotate], root)
    expect(now.epochs.map(({ entry }) => entry)).toEqual([root])
    expect(await epochSecret(phone, now)).toEqual(await epochSecret(own, now))
  })

  it('uses the last secret that opens if a listed device rotates to junk, also for devices added later', async () => {
    const bad = await newDeviceKeys()
    const { own, create, root } = await found([bad])
    const entries = [create]
    for (let round = 0; round < 3; round++) {
      const { devices, heads } = membership(entries, root)
      const sealed = [...devices.values()].map(({ sign }) => [sign, randomBytes(80)])
      const body = { hash: randomBytes(32), sealed }
      const junk = { space: fromHex(root), previous: heads, device: bad.sign.publicKey, type: 'rotate', body }
      entries.push(await signEntry(junk, await signer(bad.sign)))
    }
    const now = membership(entries, root)
    const secret = await epochSecret(own, membership([create], root))
    expect(await epochSecret(own, now)).toEqual(secret)
    const phone = await newDeviceKeys()
    entries.push(await addDeviceEntry(own, root, now, publicHalf(phone)))
    expect(await epochSecret(phone, membership(entries, root))).toEqual(secret)
    // An honest device rotates to a new secret.
    entries.push(await rotateEntry(own, root, membership(entries, root)))
    const later = membership(entries, root)
    expect(await epochSecret(own, later)).not.toEqual(secret)
    expect(await epochSecret(phone, later)).toEqual(await epochSecret(own, later))
  })

  it('uses the newest secret that each device can open, and counts the newer ones that it cannot', async () => {
    const [bad, phone] = [await newDeviceKeys(), await newDeviceKeys()]
    const { own, create, root } = await found([bad, phone])
    const before = membership([create], root)
    const good = await rotateEntry(bad, root, before)
    const { hash, sealed } = good.body as { hash: Uint8Array; sealed: [Uint8Array, Uint8Array][] }
    const isPhone = (sign: Uint8Array) => deviceId(sign) === deviceId(phone.sign.publicKey)
    // Sealed correctly to all devices except the phone.
    const partly = await signEntry(
      {
        space: fromHex(root),
        previous: before.heads,
        device: bad.sign.publicKey,
        type: 'rotate',
        body: { hash, sealed: sealed.map(([sign, bytes]) => [sign, isPhone(sign) ? randomBytes(bytes.length) : bytes]) },
      },
      await signer(bad.sign),
    )
    const now = membership([create, partly], root)
    const first = await epochSecret(phone, before)
    expect(await openedEpoch(phone, now)).toEqual({ secret: first, unreadable: 1 })
    expect((await openedEpoch(own, now)).unreadable).toBe(0)
    // After a new secret by any honest device, all devices use the same one again.
    const mended = membership([create, partly, await rotateEntry(own, root, now)], root)
    expect(await openedEpoch(phone, mended)).toEqual(await openedEpoch(own, mended))
    expect((await openedEpoch(phone, mended)).unreadable).toBe(0)
  })

  it('tries each sealed secret once, although every new entry makes a new membership', async () => {
    const [bad, phone] = [await newDeviceKeys(), await newDeviceKeys()]
    const { create, root } = await found([bad, phone])
    const entries = [create]
    for (let count = 0; count < 3; count++) {
      const { hash } = await rotateEntry(bad, root, membership(entries, root)).then(({ body }) => body as { hash: Uint8Array })
      const sealed = [...membership(entries, root).devices.values()].map(({ sign }) => [sign, randomBytes(80)])
      const previous = membership(entries, root).heads
      const entry = { space: fromHex(root), previous, device: bad.sign.publicKey, type: 'rotate', body: { hash, sealed } }
      entries.push(await signEntry(entry, await signer(bad.sign)))
    }
    expect((await openedEpoch(phone, membership(entries, root))).unreadable).toBe(3)
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt')
    expect((await openedEpoch(phone, membership(entries, root))).unreadable).toBe(3)
    expect(decrypt).not.toHaveBeenCalled()
    decrypt.mockRestore()
  })

  it('accepts entries despite more heads of junk than an entry can name, and despite entries with missing ancestors', async () => {
    const bad = await newDeviceKeys()
    const { own, create, root } = await found([bad])
    const sign = await signer(bad.sign)
    const junk = (previous: readonly EntryHash[], number: number) =>
      signEntry({ space: fromHex(root), previous, device: bad.sign.publicKey, type: 'paint', body: { number } }, sign)
    const heads = await Promise.all(Array.from({ length: 40 }, (_, number) => junk([root], number)))
    const add = async (entries: Entry[]) => {
      const phone = publicHalf(await newDeviceKeys())
      const added = await addDeviceEntry(own, root, membership(entries, root), phone)
      expect(membership([...entries, added], root).devices.has(deviceId(phone.sign))).toBe(true)
      return added
    }
    const waiting = await junk([toHex(randomBytes(32)) as EntryHash], 0)
    const first = await add([create, ...heads])
    await add([create, ...heads, first])
    await add([create, waiting])
  })

  it('is computed quickly for 2,000 entries with 16 previous entries each', async () => {
    const { own, create, root } = await found()
    const hashes = Array.from({ length: LOG_LIMIT - 1 }, (_, number) => `${number}`.padStart(64, '0') as EntryHash)
    const entries = hashes.map((hash, number): Entry => {
      const previous = number === 0 ? [root] : hashes.slice(Math.max(0, number - 16), number)
      return { ...create, space: fromHex(root), type: 'paint', hash, previous, device: deviceId(own.sign.publicKey) }
    })
    expect(membership([create, ...entries.reverse()], root).heads).toEqual([hashes.at(-1)])
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

  it('takes the migration change of a version from the first entry for it, in any order of arrival', async () => {
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

  it('ignores a format entry by a device that is not listed, or one that is malformed', async () => {
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

describe('an attestation', () => {
  it('covers one change of one document by one device', async () => {
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
    const [one, other] = [newActor(sign.publicKey), newActor(sign.publicKey)]
    expect(one).toHaveLength(48)
    expect(one).not.toBe(other)
    expect(stemOf(one)).toBe(stemOf(other))
  })
})
