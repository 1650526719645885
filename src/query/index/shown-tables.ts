import { mayHoldFormerLinks } from '../../space/cells/cell.ts'
import type { TableId } from '../../space/ids.ts'
import { everyTable, type Field, type Schema } from '../../space/schema.ts'
import type { SpaceIndex } from './space-index.ts'

const known = new WeakMap<Schema, Map<TableId, ReadonlySet<TableId>>>()

/** The tables whose content is shown in a table's rows: linked tables, and the tables that their labels and lookups depend on. */
export const tablesShownIn = ({ schema }: SpaceIndex, table: TableId): ReadonlySet<TableId> => {
  const bySchema = known.get(schema) ?? new Map<TableId, ReadonlySet<TableId>>()
  known.set(schema, bySchema)
  const found = bySchema.get(table) ?? reached(schema, table)
  bySchema.set(table, found)
  return found
}

const reached = (schema: Schema, from: TableId): ReadonlySet<TableId> => {
  const tables = new Map(everyTable(schema).map((table) => [table.id, table]))
  const found = new Set<TableId>()
  const waiting = [from]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const target of targetsOf(tables.get(at)?.fields ?? [])) {
      if (found.has(target)) continue
      found.add(target)
      waiting.push(target)
    }
  }
  return found
}

const targetsOf = (fields: readonly Field[]): TableId[] =>
  fields.flatMap((field) => (field.target && (field.type === 'link' || mayHoldFormerLinks(field)) ? field.target : []))
