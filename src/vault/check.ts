import { equalBytes, hexBytes } from '../bytes/encoding.ts'
import type { Backend } from './backends/backend.ts'
import { areaOf, changeSum, type DigestOf, type Sums } from './root-record.ts'
import type { Sealer } from './sealing.ts'

export interface CheckDeps {
  readonly backend: Backend
  readonly digestOf: DigestOf
  /** Values that are not sealed, or that contain the sums themselves. */
  readonly isExempt: (area: string) => boolean
  /** Waits for pending writes. @returns the expected sums */
  settled(): Promise<Sums>
  /** By `areaOf`; undefined if the area has no key or a damaged one. */
  sealerOf(area: string): Promise<Sealer | undefined>
  /** Awaited before each value, so that more urgent work can run. */
  pause(): Promise<void>
}

/**
 * Reads and opens every value, one at a time.
 * @returns the areas, by `areaOf`, in which a value was altered, removed, added or put back outside the vault
 */
export const checkValues = async (deps: CheckDeps): Promise<ReadonlySet<string>> => {
  const { backend, isExempt, settled } = deps
  const stored = (await backend.names([])).map(areaOf)
  const areas = new Set([...stored, ...(await settled()).keys()].filter((area) => !isExempt(area)))
  const differing = new Set<string>()
  for (const area of areas) if (!(await isWhole(area, deps))) differing.add(area)
  return differing
}

/** Repeats if a write happened meanwhile, because some values are then older than others. */
const isWhole = async (area: string, deps: CheckDeps): Promise<boolean> => {
  for (;;) {
    const before = (await deps.settled()).get(area)
    const found = await sumOf(area, deps)
    const after = (await deps.settled()).get(area)
    if (same(before, after)) return found !== undefined && same(found.get(area), after)
  }
}

/** The sum of an area's values, or undefined if one of them does not open. */
const sumOf = async (area: string, { backend, digestOf, sealerOf, pause }: CheckDeps): Promise<Sums | undefined> => {
  const sums = new Map<string, Uint8Array>()
  const names = await backend.names([hexBytes(area)])
  const sealer = names.length > 0 ? await sealerOf(area) : undefined
  for (const name of names) {
    await pause()
    const bytes = await backend.get(name)
    if (!bytes) continue
    const opened = await sealer?.open(name, bytes)
    if (!opened) return undefined
    changeSum(sums, name, digestOf(name, opened.version))
  }
  return sums
}

const same = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one && other ? equalBytes(one, other) : one === other
