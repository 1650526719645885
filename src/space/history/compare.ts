import type { Handle, Hash } from '../automerge.ts'
import { type Cell, cellsOf } from '../cells/cell.ts'
import { mapsOf } from '../containers.ts'
import type { FieldId, RecordId, TableId } from '../ids.ts'
import { flatOf } from '../read-schema.ts'
import { everyTable, type Field, type Table } from '../schema.ts'
import type { Space } from '../space.ts'
import { type DocumentPath, objectAt } from '../steps.ts'
import type { Scalar } from '../value.ts'
import { readChange } from './changes.ts'

type Flat = Readonly<Record<string, Scalar>>

/** The difference of one item between two states; undefined on the side where the item does not exist. */
export interface Difference {
  readonly place: DocumentPath
  readonly before: Flat | undefined
  readonly after: Flat | undefined
}

/** The differences of a record, for display. */
export interface RecordDifference {
  readonly table: TableId
  readonly record: RecordId
  readonly kind: 'made' | 'deleted' | 'restored' | 'purged' | 'changed'
  readonly fields: readonly { readonly field: Field; readonly before: Cell | undefined; readonly after: Cell | undefined }[]
}

/**
 * The differences between an earlier and a later state.
 * @param before see `pastSpace`; all its changes must be in `after`
 */
export const compareSpaces = (before: Space, after: Space): Difference[] =>
  placesSince(after.resident.handle, knownTo(before)).flatMap((place) => {
    const [was, is] = [flatAt(before, place), flatAt(after, place)]
    return sameFlat(was, is) ? [] : [{ place, before: was, after: is }]
  })

const knownTo = ({ resident }: Space): ((hash: Hash) => boolean) => {
  const hashes = new Set(resident.handle.getChangesMeta([]).map(({ hash }) => hash))
  return (hash) => hashes.has(hash)
}

/** Every document path that the changes wrote to, except known changes. */
export const placesSince = (handle: Handle, isKnown: (hash: Hash) => boolean): DocumentPath[] => {
  const metas = handle.getChangesMeta([])
  const places = new Map<string, DocumentPath>()
  metas.forEach(({ hash }) => {
    if (isKnown(hash)) return
    const change = handle.getChangeByHash(hash)
    if (!change) return
    for (const { place } of readChange(handle, change).places) places.set(JSON.stringify(place), place)
  })
  return [...places.values()]
}

/** All values stored at a path; undefined if it does not exist (any more). */
export const flatAt = ({ resident: { handle }, containers }: Space, place: DocumentPath): Flat | undefined => {
  const object = objectAt(mapsOf(handle), containers, place)
  return object === undefined ? undefined : flatOf(handle, object)
}

const sameFlat = (one: Flat | undefined, other: Flat | undefined): boolean => {
  if (one === undefined || other === undefined) return one === other
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
}

/** The differences of records, by cell, interpreted by the fields of the later state. */
export const recordDifferences = (differences: readonly Difference[], after: Space): RecordDifference[] => {
  const tables = new Map(everyTable(after.schema).map((table) => [table.id, table]))
  return differences.flatMap(({ place, before, after: now }) => {
    const table = place.in === 'record' ? tables.get(place.table) : undefined
    return place.in === 'record' && table ? [recordDifference(table, place.record, before, now)] : []
  })
}

const recordDifference = (
  table: Table,
  record: RecordId,
  before: Flat | undefined,
  after: Flat | undefined,
): RecordDifference => {
  const [was, is] = [before ? cellsOf(table.fields, before) : EMPTY, after ? cellsOf(table.fields, after) : EMPTY]
  const fields = table.fields.flatMap((field) => {
    const [one, other] = [was.get(field.id), is.get(field.id)]
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ field, before: one, after: other }]
  })
  return { table: table.id, record, kind: kindOf(before, after), fields }
}

const EMPTY: ReadonlyMap<FieldId, Cell> = new Map()

const kindOf = (before: Flat | undefined, after: Flat | undefined): RecordDifference['kind'] => {
  if (after === undefined) return 'purged'
  if (before === undefined) return 'made'
  const [was, is] = [before['~deleted'] !== undefined, after['~deleted'] !== undefined]
  return was === is ? 'changed' : is ? 'deleted' : 'restored'
}
