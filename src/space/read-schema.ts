import type { Handle, ObjectId } from './automerge.ts'
import type { Containers } from './containers.ts'
import { type FieldId, isId, type OptionId, type TableId } from './ids.ts'
import { byOrder } from './order.ts'
import { FIELD_TYPES, type Field, type FieldType, type Option, type Schema, type Table } from './schema.ts'
import type { Scalar } from './value.ts'
import { toScalars } from './value-of.ts'

type Flat = Readonly<Record<string, Scalar>>

/** Reads a map of maps, leaving out what is no map (a purged one) and what is no id. */
const mapsIn = (handle: Handle, container: ObjectId): [id: string, flat: Flat][] =>
  handle.keys(container).flatMap((id): [string, Flat][] => {
    const found = isId(id) ? handle.getWithType(container, id) : null
    return found?.[0] === 'map' ? [[id, flatOf(handle, found[1])]] : []
  })

/** A map's scalars by key. */
export const flatOf = (handle: Handle, object: ObjectId): Flat => toScalars(handle.materialize(object) as Record<string, unknown>)

const text = (value: Scalar | undefined): string => (value === undefined ? '' : String(value))

/** The tables and fields of a space, in order. Walks two small containers; costs nothing that grows with records. */
export const readSchema = (handle: Handle, containers: Containers): Schema => {
  const fields = mapsIn(handle, containers.fields)
    .map(([id, flat]) => ({ id: id as FieldId, order: text(flat['~order']), flat }))
    .sort(byOrder)
  const tables = mapsIn(handle, containers.tables)
    .filter(([, flat]) => flat.hidden !== true)
    .map(([id, flat]) => ({ id: id as TableId, order: text(flat['~order']), flat }))
    .sort(byOrder)
  const finished = tables.filter(({ flat }) => !isUnfinished(flat))

  const tableOf = (table: (typeof tables)[number]): Table => ({
    id: table.id,
    name: text(table.flat.name),
    fields: fields
      .filter(({ flat }) => flat.table === table.id && flat['~deleted'] === undefined)
      .map(({ id, flat }) => fieldOf(id, flat)),
  })
  const newestFirst = (one: { flat: Flat }, other: { flat: Flat }) =>
    Number(other.flat['~deleted']) - Number(one.flat['~deleted'])

  return {
    name: text(flatOf(handle, containers.info).name),
    tables: finished.filter(({ flat }) => flat['~deleted'] === undefined).map(tableOf),
    deleted: {
      tables: finished
        .filter(({ flat }) => flat['~deleted'] !== undefined)
        .sort(newestFirst)
        .map(tableOf),
      fields: fields
        .filter(({ flat }) => flat['~deleted'] !== undefined)
        .sort(newestFirst)
        .map(({ id, flat }) => fieldOf(id, flat)),
    },
    unfinished: tables.filter(({ flat }) => isUnfinished(flat)).map(tableOf),
  }
}

/** Whether a table belongs to an import that has not come to its end, or was undone: nothing of it shows. */
const isUnfinished = (flat: Flat): boolean => {
  const batch = flat['~batch']
  return batch !== undefined && flat[`batch/${batch}`] !== 'done'
}

const fieldOf = (id: FieldId, flat: Flat): Field => {
  const type = text(flat.type)
  const known = (FIELD_TYPES as readonly string[]).includes(type)
  return {
    id,
    table: text(flat.table) as TableId,
    name: text(flat.name),
    type: known ? (type as FieldType) : 'text',
    ...(!known && { unknownType: type }),
    options: optionsOf(flat),
    ...(isId(flat.target) && { target: flat.target as unknown as TableId }),
    many: flat.many === true,
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
