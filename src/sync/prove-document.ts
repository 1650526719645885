import { newResident } from '../space/automerge.ts'

/** The actor of a document in which nobody writes. */
const NOBODY = '00'

/** The heads of a saved document, or undefined when Automerge does not load what it has written itself. */
export const headsWhenLoaded = (saved: Uint8Array): readonly string[] | undefined => {
  const { handle } = newResident(NOBODY)
  try {
    handle.loadIncremental(saved)
    return handle.getHeads()
  } catch {
    // Any reason is the same one: the document that is on disk would not open again.
    return undefined
  } finally {
    handle.free()
  }
}

/**
 * Finds the change after which a document, saved, does not load any more: by halves, since each try saves and loads all of it.
 * @param changes of the document with their hashes, in an order in which each follows its past
 * @param suspects hashes, in the order in which they came
 */
export const blameChange = (
  changes: readonly (readonly [hash: string, bytes: Uint8Array])[],
  suspects: readonly string[],
): string | undefined => {
  const loadsWith = (count: number): boolean => {
    const left = new Set(suspects.slice(count))
    const { handle } = newResident(NOBODY)
    try {
      // Whatever builds on one that is left out waits in Automerge's queue.
      for (const [hash, change] of changes) if (!left.has(hash)) handle.loadIncremental(change)
      const heads = headsWhenLoaded(handle.save())
      return heads !== undefined && [...heads].sort().join() === handle.getHeads().sort().join()
    } catch {
      return false
    } finally {
      handle.free()
    }
  }
  let [good, bad] = [0, suspects.length]
  if (loadsWith(bad) || !loadsWith(good)) return undefined
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (loadsWith(middle)) good = middle
    else bad = middle
  }
  return suspects[good]
}
