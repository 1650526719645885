import { describe, expect, it } from 'vitest'
import { signer } from '../../src/bytes/ed25519.ts'
import { toBase64Url } from '../../src/bytes/encoding.ts'
import { examineHere } from '../../src/engine/examine/examination.ts'
import { foundHome, newDocument } from '../../src/engine/profile/founding.ts'
import { addPrekeys, readHome } from '../../src/engine/profile/home.ts'
import { listInSpace, refillPrekeys } from '../../src/engine/profile/own-devices.ts'
import { firstSignedPrekey, unusedPrekeys } from '../../src/engine/profile/prekeys.ts'
import { openProfile, type ProfileSession } from '../../src/engine/profile/profile-session.ts'
import { type DeviceId, deviceId, newDeviceKeys, publicHalf } from '../../src/people/device-keys.ts'
import { addDeviceEntry } from '../../src/people/founding.ts'
import { signPrekeys } from '../../src/people/prekeys.ts'
import type { CellInput, Edit } from '../../src/space/edits/edits.ts'
import type { FieldId } from '../../src/space/ids.ts'
import { memoryBackend } from '../../src/vault/backends/memory-backend.ts'
import { createVault } from '../../src/vault/open-vault.ts'

/** The weakest parameters of Argon2id, to keep the tests fast. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }

const row = (profile: ProfileSession, name: string, values: Readonly<Record<string, string>>): Edit => {
  const table = profile.home.space().schema.tables.find((each) => each.name === name)
  if (!table) throw new Error(`Home has no table ${name}.`)
  const cells = table.fields.flatMap((field): [FieldId, CellInput][] => {
    const value = values[field.name]
    return value === undefined ? [] : [[field.id, value]]
  })
  return { do: 'create-record', table: table.id, values: Object.fromEntries(cells) }
}

/** Resolves when the profile has this many rows, because a commit resolves slightly earlier. */
const prekeyCount = (profile: ProfileSession, count: number): Promise<void> =>
  new Promise((resolve) => profile.homeState.watch(({ prekeys }) => prekeys.length === count && resolve()))

/** A profile whose home lists a second, honest and offline device, and keys made by a third, hostile device. */
const profileOfTwo = async () => {
  const vault = await createVault(memoryBackend(), 'correct horse', QUICK)
  await foundHome(vault, 'Laptop')
  const profile = await openProfile(vault, {
    examiner: { examine: examineHere, prepare: () => undefined },
    sessionListeners: () => ({}),
    opened: () => undefined,
  })
  const { home } = profile
  const phone = await newDeviceKeys()
  const other = deviceId(phone.sign.publicKey)
  await home.addEntries([await addDeviceEntry(home.keys, home.root, home.membership, publicHalf(phone))])
  await profile.commitHome([row(profile, 'devices', { device: other, name: 'Phone' })])
  /** Writes rows like a hostile device: in the name of `device`, with its own keys. */
  const plant = async (device: DeviceId, taker: DeviceId, keys = newDeviceKeys().then(publicHalf), count = 1) => {
    const { sign, agree } = await keys
    const signature = toBase64Url(crypto.getRandomValues(new Uint8Array(64)))
    const values = { device, taker, sign: toBase64Url(sign), agree: toBase64Url(agree), signature }
    const before = profile.homeState.value.prekeys.length
    await profile.commitHome(Array.from({ length: count }, () => row(profile, 'reserve', values)))
    await prekeyCount(profile, before + count)
    return deviceId(sign)
  }
  return { profile, phone, other, plant }
}

const aSpace = async (profile: ProfileSession) =>
  profile.open(await profile.createSpace('a', 'Workshop', newDocument('Workshop', [])))

describe('prekeys that one device writes in the name of another', () => {
  it('are not listed in a new space', async () => {
    const { profile, other, plant } = await profileOfTwo()
    const planted = await plant(other, profile.device)
    expect([...(await aSpace(profile)).membership.devices.keys()]).not.toContain(planted)
  })

  it('are not listed later, while the device’s own prekeys are', async () => {
    const { profile, phone, other, plant } = await profileOfTwo()
    const session = await aSpace(profile)
    await plant(other, profile.device)
    await plant(other, profile.device, Promise.resolve(publicHalf(session.keys)))
    expect(await listInSpace(profile, session, other)).toBe(false)
    expect(session.membership.devices.size).toBe(1)

    const keys = await newDeviceKeys()
    const reserved = { ...publicHalf(keys), taker: profile.device }
    const signature = await signPrekeys(profile.home.root, reserved, await signer(phone.sign))
    await profile.commitHome([addPrekeys(profile.home.space(), other, reserved, signature)])
    await prekeyCount(profile, 3)
    expect(await listInSpace(profile, session, other)).toBe(true)
    expect([...session.membership.devices.keys()]).toContain(deviceId(keys.sign.publicKey))
  })

  it('do not count as the device’s own, which still makes its prekeys', async () => {
    const { profile, other, plant } = await profileOfTwo()
    await plant(profile.device, other, undefined, 16)
    await refillPrekeys(profile)
    await prekeyCount(profile, 32)
    // Its own prekeys are accepted now, so no more are made.
    await refillPrekeys(profile)
    expect(readHome(profile.home.space()).prekeys).toHaveLength(32)
  })

  it('are not made for invented devices', async () => {
    const { profile, other } = await profileOfTwo()
    const invented = deviceId((await newDeviceKeys()).sign.publicKey)
    await profile.commitHome(['zz', invented].map((device) => row(profile, 'devices', { device, name: 'Invented' })))
    await refillPrekeys(profile)
    const { prekeys } = readHome(profile.home.space())
    expect(new Set(prekeys.map(({ taker }) => taker))).toEqual(new Set([other]))
  })

  it('are not signed when a device adds signatures to a home of an older version', async () => {
    const { profile, other } = await profileOfTwo()
    const fieldsNamed = () =>
      profile.home
        .space()
        .schema.tables.flatMap(({ id: table, fields }) =>
          fields.filter(({ name }) => name === 'signature').map(({ id: field }) => ({ table, field })),
        )
    await profile.commitHome(fieldsNamed().map((what) => ({ do: 'delete', what })))
    expect(fieldsNamed()).toEqual([])
    await refillPrekeys(profile)
    const { prekeys } = readHome(profile.home.space())
    expect(prekeys).toHaveLength(16)
    expect(await firstSignedPrekey(profile.home, unusedPrekeys(prekeys, profile.device, other))).toBeDefined()
  })
})
