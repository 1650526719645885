import { fromBase64Url, toBase64Url } from '../../bytes/encoding.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import type { EntryHash } from '../../people/entry.ts'
import type { Prekeys } from '../../people/prekeys.ts'
import type { CellInput, Edit } from '../../space/edits/edits.ts'
import { type FieldId, newId, type RecordId, type SpaceId, type TableId } from '../../space/ids.ts'
import { readRecord, readTable } from '../../space/read-records.ts'
import { everyTable, type Field, type Table } from '../../space/schema.ts'
import type { Space } from '../../space/space.ts'

/**
 * Home: an ordinary space that only a person's own devices share. It lists the devices, the spaces, and prekeys of each device,
 * so that any own device can list all of them in a new space at once.
 */
export interface Home {
  readonly devices: readonly HomeDevice[]
  readonly spaces: readonly HomeSpace[]
  readonly prekeys: readonly PrekeyRow[]
}

export interface HomeDevice {
  readonly record: RecordId
  /** Its key in home. */
  readonly device: DeviceId
  readonly name: string
}

export interface HomeSpace {
  readonly record: RecordId
  readonly space: SpaceId
  readonly root: EntryHash
  /** May be outdated; the space itself has the current name. */
  readonly name: string
  readonly deleted: boolean
}

/** Public keys that `device` made for a future space. Only `taker` may list them, so that none is listed twice. */
export interface PrekeyRow extends Prekeys {
  readonly record: RecordId
  readonly device: DeviceId
  /** The space they were listed in; undefined while unused. */
  readonly space: SpaceId | undefined
  /** By the key of the device in home. Not verified yet, see `signedPrekeys`. */
  readonly signature: Uint8Array
}

/** The field for signatures. Homes created by older versions lack it until a device adds it. */
const SIGNATURE = 'signature'

const TABLES = {
  devices: ['device', 'name'],
  spaces: ['space', 'root', 'name'],
  reserve: ['device', 'taker', 'sign', 'agree', 'space', SIGNATURE],
} as const

type HomeTable = keyof typeof TABLES

/** The edits that create home's tables. They are found by name: `repairHome` restores names. */
export const homeTables = (): Edit[] =>
  Object.entries(TABLES).map(([name, fields]) => ({
    do: 'create-table',
    name,
    fields: fields.map((field) => ({ name: field, type: 'text' as const })),
  }))

/**
 * A table of home. Any own device can rename, delete or add tables and fields, so there may be several candidates for each,
 * and none of them may keep home from being read.
 */
interface Columns {
  readonly id: TableId
  readonly name: string
  readonly inTrash: boolean
  /** The fields that may hold the values of a column; one that can be written comes first. */
  candidates(column: string): readonly Field[]
  /** The field that new values are written to. */
  writable(column: string): Field | undefined
}

const columnsOf = ({ schema }: Space, name: HomeTable, { id, fields, name: current }: Table): Columns => {
  const deleted = schema.deleted.fields.filter(({ table }) => table === id)
  const isText = ({ type }: Field) => type === 'text'
  const known: readonly string[] = TABLES[name]
  const lost = known.filter(
    (column) => column !== SIGNATURE && ![...fields, ...deleted].some((f) => f.name === column && isText(f)),
  )
  const unknown = fields.filter((field) => isText(field) && !known.includes(field.name))
  const writable = (column: string) => fields.find((field) => field.name === column && isText(field))
  return {
    id,
    name: current,
    inTrash: schema.deleted.tables.some((table) => table.id === id),
    writable,
    candidates(column) {
      const named = [...fields, ...deleted].filter((field) => field.name === column)
      const renamed = lost.includes(column) ? unknown.slice(lost.indexOf(column)) : []
      return [...named.filter(isText), ...renamed, ...named.filter((field) => !isText(field))]
    },
  }
}

/** Tables with this name, and renamed ones that have all its columns. The table to be written comes first. */
const tablesOf = (space: Space, name: HomeTable): readonly Columns[] => {
  const all = everyTable(space.schema)
  const hasColumns = ({ fields }: Table) =>
    TABLES[name].every((column) => column === SIGNATURE || fields.some((field) => field.name === column && field.type === 'text'))
  const isOther = (table: Table) => table.name !== name && Object.hasOwn(TABLES, table.name)
  const found = all.filter((table) => table.name === name || (hasColumns(table) && !isOther(table)))
  const lost = (table: Table) => TABLES[name].filter((column) => !table.fields.some((field) => field.name === column)).length
  return found
    .sort((one, other) => lost(one) - lost(other))
    .map((table) => columnsOf(space, name, table))
    .sort((one, other) => Number(one.inTrash) - Number(other.inTrash))
}

/**
 * Undoes what was done to home's tables: names, trash, missing tables and fields. Nothing is removed. Every device writes the same
 * edits.
 */
export const repairHome = (space: Space): Edit[] =>
  (Object.keys(TABLES) as HomeTable[]).flatMap((name): Edit[] => {
    const [table] = tablesOf(space, name)
    if (!table) return homeTables().filter((edit) => edit.do === 'create-table' && edit.name === name)
    const columns = TABLES[name].filter((column) => !table.writable(column) && column !== SIGNATURE)
    const taken = new Set<FieldId>()
    return [
      ...(table.inTrash ? [{ do: 'restore' as const, what: { table: table.id } }] : []),
      ...(table.name === name ? [] : [{ do: 'update-table' as const, table: table.id, name }]),
      ...columns.flatMap((column): Edit[] => {
        const field = table.candidates(column).find(({ id, type }) => type === 'text' && !taken.has(id))
        if (!field) return [{ do: 'create-field', table: table.id, name: column, type: 'text' }]
        taken.add(field.id)
        if (field.name === column) return [{ do: 'restore', what: { field: field.id, table: table.id } }]
        return [{ do: 'update-field', table: table.id, field: field.id, name: column }]
      }),
    ]
  })

/** Reads all of home; it is small. */
export const readHome = (space: Space): Home => {
  const rows = (name: HomeTable) =>
    tablesOf(space, name).flatMap((table) =>
      [...readTable(space, table.id)].flat().map(({ id, flat }) => ({
        record: id,
        deleted: flat['~deleted'] !== undefined,
        /** Two devices may have added a field concurrently; a row has its value in one of the two. */
        text(column: string): string {
          const values = table.candidates(column).map((field) => flat[field.id])
          return values.find((value): value is string => typeof value === 'string' && value !== '') ?? ''
        },
        order: String(flat['~order'] ?? ''),
      })),
    )
  const inOrder = (name: HomeTable) => rows(name).sort((one, other) => (one.order < other.order ? -1 : 1))
  return {
    devices: inOrder('devices')
      .filter(({ deleted }) => !deleted)
      .map(({ record, text }) => ({ record, device: text('device') as DeviceId, name: text('name') }))
      .filter(({ device }) => device !== ''),
    spaces: inOrder('spaces')
      .map(({ record, deleted, text }) => ({
        record,
        space: text('space') as SpaceId,
        root: text('root') as EntryHash,
        name: text('name'),
        deleted,
      }))
      .filter(({ space: id }) => id !== ''),
    prekeys: rows('reserve').flatMap(({ record, text }) => {
      const [sign, agree] = [fromBase64Url(text('sign')), fromBase64Url(text('agree'))]
      if (sign?.length !== 32 || agree?.length !== 32) return []
      return [
        {
          record,
          device: text('device') as DeviceId,
          taker: text('taker') as DeviceId,
          sign,
          agree,
          space: (text('space') || undefined) as SpaceId | undefined,
          signature: fromBase64Url(text(SIGNATURE)) ?? new Uint8Array(),
        },
      ]
    }),
  }
}

/** The table and field that are written. Call `repairHome` first: without them this throws. */
const tableOf = (space: Space, name: HomeTable, record?: RecordId): Columns => {
  const tables = tablesOf(space, name)
  const table = tables.find(({ id }) => record && readRecord(space, id, record)) ?? tables[0]
  if (!table) throw new Error(`Home has no table "${name}".`)
  return table
}

const fieldOf = (table: Columns, column: string): FieldId => {
  const field = table.writable(column)
  if (!field) throw new Error(`Home's table "${table.name}" has no field "${column}".`)
  return field.id
}

const create = (space: Space, name: HomeTable, values: Record<string, string>): Edit => {
  const table = tableOf(space, name)
  const cells = Object.entries(values).map(([column, value]) => [fieldOf(table, column), value] as [FieldId, CellInput])
  return { do: 'create-record', id: newId<RecordId>(), table: table.id, values: Object.fromEntries(cells) }
}

export const addDevice = (space: Space, device: DeviceId, name: string): Edit => create(space, 'devices', { device, name })

export const addSpace = (space: Space, id: SpaceId, root: EntryHash, name: string): Edit =>
  create(space, 'spaces', { space: id, root, name })

/** Adds the field for signatures to a home created by an older version. */
export const addSignatures = (space: Space): Edit[] => {
  const reserve = tableOf(space, 'reserve')
  return reserve.writable(SIGNATURE) ? [] : [{ do: 'create-field', table: reserve.id, name: SIGNATURE, type: 'text' }]
}

export const addPrekeys = (space: Space, device: DeviceId, { taker, sign, agree }: Prekeys, signature: Uint8Array): Edit =>
  create(space, 'reserve', {
    device,
    taker,
    sign: toBase64Url(sign),
    agree: toBase64Url(agree),
    [SIGNATURE]: toBase64Url(signature),
  })

const set = (space: Space, name: HomeTable, record: RecordId, field: string, value: string): Edit => {
  const table = tableOf(space, name, record)
  return { do: 'set', table: table.id, record, field: fieldOf(table, field), value }
}

export const renameDevice = (space: Space, { record }: HomeDevice, name: string): Edit =>
  set(space, 'devices', record, 'name', name)

export const renameSpace = (space: Space, { record }: HomeSpace, name: string): Edit => set(space, 'spaces', record, 'name', name)

export const usePrekeys = (space: Space, { record }: PrekeyRow, id: SpaceId): Edit => set(space, 'reserve', record, 'space', id)

export const trashSpace = (space: Space, { record }: HomeSpace, deleted: boolean): Edit => ({
  do: deleted ? 'delete' : 'restore',
  what: { table: tableOf(space, 'spaces', record).id, record },
})
