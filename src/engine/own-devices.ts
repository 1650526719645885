/** Keeps a person's own devices listed in every space: takes keys from the reserve in home, and keeps the reserve filled. */
import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { toHex } from '../bytes/encoding.ts'
import { type DeviceId, deviceId, publicHalf } from '../people/device-keys.ts'
import { type Entry, packEntry, parseLog } from '../people/entry.ts'
import { addDeviceEntry } from '../people/founding.ts'
import { membershipOf } from '../people/membership.ts'
import type { SpaceId } from '../space/ids.ts'
import { addReserve, type ReserveKeys, takeReserve } from './home.ts'
import { makeReserve, reserveKeys } from './key-ring.ts'
import { type ProfileSession, spaceIdOf } from './profile-session.ts'
import type { SpaceSession } from './space-session.ts'
import { logOf } from './space-store.ts'

/** Keys that each device keeps in reserve for each other one; filled up when fewer than half are left. */
const RESERVE = 16

/** Makes what is missing of this device's reserve for its other own devices. */
export const fillReserve = async (profile: ProfileSession): Promise<void> => {
  const { device, home, homeState, vault } = profile
  const { devices, reserve } = homeState.value
  for (const { device: taker } of devices) {
    if (taker === device) continue
    const left = reserve.filter((keys) => keys.device === device && keys.taker === taker && keys.space === undefined).length
    if (left >= RESERVE / 2) continue
    const made = await makeReserve(vault, RESERVE - left)
    await profile.commitHome(made.map((keys) => addReserve(home.space(), device, taker, publicHalf(keys))))
  }
}

/**
 * Lists another own device in a space, by keys of its reserve.
 * @returns whether it is listed now; false when it has no keys left, until it has made more
 */
export const listInSpace = async (profile: ProfileSession, session: SpaceSession, other: DeviceId): Promise<boolean> => {
  const { home, homeState, device } = profile
  const theirs = homeState.value.reserve.filter((keys) => keys.device === other)
  const isListed = (keys: ReserveKeys) => session.membership.devices.has(deviceId(keys.sign))
  if (theirs.some(isListed)) return true
  const taken = theirs.find((keys) => keys.taker === device && keys.space === session.id)
  const keys = taken ?? theirs.find((each) => each.taker === device && each.space === undefined)
  if (!keys) return false
  // Home first: keys that were noted and not yet listed are listed the next time, keys listed in two spaces would link them.
  if (!taken) await profile.commitHome([takeReserve(home.space(), keys, session.id)])
  await session.addEntries([await addDeviceEntry(session.keys, session.root, session.membership, keys)])
  return true
}

/** What another own device is told of a space, so that it can hold it. */
export const introduce = ({ root, log }: SpaceSession): Uint8Array =>
  toCbor({ root, log: [...log.values()].map(({ bytes, signature }) => packEntry(bytes, signature)) })

/**
 * Holds a space that another own device listed this one in.
 * @returns its id, or undefined when none of this device's keys is listed there
 */
export const takeIntroduction = async (profile: ProfileSession, introduction: Uint8Array): Promise<SpaceId | undefined> => {
  const { root, log } = fromCbor(introduction) as { root: Entry['hash']; log: Uint8Array[] }
  const entries = await parseLog(log)
  const membership = membershipOf(logOf(entries), root)
  if (!membership) return undefined
  const id = spaceIdOf(root)
  for (const { sign } of membership.devices.values()) {
    const keys = await reserveKeys(profile.vault, sign)
    if (!keys || toHex(keys.sign.publicKey) !== toHex(sign)) continue
    await profile.adopt({ id, root, keys, call: undefined }, entries)
    return id
  }
  return undefined
}
