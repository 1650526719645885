import type { CommitResult, Edit, SpaceId } from '../engine/api/engine.ts'
import { engine } from './engine.ts'

let underWay = 0

/** The number of commits that are not stored yet. */
export const savesUnderWay = (): number => underWay

/** Commits edits as one transaction; resolves when it is on disk. Fires `tessera-saving` on the window when `savesUnderWay` changes. */
export const commit = async (space: SpaceId, edits: readonly Edit[]): Promise<CommitResult> => {
  count(1)
  try {
    return await engine().call('commit', { space, edits })
  } finally {
    count(-1)
  }
}

const count = (by: number): void => {
  underWay += by
  dispatchEvent(new Event('tessera-saving'))
}

// Closing the page ends the engine: pending commits are stored while the browser asks for confirmation.
addEventListener('beforeunload', (event) => {
  if (underWay > 0) event.preventDefault()
})
