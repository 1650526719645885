import type { Chunk } from '../chunks/chunk.ts'

/** Bytes, inflated, of the changes of one peer that may wait. */
export const HELD_LIMIT = 4 * 1024 * 1024
/** Milliseconds that a change may wait. */
export const HELD_FOR = 60_000

type Change = Extract<Chunk, { kind: 'change' }>

/** Changes of one peer that wait for their ancestors or attestations. */
export interface HeldChanges {
  readonly changes: readonly Change[]
  /** When the oldest expires; undefined while none waits. */
  readonly until: number | undefined
  /** Whether changes were dropped because of the limit; only a new link makes the peer send them again. */
  readonly lost: boolean
  /** Replaces the held changes; those that were held before keep their expiry. @returns the dropped ones */
  keep(changes: readonly Chunk[]): readonly Change[]
  /** Drops expired changes. @returns these */
  expire(): readonly Change[]
}

/** @param now milliseconds */
export const heldChanges = (now: () => number): HeldChanges => {
  let held: readonly { readonly change: Change; readonly since: number }[] = []
  let lost = false
  return {
    get changes() {
      return held.map(({ change }) => change)
    },
    get until() {
      return held.length > 0 ? Math.min(...held.map(({ since }) => since)) + HELD_FOR : undefined
    },
    get lost() {
      return lost
    },
    keep(chunks) {
      const since = new Map(held.map((each) => [each.change.hash, each.since]))
      const changes = chunks.flatMap((chunk) => (chunk.kind === 'change' ? [chunk] : []))
      const fitting: Change[] = []
      const dropped: Change[] = []
      let left = HELD_LIMIT
      for (const change of changes) {
        if (dropped.length > 0 || change.body.length > left) {
          // Later changes depend on it, so they are dropped too.
          dropped.push(change)
          continue
        }
        left -= change.body.length
        fitting.push(change)
      }
      lost ||= dropped.length > 0
      held = fitting.map((change) => ({ change, since: since.get(change.hash) ?? now() }))
      return dropped
    },
    expire() {
      const late = held.filter(({ since }) => since + HELD_FOR <= now())
      held = held.filter((each) => !late.includes(each))
      return late.map(({ change }) => change)
    },
  }
}
