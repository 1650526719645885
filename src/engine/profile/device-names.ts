import { actorStem } from '../../people/device-keys.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { ProfileSession } from './profile-session.ts'

/**
 * The names of own devices in a space by their actor stem (16 bytes, hexadecimal). Keys that were never prekeys belong to the
 * device that created the space. That device is known when all other devices have prekeys in the space.
 */
export const deviceNames = (
  { homeState, device }: ProfileSession,
  { id, keys, membership }: SpaceSession,
): Readonly<Record<string, string>> => {
  const { devices, prekeys } = homeState.value
  const owners = new Map([[actorStem(keys.sign.publicKey), device]])
  for (const listed of prekeys) if (listed.space === id) owners.set(actorStem(listed.sign), listed.device)
  const named = new Set(owners.values())
  const unnamed = devices.filter((each) => !named.has(each.device))
  const unknown = [...membership.devices.values()].map(({ sign }) => actorStem(sign)).filter((stem) => !owners.has(stem))
  const [maker] = unknown
  const [made] = unnamed
  if (maker !== undefined && made && unknown.length === 1 && unnamed.length === 1) owners.set(maker, made.device)
  const nameOf = new Map(devices.map((each) => [each.device, each.name]))
  return Object.fromEntries([...owners].flatMap(([stem, owner]) => (nameOf.has(owner) ? [[stem, nameOf.get(owner) ?? '']] : [])))
}
