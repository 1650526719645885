import type { Handle, ObjectId } from './automerge.ts'
import type { Containers } from './containers.ts'
import { type FieldId, isId, type OptionId, type TableId, type ViewId } from './ids.ts'
import { byOrder } from './order/order.ts'
import {
  type DefaultValue,
  FIELD_TYPES,
  type Field,
  type FieldSettings,
  type FieldType,
  type Option,
  type Schema,
  SETTING_KEYS,
  type Table,
  type View,
  type ViewColumn,
} from './schema.ts'
import type { DocumentPath } from './steps.ts'
import type { Scalar } from './value.ts'
import { toScalars } from './value-of.ts'

type Flat = Readonly<Record<string, Scalar>>

interface Stored<Id extends string> {
  readonly id: Id
  readonly order: string
  readonly flat: Flat
}

/** The stored tables, fields and views of a space, cached so that an edit rereads only what it wrote. */
export interface StoredSchema {
  readonly tables: Map<TableId, Stored<TableId>>
  readonly fields: Map<FieldId, Stored<FieldId>>
  readonly views: Map<ViewId, Stored<ViewId>>
  /** The tables of the last schema, with the maps that each was built from. */
  readonly made: Map<TableId, { readonly from: readonly unknown[]; readonly table: Table }>
}

export const newStoredSchema = (): StoredSchema => ({
  tables: new Map(),
  fields: new Map(),
  views: new Map(),
  made: new Map(),
})

/** Reads one map of a container. Undefined for anything else, such as the time that replaces a purged map. */
const readStored = <Id extends string>(handle: Handle, container: ObjectId, id: string): Stored<Id> | undefined => {
  const found = isId(id) ? handle.getWithType(container, id) : null
  if (found?.[0] !== 'map') return undefined
  const flat = flatOf(handle, found[1])
  return { id: id as unknown as Id, order: text(flat['~order']), flat }
}

export const readStoredSchema = (handle: Handle, containers: Containers): StoredSchema => {
  const stored = newStoredSchema()
  const readAll = <Id extends string>(into: Map<Id, Stored<Id>>, container: ObjectId) => {
    for (const id of handle.keys(container)) {
      const map = readStored<Id>(handle, container, id)
      if (map) into.set(map.id, map)
    }
  }
  readAll(stored.tables, containers.tables)
  readAll(stored.fields, containers.fields)
  readAll(stored.views, containers.views)
  return stored
}

/** Rereads what a local change wrote at `place`. Records and the space's own settings are not cached here. */
export const rereadStored = (stored: StoredSchema, handle: Handle, containers: Containers, place: DocumentPath): void => {
  const reread = <Id extends string>(into: Map<Id, Stored<Id>>, container: ObjectId, id: Id) => {
    const map = readStored<Id>(handle, container, id)
    if (map) into.set(id, map)
    else into.delete(id)
  }
  if (place.in === 'table') reread(stored.tables, containers.tables, place.table)
  else if (place.in === 'field') reread(stored.fields, containers.fields, place.field)
  else if (place.in === 'view') reread(stored.views, containers.views, place.view)
}

/** The keys and values stored at a table, field or view. */
export const storedAt = ({ tables, fields, views }: StoredSchema, place: DocumentPath): Flat | undefined => {
  if (place.in === 'table') return tables.get(place.table)?.flat
  if (place.in === 'field') return fields.get(place.field)?.flat
  return place.in === 'view' ? views.get(place.view)?.flat : undefined
}

/** The scalars and texts of a map, by key. */
export const flatOf = (handle: Handle, object: ObjectId): Flat => toScalars(handle.materialize(object) as Record<string, unknown>)

const text = (value: Scalar | undefined): string => (value === undefined ? '' : String(value))

const isDeleted = ({ flat }: { readonly flat: Flat }): boolean => flat['~deleted'] !== undefined

const newestFirst = (one: { flat: Flat }, other: { flat: Flat }): number =>
  Number(other.flat['~deleted']) - Number(one.flat['~deleted'])

/**
 * The tables, fields and views of a space, in order. An unchanged table is the same object as before.
 * @param version the format version of the document
 */
export const readSchema = (handle: Handle, containers: Containers, version: string, stored: StoredSchema): Schema => {
  const fields = [...stored.fields.values()].sort(byOrder)
  const views = [...stored.views.values()].sort(byOrder)
  const tables = [...stored.tables.values()].sort(byOrder)
  const byOwner = groupByTable(fields)
  const viewsByTable = groupByTable(views)
  const attributesOf = ({ id }: Stored<FieldId>) => (byOwner.get(id) ?? []).filter((each) => !isDeleted(each))
  const fieldOf = (field: Stored<FieldId>): Field =>
    toField(
      field,
      attributesOf(field).map((each) => toField(each, [])),
    )
  const tableOf = (of: Stored<TableId>): Table => {
    const { id, flat } = of
    const shownFields = (byOwner.get(id) ?? []).filter((each) => !isDeleted(each))
    const shownViews = (viewsByTable.get(id) ?? []).filter((each) => !isDeleted(each))
    const from = [of, ...shownFields.flatMap((field) => [field, ...attributesOf(field)]), ...shownViews]
    const before = stored.made.get(id)
    if (before?.from.length === from.length && before.from.every((each, at) => each === from[at])) return before.table
    const table: Table = {
      id,
      name: text(flat.name),
      icon: text(flat.icon),
      primary: isId(flat.primary) ? (flat.primary as unknown as FieldId) : undefined,
      fields: shownFields.map(fieldOf),
      views: shownViews.map(toView),
      batches: batchesOf(flat),
    }
    stored.made.set(id, { from, table })
    return table
  }
  const shown = tables.filter(({ flat }) => flat.hidden !== true)
  const finished = shown.filter(({ flat }) => !isUnfinished(flat))
  const info = flatOf(handle, containers.info)
  return {
    name: text(info.name),
    icon: text(info.icon),
    colour: typeof info.colour === 'number' ? info.colour : undefined,
    description: text(info.description),
    version,
    tables: finished.filter((each) => !isDeleted(each)).map(tableOf),
    deleted: {
      tables: finished.filter(isDeleted).sort(newestFirst).map(tableOf),
      fields: fields.filter(isDeleted).sort(newestFirst).map(fieldOf),
      views: views.filter(isDeleted).sort(newestFirst).map(toView),
    },
    unfinished: shown.filter(({ flat }) => isUnfinished(flat)).map(tableOf),
    hidden: tables.filter(({ flat }) => flat.hidden === true).map(tableOf),
  }
}

/** Groups fields or views by their table, or attributes by their link. */
const groupByTable = <Id extends string>(all: readonly Stored<Id>[]): Map<string, Stored<Id>[]> => {
  const groups = new Map<string, Stored<Id>[]>()
  for (const each of all) {
    const owner = text(each.flat.table)
    const group = groups.get(owner)
    if (group) group.push(each)
    else groups.set(owner, [each])
  }
  return groups
}

/** Whether a table belongs to an unfinished or undone import and is therefore hidden. */
const isUnfinished = (flat: Flat): boolean => {
  const batch = flat['~batch']
  return batch !== undefined && flat[`batch/${batch}`] !== 'done'
}

const batchesOf = (flat: Flat): Record<string, string> => {
  const batches: Record<string, string> = {}
  // The import that created the table is finished if the table is shown.
  if (flat['~batch'] !== undefined) batches[text(flat['~batch'])] = 'done'
  for (const key of Object.keys(flat)) {
    const batch = key.slice(6)
    if (key.startsWith('batch/') && batch !== text(flat['~batch'])) batches[batch] = text(flat[key])
  }
  return batches
}

const toField = ({ id, flat }: Stored<FieldId>, attributes: readonly Field[]): Field => {
  const type = text(flat.type)
  const known = (FIELD_TYPES as readonly string[]).includes(type)
  const fallback = defaultOf(flat.default)
  return {
    id,
    table: text(flat.table) as TableId,
    name: text(flat.name),
    type: known ? (type as FieldType) : 'text',
    ...(!known && { unknownType: type }),
    description: text(flat.description),
    required: flat.required === true,
    unique: flat.unique === true,
    ...(fallback !== undefined && { default: fallback }),
    options: optionsOf(flat),
    ...(isId(flat.target) && { target: flat.target as unknown as TableId }),
    many: flat.many === true,
    settings: settingsOf(flat),
    attributes,
  }
}

const settingsOf = (flat: Flat): FieldSettings =>
  Object.fromEntries(SETTING_KEYS.flatMap((key) => (flat[key] === undefined ? [] : [[key, flat[key]]])))

const defaultOf = (stored: Scalar | undefined): DefaultValue | undefined => {
  const value = fromJson(stored)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || Array.isArray(value)) return value
  const from = (value as { from?: unknown } | undefined)?.from
  return from === 'now' || from === 'today' ? { from } : undefined
}

/** Parses a JSON text; undefined if there is none, or if another version wrote something else. */
const fromJson = (stored: Scalar | undefined): unknown => {
  if (typeof stored !== 'string') return undefined
  try {
    return JSON.parse(stored) ?? undefined
  } catch {
    return undefined
  }
}

const optionsOf = (flat: Flat): Option[] =>
  Object.keys(flat)
    .flatMap((key) => {
      const [, id] = /^option\/([a-z2-7]{26})\/name$/.exec(key) ?? []
      if (id === undefined || flat[`option/${id}/deleted`] !== undefined) return []
      return [
        {
          id: id as OptionId,
          name: text(flat[key]),
          colour: Number(flat[`option/${id}/colour`] ?? 1),
          order: text(flat[`option/${id}/order`]),
        },
      ]
    })
    .sort(byOrder)
    .map(({ id, name, colour }) => ({ id, name, colour }))

const toView = ({ id, flat }: Stored<ViewId>): View => {
  const [filter, sort, group] = [fromJson(flat.filter), fromJson(flat.sort), fromJson(flat.group)]
  return {
    id,
    table: text(flat.table) as TableId,
    name: text(flat.name),
    kind: text(flat.kind),
    ...(filter !== undefined && { filter }),
    ...(sort !== undefined && { sort }),
    ...(group !== undefined && { group }),
    columns: columnsOf(flat),
  }
}

const columnsOf = (flat: Flat): ViewColumn[] => {
  const fields = new Set(Object.keys(flat).flatMap((key) => /^column\/([a-z2-7]{26})\//.exec(key)?.[1] ?? []))
  return [...fields]
    .map((field) => {
      const width = flat[`column/${field}/width`]
      return {
        field: field as FieldId,
        ...(typeof width === 'number' && { width }),
        hidden: flat[`column/${field}/hidden`] === true,
        order: text(flat[`column/${field}/order`]),
      }
    })
    .sort((one, other) => byOrder({ ...one, id: one.field }, { ...other, id: other.field }))
}
