import type { Chunk } from '../chunks/chunk.ts'

/** Bytes, inflated, of what may wait for one neighbour. */
export const HELD_LIMIT = 4 * 1024 * 1024
/** Milliseconds that a change may wait. */
export const HELD_FOR = 60_000

type Change = Extract<Chunk, { kind: 'change' }>

/** Changes of one neighbour that wait for what they build on, or for somebody who stands for them. */
export interface HeldChanges {
  readonly changes: readonly Change[]
  /** When the oldest is to be dropped; undefined while nothing waits. */
  readonly until: number | undefined
  /** Whether something found no room, and nothing brings it again but a new link. */
  readonly lost: boolean
  /** Holds exactly these from now on; those that were held before go on from when they came. @returns what found no room */
  keep(changes: readonly Chunk[]): readonly Change[]
  /** Drops what has waited too long. @returns that */
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
          // What comes behind builds on it: there is no use in holding that.
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
