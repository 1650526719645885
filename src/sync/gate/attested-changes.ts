import { GateError } from '../errors.ts'
import type { Authors, OrderedChange, VerifiedAttestation } from './ports.ts'

/** Changes that are visited before other work gets a turn: a few milliseconds. */
const VISITED_AT_ONCE = 10_000

/**
 * The changes of a batch that an attestation of their own device covers, or that the log names as migrations.
 * @param giveWay called every few milliseconds
 * @throws {GateError} `unknown-device`
 */
export const attestedChanges = async (
  changes: ReadonlyMap<string, OrderedChange>,
  attestations: readonly VerifiedAttestation[],
  authors: Authors,
  giveWay: () => Promise<void> = async () => undefined,
): Promise<ReadonlySet<string>> => {
  const devices = new Map<string, string>()
  const attested = new Set<string>()
  for (const [hash, { head }] of changes) {
    if (authors.migrations?.names(hash, head.actor)) {
      attested.add(hash)
      continue
    }
    const device = authors.deviceOf(head.actor)
    if (device === undefined)
      throw new GateError('unknown-device', `The change ${hash} is by a device that was never listed in this space.`)
    devices.set(hash, device)
  }
  /** The changes visited for each device. Its attestations share them, so that a chain is walked once, not once per attestation. */
  const visited = new Map<string, Set<string>>()
  let visits = 0
  for (const { device, change } of attestations) {
    // An attestation of another device's change has no meaning.
    if (devices.get(change) !== device) continue
    const seen = visited.get(device) ?? new Set<string>()
    visited.set(device, seen)
    const open = [change]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      const found = changes.get(hash)
      if (!found || seen.has(hash)) continue
      seen.add(hash)
      if (devices.get(hash) === device) attested.add(hash)
      // One by one: a crafted change may have more dependencies than a call takes arguments.
      for (const dependency of found.head.dependencies) open.push(dependency)
      visits += 1
      if (visits % VISITED_AT_ONCE === 0) await giveWay()
    }
  }
  return attested
}
