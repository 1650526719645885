import type { CommitResult, Edit, SpaceId } from '../engine/api/engine.ts'
import { engine } from './engine.ts'

let underWay = 0

/** Edits that are not yet known to survive a power cut. */
export const savesUnderWay = (): number => underWay

/** One transaction. Resolves when it would survive a power cut; fires `tessera-saving` on the window when the count changes. */
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

// A page that closes takes the engine with it: while the browser asks, what is under way is saved.
addEventListener('beforeunload', (event) => {
  if (underWay > 0) event.preventDefault()
})
