import { previewCsv } from '../../src/exchange/csv/preview.ts'
import { defineSchema } from '../../src/query/index/define-schema.ts'
import { putRows } from '../../src/query/index/put-rows.ts'
import { toIndexRow } from '../../src/query/index/rows.ts'
import { closeIndex, openIndex } from '../../src/query/index/space-index.ts'
import { loadSqlite } from '../../src/query/sqlite/sqlite.ts'
import { commitAlone } from '../../src/space/answer-lookups.ts'
import { newResident } from '../../src/space/automerge.ts'
import { addBulk, BULK_RECORDS, beginBulk, endBulk } from '../../src/space/edits/bulk.ts'
import { compareSpaces, placesSince } from '../../src/space/history/compare.ts'
import { changesBelow, changesUntil, pastSpace } from '../../src/space/history/past.ts'
import { differencesTo, putBackTo } from '../../src/space/history/restore.ts'
import type { RecordId } from '../../src/space/ids.ts'
import { readTable } from '../../src/space/read-records.ts'
import { everyTable } from '../../src/space/schema.ts'
import { closeSpace, createSpace, type Space } from '../../src/space/space.ts'
import type { Figure } from './support/figure.ts'
import { loadBareAutomerge } from './support/load-automerge.ts'
import { realRows } from './support/real-table.ts'
import { WIDE_ROWS, wideTable } from './support/wide-table.ts'

const NOW = 1_780_000_000
const ACTOR = 'cd'.repeat(24)
/** Records that are changed after the time that is looked back to. */
const CHANGED = 10

/** A past state, comparing it with now, and putting it back. */
export const lookBack = async (rows?: number): Promise<Figure[]> => {
  await loadBareAutomerge()
  const sqlite = await loadSqlite()
  const { space, first, records } = await wideSpace(rows)
  const { handle } = space.resident
  const then = NOW + 1_000
  for (let at = 0; at < CHANGED; at++)
    commitAlone(
      space,
      [{ do: 'set', ...cellOf(space, records[(at * 9_973) % records.length] as RecordId), value: `later ${at}` }],
      then + 1 + at,
    )

  const fillFrom = (from: Space) => {
    const index = openIndex(sqlite)
    defineSchema(index, from.schema)
    for (const table of everyTable(from.schema))
      for (const part of readTable(from, table.id))
        putRows(
          index,
          table,
          part.map((record) => toIndexRow(table, record)),
        )
    closeIndex(index)
  }
  const bareBegan = performance.now()
  const wanted = new Set(changesUntil(handle, then))
  const metas = handle.getChangesMeta([])
  const bare = newResident(ACTOR)
  for (const [at, change] of handle.getChanges([]).entries())
    if (wanted.has(metas[at]?.hash ?? '')) bare.handle.loadIncremental(change)
  bare.handle.free()
  const bareLoad = performance.now() - bareBegan
  const began = performance.now()
  const past = pastSpace(space, changesUntil(handle, then), first, ACTOR)
  const loaded = performance.now() - began
  fillFrom(past)
  const filled = performance.now() - began

  const findBegan = performance.now()
  const known = new Set(changesBelow(handle, past.resident.handle.getHeads()))
  const found = placesSince(handle, (hash) => known.has(hash))
  const find = performance.now() - findBegan
  const compareBegan = performance.now()
  const differences = compareSpaces(past, space)
  const compare = performance.now() - compareBegan
  const restoreBegan = performance.now()
  putBackTo(space, differencesTo(past, space, 'space'), NOW + 5_000)
  const restore = performance.now() - restoreBegan
  if (differences.length !== CHANGED || found.length !== CHANGED) throw new Error(`${differences.length} records differ.`)
  closeSpace(past)
  return [
    { name: 'at/load', value: loaded, unit: 'ms', beside: bareLoad },
    { name: 'at/state', value: filled, unit: 'ms', beside: bareLoad + filled - loaded, must: 1.5 },
    { name: 'at/compare', value: compare, unit: 'ms', beside: find, must: 2 },
    { name: 'at/restore', value: restore, unit: 'ms', beside: find, must: 2 },
  ]
}

const cellOf = (space: Space, record: RecordId) => {
  const [table] = space.schema.tables
  if (!table?.fields[0]) throw new Error('The space has no table.')
  return { table: table.id, record, field: table.fields[0].id }
}

const wideSpace = async (rowCount = WIDE_ROWS): Promise<{ space: Space; first: string; records: RecordId[] }> => {
  const file = wideTable(rowCount)
  const { guess } = await previewCsv(file)
  const rows = await realRows(file, guess)
  const { space, first } = createSpace(ACTOR, 'Wide', NOW)
  const { bulk } = beginBulk(
    space,
    'Wide',
    guess.columns.map(({ name, type }) => ({ name, type })),
    NOW,
  )
  const records: RecordId[] = []
  for (let at = 0; at < rows.length; at += BULK_RECORDS) {
    const committed = addBulk(space, bulk, rows.slice(at, at + BULK_RECORDS), NOW)
    records.push(...(committed?.touched.records.get(bulk.table) ?? []))
  }
  endBulk(space, bulk, NOW)
  return { space, first, records }
}
