import { GateError } from '../errors.ts'
import type { Authors, OrderedChange, VerifiedAttestation } from './ports.ts'

/**
 * The changes of a batch that an attestation of their own device covers, or that the log names as migrations.
 * @throws {GateError} `unknown-device`
 */
export const attestedChanges = (
  changes: ReadonlyMap<string, OrderedChange>,
  attestations: readonly VerifiedAttestation[],
  authors: Authors,
): ReadonlySet<string> => {
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
  for (const { device, change } of attestations) {
    // An attestation of another device's change has no meaning.
    if (devices.get(change) !== device) continue
    const seen = new Set<string>()
    const open = [change]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      const found = changes.get(hash)
      if (!found || seen.has(hash)) continue
      seen.add(hash)
      if (devices.get(hash) === device) attested.add(hash)
      // One by one: a crafted change may have more dependencies than a call takes arguments.
      for (const dependency of found.head.dependencies) open.push(dependency)
    }
  }
  return attested
}
