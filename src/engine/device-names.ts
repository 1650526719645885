import { actorStem } from '../people/device-keys.ts'
import type { ProfileSession } from './profile-session.ts'
import type { SpaceSession } from './space-session.ts'

/**
 * The names of the own devices that write in a space, by the 16 bytes in hexadecimal that their changes begin with. Keys that were
 * never in reserve are the ones of the device that made the space: it is known where only one device has no other keys.
 */
export const deviceNames = async (
  { homeState, device }: ProfileSession,
  { id, keys, membership }: SpaceSession,
): Promise<Readonly<Record<string, string>>> => {
  const { devices, reserve } = homeState.value
  const own = await actorStem(keys.sign.publicKey)
  const owners = new Map([[own, device]])
  for (const listed of reserve) if (listed.space === id) owners.set(await actorStem(listed.sign), listed.device)
  const named = new Set(owners.values())
  const unnamed = devices.filter((each) => !named.has(each.device))
  const unknown: string[] = []
  for (const { sign } of membership.devices.values()) {
    const stem = await actorStem(sign)
    if (!owners.has(stem)) unknown.push(stem)
  }
  const [maker] = unknown
  const [made] = unnamed
  if (maker !== undefined && made && unknown.length === 1 && unnamed.length === 1) owners.set(maker, made.device)
  const nameOf = new Map(devices.map((each) => [each.device, each.name]))
  return Object.fromEntries([...owners].flatMap(([stem, owner]) => (nameOf.has(owner) ? [[stem, nameOf.get(owner) ?? '']] : [])))
}
