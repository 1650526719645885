import { newResident } from '../space/automerge.ts'

/** Actor of read-only documents. */
const READ_ONLY = '00'

/** The heads of a saved document; undefined if Automerge cannot load it. */
export const headsWhenLoaded = (saved: Uint8Array): readonly string[] | undefined => {
  const { handle } = newResident(READ_ONLY)
  try {
    handle.loadIncremental(saved)
    return handle.getHeads()
  } catch {
    // For any error the result is the same: the saved document cannot be opened again.
    return undefined
  } finally {
    handle.free()
  }
}

/**
 * Finds the change that makes a saved document unloadable. It uses binary search, because each attempt saves and loads everything.
 * @param changes all changes of the document with their hashes, in topological order
 * @param suspects hashes in the order of arrival
 */
export const blameChange = (
  changes: readonly (readonly [hash: string, bytes: Uint8Array])[],
  suspects: readonly string[],
): string | undefined => {
  const loadsWith = (count: number): boolean => {
    const left = new Set(suspects.slice(count))
    const { handle } = newResident(READ_ONLY)
    try {
      // Automerge queues changes whose dependencies are missing.
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
