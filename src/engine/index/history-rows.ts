import type { HistoryRow } from '../../query/history.ts'
import type { Handle } from '../../space/automerge.ts'
import { readChange, readMessage } from '../../space/history/changes.ts'

/** Operations above which a change of an import is told without its records: these say themselves when and by whom they were made. */
const WHOLE = 5_000

/**
 * What the changes that `known` does not cover did.
 * @param known heads
 * @returns a few rows at a time, so that others may have their turn in between
 */
export function* historyRows(handle: Handle, known: readonly string[]): Generator<HistoryRow[]> {
  const metas = known.length === 0 ? handle.getChangesMeta([]) : handle.getChangesMeta([...known])
  for (const { hash, actor, time, message, startOp, maxOp } of metas) {
    const device = actor.slice(0, 32)
    const said = readMessage(message)
    const told = { change: hash, device, time, what: said.what, as: said.as.length > 0 ? JSON.stringify(said.as) : '' }
    if (said.what === 'import' && maxOp - startOp > WHOLE) yield [{ ...told, did: 'made', place: undefined, fields: [] }]
    else {
      const change = handle.getChangeByHash(hash)
      if (!change) continue
      // What a copy brought was changed last where it came from.
      yield readChange(handle, change).places.map(({ place, did, fields, last }) => ({ ...told, ...last, did, place, fields }))
    }
  }
}
