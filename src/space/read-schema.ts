import type { Handle, ObjectId } from './automerge.ts'
import type { Containers } from './containers.ts'
import { type FieldId, isId, type OptionId, type TableId, type ViewId } from './ids.ts'
import { byOrder } from './order.ts'
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
import type { Scalar } from './value.ts'
import { toScalars } from './value-of.ts'

type Flat = Readonly<Record<string, Scalar>>

interface Stored<Id extends string> {
  readonly id: Id
  readonly order: string
  readonly flat: Flat
}

/** Reads a map of maps in order, leaving out what is no map (a purged one) and what is no id. */
const mapsIn = <Id extends string>(handle: Handle, container: ObjectId): Stored<Id>[] =>
  handle
    .keys(container)
    .flatMap((id): Stored<Id>[] => {
      const found = isId(id) ? handle.getWithType(container, id) : null
      if (found?.[0] !== 'map') return []
      const flat = flatOf(handle, found[1])
      return [{ id: id as unknown as Id, order: text(flat['~order']), flat }]
    })
    .sort(byOrder)

/** A map's scalars and texts by key. */
export const flatOf = (handle: Handle, object: ObjectId): Flat => toScalars(handle.materialize(object) as Record<string, unknown>)

const text = (value: Scalar | undefined): string => (value === undefined ? '' : String(value))

const isDeleted = ({ flat }: { readonly flat: Flat }): boolean => flat['~deleted'] !== undefined

const newestFirst = (one: { flat: Flat }, other: { flat: Flat }): number =>
  Number(other.flat['~deleted']) - Number(one.flat['~deleted'])

/**
 * The tables, fields and views of a space, in order. Walks three small containers; costs nothing that grows with records.
 * @param version of the format the document has
 */
export const readSchema = (handle: Handle, containers: Containers, version: string): Schema => {
  const fields = mapsIn<FieldId>(handle, containers.fields)
  const views = mapsIn<ViewId>(handle, containers.views)
  const tables = mapsIn<TableId>(handle, containers.tables)
  const byOwner = groupByTable(fields)
  const fieldOf = (stored: Stored<FieldId>): Field =>
    toField(
      stored,
      (byOwner.get(stored.id) ?? []).filter((each) => !isDeleted(each)).map((each) => toField(each, [])),
    )
  const tableOf = ({ id, flat }: Stored<TableId>): Table => ({
    id,
    name: text(flat.name),
    icon: text(flat.icon),
    primary: isId(flat.primary) ? (flat.primary as unknown as FieldId) : undefined,
    fields: (byOwner.get(id) ?? []).filter((each) => !isDeleted(each)).map(fieldOf),
    views: views.filter((each) => each.flat.table === id && !isDeleted(each)).map(toView),
    batches: batchesOf(flat),
  })
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

/** Fields by what they belong to: a table, or for a link's attributes the link. */
const groupByTable = (fields: readonly Stored<FieldId>[]): Map<string, Stored<FieldId>[]> => {
  const groups = new Map<string, Stored<FieldId>[]>()
  for (const field of fields) {
    const owner = text(field.flat.table)
    const group = groups.get(owner)
    if (group) group.push(field)
    else groups.set(owner, [field])
  }
  return groups
}

/** Whether a table belongs to an import that has not come to its end, or was undone: nothing of it shows. */
const isUnfinished = (flat: Flat): boolean => {
  const batch = flat['~batch']
  return batch !== undefined && flat[`batch/${batch}`] !== 'done'
}

const batchesOf = (flat: Flat): Record<string, string> => {
  const batches: Record<string, string> = {}
  // Of the import that made the table the table itself tells whether it is shown.
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

/** What a JSON text says; undefined where there is none, or another version wrote what is none. */
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
