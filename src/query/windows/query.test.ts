import { beforeAll, describe, expect, it } from 'vitest'
import { randomBytes, toHex } from '../../bytes/encoding.ts'
import { commitAlone } from '../../space/answer-lookups.ts'
import { type FieldId, newId, type OptionId, type RecordId, type TableId } from '../../space/ids.ts'
import { readTable } from '../../space/read-records.ts'
import { createSpace } from '../../space/space.ts'
import { answerLookup } from '../index/answer-lookups.ts'
import { defineSchema } from '../index/define-schema.ts'
import { putRows, removeRows } from '../index/put-rows.ts'
import { toIndexRow } from '../index/rows.ts'
import { openIndex } from '../index/space-index.ts'
import { loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { countRecords, readRow, readWindow } from './read-window.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

const NOW = 1_780_000_000
const members = () => {
  const { space } = createSpace(toHex(randomBytes(24)), 'Lumen House', NOW)
  const table = newId<TableId>()
  const [name, age, crew, friends] = [newId<FieldId>(), newId<FieldId>(), newId<FieldId>(), newId<FieldId>()]
  const [night, day] = [newId<OptionId>(), newId<OptionId>()]
  const [ash, briar, calla] = [newId<RecordId>(), newId<RecordId>(), newId<RecordId>()]
  commitAlone(
    space,
    [
      {
        do: 'create-table',
        id: table,
        name: 'Members',
        fields: [
          { id: name, name: 'Name', type: 'text' },
          { id: age, name: 'Age', type: 'number' },
          {
            id: crew,
            name: 'Crew',
            type: 'choice',
            options: [
              { id: night, name: 'Night' },
              { id: day, name: 'Day' },
            ],
          },
          { id: friends, name: 'Friends', type: 'link' },
        ],
      },
      { do: 'create-record', id: briar, table, values: { [name]: 'Briar', [age]: 9, [crew]: day } },
      { do: 'create-record', id: ash, table, values: { [name]: 'ash', [age]: 24, [crew]: night } },
      { do: 'create-record', id: calla, table, values: { [name]: 'Calla' } },
      { do: 'link', table, record: ash, field: friends, to: calla },
      { do: 'link', table, record: ash, field: friends, to: briar },
    ],
    NOW,
  )
  const index = openIndex(sqlite)
  const fill = () => {
    defineSchema(index, space.schema)
    const [shown] = space.schema.tables
    if (shown)
      putRows(
        index,
        shown,
        [...readTable(space, table)].flat().map((record) => toIndexRow(shown, record)),
      )
  }
  fill()
  const names = (request: object) =>
    readWindow(index, { table, offset: 0, limit: 50, ...request }).rows.map(
      ({ cells }) => (cells[name] as { value: string }).value,
    )
  return { space, index, fill, table, name, age, crew, friends, ash, briar, calla, names }
}

describe('a window', () => {
  it('returns rows in order, with cells as their fields show them', () => {
    const { index, table, name, age, crew, friends, ash, briar, calla, names } = members()
    expect(names({})).toEqual(['Briar', 'ash', 'Calla'])
    const { total, rows } = readWindow(index, { table, offset: 1, limit: 1 })
    expect(total).toBe(3)
    expect(rows).toEqual([
      {
        id: ash,
        cells: {
          [name]: { kind: 'value', value: 'ash' },
          [age]: { kind: 'value', value: 24 },
          [crew]: { kind: 'value', value: expect.any(String) },
          [friends]: {
            kind: 'links',
            links: [
              { id: calla, label: 'Calla' },
              { id: briar, label: 'Briar' },
            ],
          },
        },
      },
    ])
    expect(readRow(index, table, calla)?.cells).toEqual({ [name]: { kind: 'value', value: 'Calla' } })
  })

  it('sorts each type in its usual order, empty cells last', () => {
    const { name, age, crew, friends, names } = members()
    expect(names({ sort: { field: name, descending: false } })).toEqual(['ash', 'Briar', 'Calla'])
    expect(names({ sort: { field: age, descending: false } })).toEqual(['Briar', 'ash', 'Calla'])
    expect(names({ sort: { field: age, descending: true } })).toEqual(['ash', 'Briar', 'Calla'])
    expect(names({ sort: { field: crew, descending: false } })).toEqual(['ash', 'Briar', 'Calla'])
    expect(names({ sort: { field: friends, descending: false } })[0]).toBe('ash')
  })

  it('finds records by their label and treats wildcards literally', () => {
    const { names } = members()
    expect(names({ labelled: 'A' })).toEqual(['Briar', 'ash', 'Calla'])
    expect(names({ labelled: 'SH' })).toEqual(['ash'])
    expect(names({ labelled: '%' })).toEqual([])
  })

  it('starts at an offset that includes a requested record', () => {
    const { index, table, calla, age } = members()
    expect(readWindow(index, { table, offset: 0, limit: 1, around: calla }).rows[0]?.id).toBe(calla)
    expect(
      readWindow(index, { table, offset: 0, limit: 1, around: calla, sort: { field: age, descending: true } }).rows[0]?.id,
    ).toBe(calla)
  })

  it('finds the positions of records in the window', () => {
    const { index, table, calla, age } = members()
    const gone = newId<RecordId>()
    const find = [calla, gone]
    const { rows, found } = readWindow(index, { table, offset: 0, limit: 1, sort: { field: age, descending: true }, find })
    const all = readWindow(index, { table, offset: 0, limit: 500, sort: { field: age, descending: true } }).rows
    expect(rows).toHaveLength(1)
    expect(found?.[0]).toEqual({
      id: calla,
      state: 'shown',
      place: all.findIndex(({ id }) => id === calla),
      row: all.find(({ id }) => id === calla),
    })
    expect(found?.[1]).toEqual({ id: gone, state: 'absent', place: undefined, row: undefined })
  })

  it('follows edits: the trash, a new field, another type, a purge', () => {
    const { space, index, fill, table, name, age, ash, briar, names } = members()
    const cup = newId<FieldId>()
    commitAlone(
      space,
      [
        { do: 'delete', what: { table, record: briar } },
        { do: 'create-field', id: cup, table, name: 'Cup', type: 'text' },
      ],
      NOW,
    )
    fill()
    expect(names({})).toEqual(['ash', 'Calla'])
    expect(names({ deleted: true })).toEqual(['Briar'])
    expect(countRecords(index)[table]).toBe(2)
    commitAlone(
      space,
      [
        { do: 'update-field', field: age, type: 'date' },
        { do: 'set', table, record: ash, field: cup, value: 'blue' },
      ],
      NOW,
    )
    fill()
    expect(readRow(index, table, ash)?.cells).toMatchObject({
      [age]: { kind: 'unfit', text: '24' },
      [cup]: { value: 'blue' },
      [name]: { value: 'ash' },
    })
    removeRows(index, table, [ash])
    expect(names({})).toEqual(['Calla'])
  })

  it('keeps the order of a top-level record in a tree that has no stored parent', () => {
    const { space, index, table } = members()
    const tree = newId<FieldId>()
    const record = newId<RecordId>()
    commitAlone(space, [{ do: 'create-field', id: tree, table, name: 'In', type: 'tree' }], NOW)
    defineSchema(index, space.schema)
    const [shown] = space.schema.tables
    if (!shown) throw new Error('There is a table.')
    putRows(index, shown, [
      toIndexRow(shown, { id: record, flat: { '~order': 'a0', [`${tree}/order`]: 'z9' }, by: 'ab'.repeat(16) }),
    ])
    expect(answerLookup(index, { kind: 'last-child', table, field: tree, parent: '' })).toBe('z9')
  })

  it('handles any text: empty, emoji, NUL, right to left, very long', () => {
    const { space, index, fill, table, name } = members()
    const texts = ['👩‍👩‍👧', 'a\u0000b', 'שלום', 'x'.repeat(200_000), "'; DROP TABLE x; --"]
    commitAlone(
      space,
      texts.map((text) => ({ do: 'create-record', table, values: { [name]: text } }) as const),
      NOW,
    )
    fill()
    const shown = readWindow(index, { table, offset: 3, limit: 50 }).rows.map(
      ({ cells }) => (cells[name] as { value: string }).value,
    )
    expect(shown).toEqual(texts)
  })
})
