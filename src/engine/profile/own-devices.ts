/** Lists a person's own devices in every space, by prekeys from home, and refills the prekeys in home. */
import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { signer } from '../../bytes/ed25519.ts'
import { toHex } from '../../bytes/encoding.ts'
import { type DeviceId, deviceId, publicHalf } from '../../people/device-keys.ts'
import { type Entry, packEntry, parseLog } from '../../people/entry.ts'
import { addDeviceEntry } from '../../people/founding.ts'
import { membershipOf } from '../../people/membership.ts'
import { signPrekeys } from '../../people/prekeys.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import { logOf } from '../spaces/space-store.ts'
import { spaceIdOf } from './founding.ts'
import { addPrekeys, addSignatures, type PrekeyRow, usePrekeys } from './home.ts'
import { findPrekeys, makePrekeys } from './key-ring.ts'
import { firstSignedPrekey, signedPrekeys, unusedPrekeys } from './prekeys.ts'
import type { ProfileSession } from './profile-session.ts'

/** The number of prekeys that each device has in home for each other one. It adds new ones when fewer than half are left. */
const PREKEYS = 16

/**
 * Makes this device's missing prekeys for the other devices in home's log: home's rows may name invented devices.
 * Rows that this device did not sign do not count.
 */
export const refillPrekeys = async (profile: ProfileSession): Promise<void> => {
  const { device, home, homeState, vault } = profile
  const { prekeys } = homeState.value
  for (const taker of home.membership.devices.keys()) {
    if (taker === device) continue
    const signed = signedPrekeys(home, unusedPrekeys(prekeys, device, taker))
    let left = 0
    while (left < PREKEYS / 2 && !(await signed.next()).done) left += 1
    if (left >= PREKEYS / 2) continue
    const made = await makePrekeys(vault, PREKEYS - left)
    await profile.commitHome(addSignatures(home.space()))
    const sign = await signer(home.keys.sign)
    const edits = made.map(async (keys) => {
      const reserved = { ...publicHalf(keys), taker }
      return addPrekeys(home.space(), device, reserved, await signPrekeys(home.root, reserved, sign))
    })
    await profile.commitHome(await Promise.all(edits))
  }
}

/**
 * Lists another own device in a space with one of its prekeys.
 * @returns whether the device is listed; false while it has no unused prekeys
 */
export const listInSpace = async (profile: ProfileSession, session: SpaceSession, other: DeviceId): Promise<boolean> => {
  const { home, homeState, device } = profile
  const theirs = homeState.value.prekeys.filter((keys) => keys.device === other)
  const isListed = (keys: PrekeyRow) => session.membership.devices.has(deviceId(keys.sign))
  if (await firstSignedPrekey(home, theirs.filter(isListed))) return true
  const taken = await firstSignedPrekey(
    home,
    theirs.filter((keys) => keys.taker === device && keys.space === session.id),
  )
  const keys = taken ?? (await firstSignedPrekey(home, unusedPrekeys(theirs, other, device)))
  if (!keys) return false
  // Mark the prekeys as used in home first: keys that are listed in two spaces would reveal that both have the same member. When the
  // program ends between both writes, the next run lists the marked prekeys.
  if (!taken) await profile.commitHome([usePrekeys(home.space(), keys, session.id)])
  await session.addEntries([await addDeviceEntry(session.keys, session.root, session.membership, keys)])
  return true
}

/** The data that another own device needs to add a space: root and log. */
export const introduce = ({ root, log }: SpaceSession): Uint8Array =>
  toCbor({ root, log: [...log.values()].map(({ bytes, signature }) => packEntry(bytes, signature)) })

/**
 * Adds a space in which another own device listed this one.
 * @returns its id, or undefined when no key of this device is listed in it
 */
export const acceptIntroduction = async (profile: ProfileSession, introduction: Uint8Array): Promise<SpaceId | undefined> => {
  const { root, log } = fromCbor(introduction) as { root: Entry['hash']; log: Uint8Array[] }
  const entries = await parseLog(log)
  const membership = membershipOf(logOf(entries), root)
  if (!membership) return undefined
  const id = spaceIdOf(root)
  for (const { sign } of membership.devices.values()) {
    const keys = await findPrekeys(profile.vault, sign)
    if (!keys || toHex(keys.sign.publicKey) !== toHex(sign)) continue
    await profile.adopt({ id, root, keys, call: undefined }, entries)
    return id
  }
  return undefined
}
