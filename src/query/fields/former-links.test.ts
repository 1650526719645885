import { beforeAll, describe, expect, it } from 'vitest'
import { exportedSpace, flatValue } from '../../exchange/exported.ts'
import { type FieldId, newId, type RecordId, type SpaceId, type TableId } from '../../space/ids.ts'
import type { FieldType } from '../../space/schema.ts'
import { tablesShownIn } from '../index/shown-tables.ts'
import { search } from '../search/search.ts'
import { runSql } from '../sql/run-sql.ts'
import { loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { followedSpace } from '../testing/follow.ts'
import type { Filter } from '../windows/filter.ts'
import { readWindow } from '../windows/read-window.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

const library = (type: FieldType, many = true) => {
  const [people, books] = [newId<TableId>(), newId<TableId>()]
  const [title, name, wrote] = [newId<FieldId>(), newId<FieldId>(), newId<FieldId>()]
  const [ursula, emma, persuasion, dune] = [newId(), newId(), newId(), newId()] as [RecordId, RecordId, RecordId, RecordId]
  const text = (id: FieldId, label: string) => ({ id, name: label, type: 'text' as const })
  const followed = followedSpace(
    sqlite,
    { do: 'create-table', id: books, name: 'Books', fields: [text(title, 'Title')] },
    { do: 'create-table', id: people, name: 'People', fields: [text(name, 'Name')] },
    { do: 'create-field', id: wrote, table: people, name: 'Wrote', type: 'link', target: books, many },
    { do: 'create-record', id: emma, table: books, values: { [title]: 'Emma' } },
    { do: 'create-record', id: persuasion, table: books, values: { [title]: 'Persuasion' } },
    { do: 'create-record', id: dune, table: books, values: { [title]: 'Dune' } },
    { do: 'create-record', id: ursula, table: people, values: { [name]: 'Ursula', [wrote]: many ? [persuasion, emma] : emma } },
  )
  followed.commit({ do: 'update-field', field: wrote, type })
  const rows = (filter?: Filter) =>
    readWindow(followed.index, { table: people, offset: 0, limit: 9, ...(filter && { filter }) }).rows
  const shown = () => rows()[0]?.cells[wrote]
  return { ...followed, people, books, title, wrote, ursula, emma, persuasion, dune, rows, shown }
}

describe('a link that became a text', () => {
  it.each(['text', 'long-text'] as const)('shows the names of the linked records as %s', (type) => {
    const { space, index, commit, people, books, title, wrote, ursula, emma, rows, shown } = library(type)
    expect(shown()).toEqual({ kind: 'value', value: 'Persuasion, Emma' })
    expect(rows({ field: wrote, op: 'contains', value: 'EMMA' })).toHaveLength(1)
    expect(rows({ field: wrote, op: 'contains', value: emma })).toHaveLength(0)
    expect(search(index, 'persua').map(({ record }) => record)).toContain(ursula)
    expect(runSql(index, 'SELECT "Wrote" FROM "People"', { rows: 9, milliseconds: 1_000 }).rows).toEqual([['Persuasion, Emma']])
    expect(tablesShownIn(index, people)).toEqual(new Set([books]))

    commit({ do: 'set', table: books, record: emma, field: title, value: 'Émilie' })
    expect(shown()).toEqual({ kind: 'value', value: 'Persuasion, Émilie' })
    expect(rows({ field: wrote, op: 'contains', value: 'emilie' })).toHaveLength(1)
    expect(search(index, 'emilie').map(({ record }) => record)).toContain(ursula)
    commit({ do: 'delete', what: { table: books, record: emma } })
    expect(shown()).toEqual({ kind: 'value', value: 'Persuasion, Émilie' })
    const exported = exportedSpace(space, newId<SpaceId>()).tables.find(({ id }) => id === people)?.records[0]
    expect(flatValue(exported?.values.Wrote)).toBe('Persuasion, Émilie')

    commit({ do: 'update-field', field: wrote, type: 'link' })
    expect(shown()).toMatchObject({ kind: 'links', links: [{ label: 'Persuasion' }, { state: 'trashed' }] })
  })

  it('shows the name of its only record', () => {
    const { shown, rows, wrote } = library('text', false)
    expect(shown()).toEqual({ kind: 'value', value: 'Emma' })
    expect(rows({ field: wrote, op: 'is', value: 'Emma' })).toHaveLength(1)
  })

  it.each(['text', 'long-text'] as const)('accepts the text of an edit as %s, and can be emptied', (type) => {
    const { commit, people, wrote, ursula, shown, rows } = library(type)
    commit({ do: 'set', table: people, record: ursula, field: wrote, value: 'Persuasion, and more' })
    expect(shown()).toEqual({ kind: 'value', value: 'Persuasion, and more' })
    commit({ do: 'set', table: people, record: ursula, field: wrote, value: null })
    expect(shown()).toBeUndefined()
    expect(rows({ field: wrote, op: 'is', value: null })).toHaveLength(1)
  })

  it('marks the names as unfit if the new type is not a text', () => {
    const { shown } = library('number')
    expect(shown()).toEqual({ kind: 'unfit', text: 'Persuasion, Emma' })
  })
})
