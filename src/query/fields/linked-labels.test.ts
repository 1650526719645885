import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type FieldId, newId, type RecordId, type TableId } from '../../space/ids.ts'
import { loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { followedSpace } from '../testing/follow.ts'
import { readWindow } from '../windows/read-window.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

afterEach(() => vi.restoreAllMocks())

/**
 * A record in each of several tables. Each links to the one before and is labelled by that link; the first one is named.
 * @returns the labels that their cells show, without the first table
 */
const labelsOfChain = (count: number, name: string) => {
  const { index, commit } = followedSpace(sqlite)
  const chain = Array.from({ length: count }, () => ({
    table: newId<TableId>(),
    field: newId<FieldId>(),
    record: newId<RecordId>(),
  }))
  for (const [at, { table, field: id, record }] of chain.entries()) {
    const before = chain[at - 1]
    commit(
      {
        do: 'create-table',
        id: table,
        name: `Table ${at}`,
        fields: [
          before ? { id, name: 'Parts', type: 'link', target: before.table, many: true } : { id, name: 'Name', type: 'text' },
        ],
      },
      { do: 'create-record', id: record, table, values: { [id]: before ? [before.record] : name } },
    )
  }
  return chain.slice(1).map(({ table, field }) => {
    const cell = readWindow(index, { table, offset: 0, limit: 1 }).rows[0]?.cells[field]
    return cell?.kind === 'links' ? cell.links.map(({ label }) => label).join() : cell
  })
}

describe('the label of a linked record', () => {
  it('contains labels of records that are up to three links away', () => {
    expect(labelsOfChain(7, 'Mug')).toEqual(['Mug', 'Mug', 'Mug', 'Mug', '…', '…'])
  })

  it('has at most 500 characters if it consists of other labels', () => {
    expect(labelsOfChain(3, 'x'.repeat(600))).toEqual(['x'.repeat(600), 'x'.repeat(500)])
  })

  it('is replaced by the reason when the deadline of its column ends, and other columns are shown', () => {
    const { index, commit } = followedSpace(sqlite)
    const [table, name, parts] = [newId<TableId>(), newId<FieldId>(), newId<FieldId>()]
    const records = Array.from({ length: 10 }, () => newId<RecordId>())
    commit(
      {
        do: 'create-table',
        id: table,
        name: 'Things',
        fields: [
          { id: name, name: 'Name', type: 'text' },
          { id: parts, name: 'Parts', type: 'link', target: table, many: true },
        ],
      },
      ...records.map((id) => ({ do: 'create-record', id, table, values: { [name]: 'Mug' } }) as const),
      ...records.map((record) => ({ do: 'set', table, record, field: parts, value: records }) as const),
    )
    const read = () => readWindow(index, { table, offset: 0, limit: 10 }).rows[9]?.cells
    expect(read()?.[parts]?.kind).toBe('links')
    let clock = performance.now()
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10_000))
    expect(read()).toEqual({
      [name]: { kind: 'value', value: 'Mug' },
      [parts]: { kind: 'unfit', text: 'Stopped, because it takes too long.' },
    })
  })
})
