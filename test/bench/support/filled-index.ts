/** An index of records of ten fields, and the same records as JavaScript objects. */
import Papa from 'papaparse'
import { defineSchema } from '../../../src/query/index/define-schema.ts'
import { putRows } from '../../../src/query/index/put-rows.ts'
import type { IndexRow } from '../../../src/query/index/rows.ts'
import { openIndex, type SpaceIndex } from '../../../src/query/index/space-index.ts'
import { loadSqlite } from '../../../src/query/sqlite/sqlite.ts'
import { type FieldId, newId, newIds, type OptionId, type RecordId, type TableId } from '../../../src/space/ids.ts'
import { orderKeys } from '../../../src/space/order/order.ts'
import { EMPTY_SCHEMA, type Field, type FieldType, type Table } from '../../../src/space/schema.ts'
import { WIDE_ROWS, wideTable } from './wide-table.ts'

export interface WideRecord {
  readonly id: RecordId
  readonly [name: string]: string | number | boolean
}

export interface FilledIndex {
  readonly index: SpaceIndex
  readonly table: Table
  /** Fields by their names. */
  readonly fields: Readonly<Record<string, FieldId>>
  readonly rows: readonly IndexRow[]
  readonly objects: readonly WideRecord[]
}

const TYPES: Readonly<Record<string, FieldType>> = {
  Name: 'text',
  City: 'text',
  State: 'choice',
  Age: 'number',
  Joined: 'date',
  Paid: 'number',
  Note: 'text',
  Code: 'text',
  Score: 'number',
  Member: 'checkbox',
}

const SLICE = 100

export const filledIndex = async (rowCount = WIDE_ROWS): Promise<FilledIndex> => {
  const { data } = Papa.parse<Record<string, string>>(await wideTable(rowCount).text(), { header: true, skipEmptyLines: true })
  const id = newId<TableId>()
  const states = [...new Set(data.map(({ State = '' }) => State))].map((name) => ({ id: newId<OptionId>(), name, colour: 1 }))
  const fields = Object.entries(TYPES).map(
    ([name, type]): Field => ({
      id: newId<FieldId>(),
      table: id,
      name,
      type,
      description: '',
      required: false,
      unique: false,
      options: type === 'choice' ? states : [],
      many: false,
      settings: {},
      attributes: [],
    }),
  )
  const table: Table = { id, name: 'Wide', icon: '', primary: undefined, fields, views: [], batches: {} }
  const ids = newIds<RecordId>(data.length)
  const orders = orderKeys(data.length)
  const objects = data.map((record, at): WideRecord => {
    const values = Object.entries(TYPES).map(([name, type]) => {
      const text = record[name] ?? ''
      const value = type === 'number' ? Number(text) : type === 'checkbox' ? text === 'true' : text
      return [name, value] as const
    })
    return { id: ids[at] as RecordId, ...Object.fromEntries(values) }
  })
  const rows = objects.map(
    (object, at): IndexRow => ({
      id: object.id,
      order: orders[at] as string,
      marked: undefined,
      by: 'ab'.repeat(16),
      created: 1_800_000_000,
      batch: undefined,
      columns: fields.map(({ name, type }) => {
        const value = object[name] as string | number | boolean
        if (type === 'choice') return states.find((state) => state.name === value)?.id ?? null
        return typeof value === 'boolean' ? Number(value) : value
      }),
      links: [],
    }),
  )
  const index = openIndex(await loadSqlite())
  defineSchema(index, { ...EMPTY_SCHEMA, tables: [table] })
  for (let at = 0; at < rows.length; at += SLICE) putRows(index, table, rows.slice(at, at + SLICE))
  return { index, table, fields: Object.fromEntries(fields.map(({ id: field, name }) => [name, field])), rows, objects }
}

/** Milliseconds that `work` takes. */
export const timed = (work: () => unknown): number => {
  const began = performance.now()
  work()
  return performance.now() - began
}

export const times = (count: number, work: (time: number) => unknown): number[] =>
  Array.from({ length: count }, (_, time) => timed(() => work(time)))
