import fc from 'fast-check'
import { expect, it } from 'vitest'
import { propertyRuns } from '../../../test/support/property-runs.ts'
import { attestedChanges } from './attested-changes.ts'
import type { Authors, OrderedChange, VerifiedAttestation } from './ports.ts'

/** An actor is the name of its device. */
const authors: Authors = { deviceOf: (actor) => actor }

const change = (hash: string, actor: string, dependencies: readonly string[]): OrderedChange => ({
  hash,
  head: { actor, dependencies, sequence: 1, startOperation: 1, operations: 0 },
})

/** Counts the changes that are looked up. */
class CountingMap extends Map<string, OrderedChange> {
  lookups = 0
  override get(hash: string): OrderedChange | undefined {
    this.lookups += 1
    return super.get(hash)
  }
}

it('visits each change of a chain once, however many attestations its device sends', async () => {
  const count = 1_000
  const batch = new CountingMap()
  for (let at = 0; at < count; at++) batch.set(`${at}`, change(`${at}`, 'laptop', at > 0 ? [`${at - 1}`] : []))
  const attestations = Array.from({ length: count }, (_, at) => ({ device: 'laptop', change: `${at}` }))
  expect((await attestedChanges(batch, attestations.toReversed(), authors)).size).toBe(count)
  expect((await attestedChanges(batch, attestations, authors)).size).toBe(count)
  // Each run looks up each change once as an attested change and once as a dependency.
  expect(batch.lookups).toBeLessThanOrEqual(4 * count)
})

it('gives way while it visits many changes', async () => {
  const batch = new Map<string, OrderedChange>()
  for (let at = 0; at < 25_000; at++) batch.set(`${at}`, change(`${at}`, 'laptop', at > 0 ? [`${at - 1}`] : []))
  let turns = 0
  await attestedChanges(batch, [{ device: 'laptop', change: '24999' }], authors, async () => {
    turns += 1
  })
  expect(turns).toBe(2)
})

/** The definition: an attestation covers its change and the ancestors of it that the same device wrote. */
const attestedByDefinition = (batch: ReadonlyMap<string, OrderedChange>, attestations: readonly VerifiedAttestation[]) => {
  const attested = new Set<string>()
  for (const { device, change } of attestations) {
    if (batch.get(change)?.head.actor !== device) continue
    const covered = new Set([change])
    for (const hash of covered) {
      const found = batch.get(hash)
      if (found?.head.actor === device) attested.add(hash)
      for (const dependency of found?.head.dependencies ?? []) covered.add(dependency)
    }
  }
  return attested
}

it('attests the same changes as the definition, on random graphs', async () => {
  const device = fc.constantFrom('laptop', 'phone', 'tablet')
  const nodes = fc.array(fc.record({ actor: device, dependencies: fc.array(fc.nat(30), { maxLength: 3 }) }), { maxLength: 30 })
  const attestations = fc.array(fc.record({ device, change: fc.nat(32).map(String) }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(nodes, attestations, async (list, attested) => {
      const batch = new Map<string, OrderedChange>()
      for (const [at, { actor, dependencies }] of list.entries()) {
        // A number that is not smaller names a change that is not in the batch.
        const before = dependencies.map((each) => (each < at ? `${each}` : `missing ${each}`))
        batch.set(`${at}`, change(`${at}`, actor, before))
      }
      expect(await attestedChanges(batch, attested, authors)).toEqual(attestedByDefinition(batch, attested))
    }),
    { numRuns: propertyRuns(200) },
  )
})
