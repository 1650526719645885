import type { HistoryRow } from '../../query/history.ts'
import type { Handle } from '../../space/automerge.ts'
import { readChange, readMessage } from '../../space/history/changes.ts'

/** Above this many operations, the history row of an import omits its records: each record stores its creation time and author. */
const WHOLE = 5_000

/**
 * History rows of the changes after `known`.
 * @param known heads
 * @returns a few rows at a time, so that the caller can handle other events in between
 */
export function* historyRows(handle: Handle, known: readonly string[]): Generator<HistoryRow[]> {
  const metas = known.length === 0 ? handle.getChangesMeta([]) : handle.getChangesMeta([...known])
  for (const { hash, actor, time, message, startOp, maxOp } of metas) {
    const device = actor.slice(0, 32)
    const { what, as } = readMessage(message)
    const row = { change: hash, device, time, what, as: as.length > 0 ? JSON.stringify(as) : '' }
    if (what === 'import' && maxOp - startOp > WHOLE) yield [{ ...row, did: 'made', place: undefined, fields: [] }]
    else {
      const change = handle.getChangeByHash(hash)
      if (!change) continue
      // Records of a copied space keep their original authors and times.
      yield readChange(handle, change).places.map(({ place, did, fields, last }) => ({ ...row, ...last, did, place, fields }))
    }
  }
}
