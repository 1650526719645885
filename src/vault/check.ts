import { equalBytes, hexBytes } from '../bytes/encoding.ts'
import type { Backend } from './backends/backend.ts'
import { areaPart, changeSum, type PartOf, type Sums } from './root-record.ts'
import type { Sealer } from './sealing.ts'

/** What a full look at the stored values stands on. */
export interface CheckSurroundings {
  readonly backend: Backend
  readonly part: PartOf
  /** Values that lie in the open or sum up the others. */
  readonly isApart: (area: string) => boolean
  /** What should stand there, once nothing is being written. */
  settled(): Promise<Sums>
  /** What opens the values of an area, by `areaPart`; undefined when there is no (whole) key for it. */
  sealerOf(area: string): Promise<Sealer | undefined>
  /** Waited for before each value, so that whoever is in a hurry goes first. */
  pause(): Promise<void>
}

/**
 * Reads and opens every value, one at a time.
 * @returns the areas, by `areaPart`, in which a value was altered, removed, added or put back behind the vault's back
 */
export const checkValues = async (surroundings: CheckSurroundings): Promise<ReadonlySet<string>> => {
  const { backend, isApart, settled } = surroundings
  const named = (await backend.names([])).map(areaPart)
  const areas = new Set([...named, ...(await settled()).keys()].filter((area) => !isApart(area)))
  const differing = new Set<string>()
  for (const area of areas) if (!(await isWhole(area, surroundings))) differing.add(area)
  return differing
}

/** Looks again when something was written meanwhile: what was seen then is of two times. */
const isWhole = async (area: string, surroundings: CheckSurroundings): Promise<boolean> => {
  for (;;) {
    const before = (await surroundings.settled()).get(area)
    const found = await look(area, surroundings)
    const after = (await surroundings.settled()).get(area)
    if (same(before, after)) return found !== undefined && same(found.get(area), after)
  }
}

/** The sum of what stands in an area, or undefined when some of it does not open. */
const look = async (area: string, { backend, part, sealerOf, pause }: CheckSurroundings): Promise<Sums | undefined> => {
  const sums = new Map<string, Uint8Array>()
  const names = await backend.names([hexBytes(area)])
  const sealer = names.length > 0 ? await sealerOf(area) : undefined
  for (const name of names) {
    await pause()
    const bytes = await backend.get(name)
    if (!bytes) continue
    const opened = await sealer?.open(name, bytes)
    if (!opened) return undefined
    changeSum(sums, name, part(name, opened.version))
  }
  return sums
}

const same = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one && other ? equalBytes(one, other) : one === other
