import { actorStem } from '../../people/device-keys.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { ProfileSession } from './profile-session.ts'

/**
 * The names of the own devices that write in a space, by the 16 bytes in hexadecimal that their changes begin with. Keys that were
 * never in reserve are the ones of the device that made the space: it is known where only one device has no other keys.
 */
export const deviceNames = (
  { homeState, device }: ProfileSession,
  { id, keys, membership }: SpaceSession,
): Readonly<Record<string, string>> => {
  const { devices, reserve } = homeState.value
  const owners = new Map([[actorStem(keys.sign.publicKey), device]])
  for (const listed of reserve) if (listed.space === id) owners.set(actorStem(listed.sign), listed.device)
  const named = new Set(owners.values())
  const unnamed = devices.filter((each) => !named.has(each.device))
  const unknown = [...membership.devices.values()].map(({ sign }) => actorStem(sign)).filter((stem) => !owners.has(stem))
  const [maker] = unknown
  const [made] = unnamed
  if (maker !== undefined && made && unknown.length === 1 && unnamed.length === 1) owners.set(maker, made.device)
  const nameOf = new Map(devices.map((each) => [each.device, each.name]))
  return Object.fromEntries([...owners].flatMap(([stem, owner]) => (nameOf.has(owner) ? [[stem, nameOf.get(owner) ?? '']] : [])))
}
