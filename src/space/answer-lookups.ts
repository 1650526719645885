import { cellOf } from './cells/cell.ts'
import { deletedRecords, edgesOf, type TableRecords } from './deletion.ts'
import type { Edit } from './edits/edits.ts'
import { withIds } from './edits/with-ids.ts'
import type { FieldId, RecordId, TableId } from './ids.ts'
import { type Answers, foldText, type Lookup, type LookupAnswers, LookupsMissing, lookupKey } from './lookups.ts'
import { byOrder, MOST_RENEWED } from './order/order.ts'
import { readTable, type StoredRecord } from './read-records.ts'
import { everyTable, type Field, livingTables } from './schema.ts'
import { type Committed, commitEdits, type Space } from './space.ts'
import { resolveTree } from './tree.ts'

/**
 * Commits edits without an index: lookups are answered from the document, which takes as long as reading the tables in question.
 * The engine asks its index instead.
 * @throws {SpaceError} as `commitEdits` does
 */
export const commitAlone = (space: Space, edits: readonly Edit[], now: number): Committed | undefined => {
  const answers = new Map<string, unknown>()
  const known = withIds(edits)
  for (;;) {
    try {
      return commitEdits(space, known, now, answers)
    } catch (error) {
      if (!(error instanceof LookupsMissing)) throw error
      for (const [key, answer] of answerLookups(space, error.lookups)) answers.set(key, answer)
    }
  }
}

/** Answers lookups by reading every table of the document. */
export const answerLookups = (space: Space, lookups: readonly Lookup[]): Answers => {
  const document = readDocument(space)
  return new Map(lookups.map((lookup) => [lookupKey(lookup), answerLookup(document, lookup)]))
}

interface Document {
  readonly tables: ReadonlyMap<TableId, TableRecords>
  readonly deleted: ReadonlySet<string>
}

const readDocument = (space: Space): Document => {
  const all = everyTable(space.schema).map((table) => ({ table, records: [...readTable(space, table.id)].flat() }))
  const living = new Set(livingTables(space.schema).map(({ id }) => id))
  return {
    tables: new Map(all.map((each) => [each.table.id, each])),
    deleted: deletedRecords(all.filter(({ table }) => living.has(table.id))),
  }
}

const answerLookup = (document: Document, lookup: Lookup): LookupAnswers[Lookup['kind']] => {
  const recordsOf = (table: TableId) => document.tables.get(table)?.records ?? []
  const living = (table: TableId) => recordsOf(table).filter(({ id }) => !document.deleted.has(`${table}/${id}`))
  const fieldOf = (id: FieldId) =>
    [...document.tables.values()].flatMap(({ table }) => table.fields).find((field) => field.id === id)
  switch (lookup.kind) {
    case 'holding': {
      const field = fieldOf(lookup.field)
      return field === undefined
        ? []
        : idsOf(living(lookup.table).filter((record) => foldedCell(field, record) === lookup.folded))
    }
    case 'linking': {
      const field = fieldOf(lookup.field)
      return field === undefined ? [] : idsOf(living(field.table).filter((record) => linksOf(field, record).includes(lookup.to)))
    }
    case 'cascading':
      return cascading(document, lookup.table, lookup.record)
    case 'last-order':
      return greatestBefore(rowOrders(recordsOf(lookup.table)), lookup.before)
    case 'last-child':
      return greatestBefore(childOrders(fieldOf(lookup.field), recordsOf(lookup.table), lookup.parent), lookup.before)
    case 'rows-from': {
      const { tree, before } = lookup
      const records = recordsOf(lookup.table)
      const rows = tree === undefined ? rowOrders(records) : childOrders(fieldOf(tree.field), records, tree.parent)
      const sorted = rows.sort(byOrder)
      const at = sorted.findIndex(({ id }) => id === before)
      return at < 0 ? [] : sorted.slice(at, at + MOST_RENEWED + 1).map(({ id }) => id)
    }
    case 'way-up': {
      const field = fieldOf(lookup.field)
      const shown = field === undefined ? new Map() : resolveTree(edgesOf(field, recordsOf(lookup.table)))
      const way: { record: RecordId; parent: RecordId | '' }[] = []
      for (let at: RecordId | '' = lookup.record; at !== ''; at = way.at(-1)?.parent ?? '')
        way.push({ record: at, parent: shown.get(at) ?? '' })
      return way
    }
    case 'last-number':
      return recordsOf(lookup.table).reduce((last, { flat }) => Math.max(last, Number(flat[lookup.field] ?? 0) || 0), 0)
  }
}

/** Sorted by code units, as the index returns them. */
const idsOf = (records: readonly StoredRecord[]): RecordId[] => records.map(({ id }) => id).sort()

const foldedCell = (field: Field, { flat }: StoredRecord): string | undefined => {
  const cell = cellOf(field, flat)
  return cell?.kind === 'value' ? foldText(String(cell.value)) : undefined
}

const linksOf = (field: Field, { flat }: StoredRecord): readonly RecordId[] => {
  const cell = cellOf(field, flat)
  return cell?.kind === 'links' ? cell.to : []
}

interface Ordered {
  readonly id: RecordId
  readonly order: string
}

const rowOrders = (records: readonly StoredRecord[]): Ordered[] =>
  records.map(({ id, flat }) => ({ id, order: String(flat['~order'] ?? '') }))

const childOrders = (field: Field | undefined, records: readonly StoredRecord[], parent: RecordId | ''): Ordered[] => {
  if (field === undefined) return []
  const shown = resolveTree(edgesOf(field, records))
  return records
    .filter(({ id }) => shown.get(id) === parent)
    .map(({ id, flat }) => ({ id, order: String(flat[`${field.id}/order`] ?? flat['~order'] ?? '') }))
}

/** The greatest order key of all rows, or the key of the row in front of `before`. */
const greatestBefore = (rows: Ordered[], before: RecordId | undefined): string | undefined => {
  const sorted = rows.sort(byOrder)
  const at = before === undefined ? sorted.length : sorted.findIndex(({ id }) => id === before)
  return sorted[at - 1]?.order || undefined
}

/** Records that are in the trash only because of this record. */
const cascading = ({ tables, deleted }: Document, table: TableId, record: RecordId): { table: TableId; record: RecordId }[] => {
  const restored = [...tables.values()].map((each) =>
    each.table.id === table ? { ...each, records: each.records.map((one) => (one.id === record ? unmarked(one) : one)) } : each,
  )
  const without = deletedRecords(restored)
  return [...deleted]
    .filter((key) => !without.has(key) && key !== `${table}/${record}`)
    .map((key) => ({ table: key.slice(0, 26) as TableId, record: key.slice(27) as RecordId }))
}

const unmarked = (record: StoredRecord): StoredRecord => {
  const { '~deleted': _, ...flat } = record.flat
  return { ...record, flat }
}
