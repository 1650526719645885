import { randomBytes, toHex } from '../../bytes/encoding.ts'
import { commitAlone } from '../../space/answer-lookups.ts'
import type { Edit } from '../../space/edits/edits.ts'
import { readRecord, readTable, type StoredRecord } from '../../space/read-records.ts'
import { everyTable, type Table } from '../../space/schema.ts'
import { type Committed, createSpace, type Space } from '../../space/space.ts'
import { defineSchema } from '../index/define-schema.ts'
import { putRows, removeRows } from '../index/put-rows.ts'
import { toIndexRow } from '../index/rows.ts'
import { openIndex, type SpaceIndex } from '../index/space-index.ts'
import type { Sqlite } from '../sqlite/sqlite.ts'

export const NOW = 1_780_000_000

/** Updates the index after a commit; a changed schema reloads every table. */
export const follow = (space: Space, index: SpaceIndex, { touched }: Pick<Committed, 'touched'>): void => {
  const put = (table: Table, records: StoredRecord[]) =>
    putRows(
      index,
      table,
      records.map((record) => toIndexRow(table, record)),
    )
  if (touched.schema) {
    defineSchema(index, space.schema)
    for (const table of everyTable(space.schema)) put(table, [...readTable(space, table.id)].flat())
  }
  for (const [id, records] of touched.records) {
    const table = everyTable(space.schema).find((each) => each.id === id)
    if (!table) continue
    const found = [...records].map((record) => [record, readRecord(space, id, record)] as const)
    removeRows(
      index,
      id,
      found.flatMap(([record, stored]) => (stored ? [] : [record])),
    )
    put(
      table,
      found.flatMap(([, stored]) => stored ?? []),
    )
  }
}

/** A space with an index that follows its commits. */
export interface Followed {
  readonly space: Space
  readonly index: SpaceIndex
  commit(...edits: readonly Edit[]): Committed | undefined
}

export const followedSpace = (sqlite: Sqlite, ...edits: readonly Edit[]): Followed => {
  const { space } = createSpace(toHex(randomBytes(24)), 'Lumen House', NOW)
  const index = openIndex(sqlite)
  const commit: Followed['commit'] = (...more) => {
    const done = commitAlone(space, more, NOW)
    if (done) follow(space, index, done)
    return done
  }
  commit(...edits)
  return { space, index, commit }
}
