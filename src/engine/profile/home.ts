import { fromBase64Url, toBase64Url } from '../../bytes/encoding.ts'
import type { DeviceId } from '../../people/device-keys.ts'
import type { EntryHash } from '../../people/entry.ts'
import type { Prekeys } from '../../people/prekeys.ts'
import type { CellInput, Edit } from '../../space/edits/edits.ts'
import { type FieldId, newId, type RecordId, type SpaceId, type TableId } from '../../space/ids.ts'
import { readTable } from '../../space/read-records.ts'
import type { Table } from '../../space/schema.ts'
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

/** The edits that create home's tables. They are found by name; names in home never change. */
export const homeTables = (): Edit[] =>
  Object.entries(TABLES).map(([name, fields]) => ({
    do: 'create-table',
    name,
    fields: fields.map((field) => ({ name: field, type: 'text' as const })),
  }))

const tableNamed = (space: Space, name: HomeTable): Table => {
  const table = space.schema.tables.find((each) => each.name === name)
  if (!table) throw new Error(`Home has no table "${name}".`)
  return table
}

const fieldNamed = (table: Table, name: string): FieldId => {
  const field = table.fields.find((each) => each.name === name)
  if (!field) throw new Error(`Home's table "${table.name}" has no field "${name}".`)
  return field.id
}

const signatureFields = (table: Table): Table['fields'] => table.fields.filter(({ name }) => name === SIGNATURE)

/** Two devices may have added the field concurrently; a row has its signature in one of the two. */
const signatureIn = (table: Table, flat: Readonly<Record<string, unknown>>): string =>
  String(signatureFields(table).flatMap(({ id }) => flat[id] ?? [])[0] ?? '')

/** Reads all of home; it is small. */
export const readHome = (space: Space): Home => {
  const rows = (name: HomeTable) => {
    const table = tableNamed(space, name)
    return [...readTable(space, table.id)].flat().map(({ id, flat }) => ({
      record: id,
      deleted: flat['~deleted'] !== undefined,
      text: (field: string) => String(flat[fieldNamed(table, field)] ?? ''),
      signature: signatureIn(table, flat),
      order: String(flat['~order'] ?? ''),
    }))
  }
  const inOrder = (name: HomeTable) => rows(name).sort((one, other) => (one.order < other.order ? -1 : 1))
  return {
    devices: inOrder('devices')
      .filter(({ deleted }) => !deleted)
      .map(({ record, text }) => ({ record, device: text('device') as DeviceId, name: text('name') })),
    spaces: inOrder('spaces').map(({ record, deleted, text }) => ({
      record,
      space: text('space') as SpaceId,
      root: text('root') as EntryHash,
      name: text('name'),
      deleted,
    })),
    prekeys: rows('reserve').flatMap(({ record, text, signature }) => {
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
          signature: fromBase64Url(signature) ?? new Uint8Array(),
        },
      ]
    }),
  }
}

const create = (space: Space, name: HomeTable, values: Record<string, string>): Edit => {
  const table = tableNamed(space, name)
  const cells = Object.entries(values).map(([field, value]) => [fieldNamed(table, field), value] as [FieldId, CellInput])
  return { do: 'create-record', id: newId<RecordId>(), table: table.id, values: Object.fromEntries(cells) }
}

export const addDevice = (space: Space, device: DeviceId, name: string): Edit => create(space, 'devices', { device, name })

export const addSpace = (space: Space, id: SpaceId, root: EntryHash, name: string): Edit =>
  create(space, 'spaces', { space: id, root, name })

/** Adds the field for signatures to a home created by an older version. */
export const addSignatures = (space: Space): Edit[] => {
  const reserve = tableNamed(space, 'reserve')
  return signatureFields(reserve).length > 0 ? [] : [{ do: 'create-field', table: reserve.id, name: SIGNATURE, type: 'text' }]
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
  const table = tableNamed(space, name)
  return { do: 'set', table: table.id, record, field: fieldNamed(table, field), value }
}

export const renameDevice = (space: Space, { record }: HomeDevice, name: string): Edit =>
  set(space, 'devices', record, 'name', name)

export const renameSpace = (space: Space, { record }: HomeSpace, name: string): Edit => set(space, 'spaces', record, 'name', name)

export const usePrekeys = (space: Space, { record }: PrekeyRow, id: SpaceId): Edit => set(space, 'reserve', record, 'space', id)

export const trashSpace = (space: Space, { record }: HomeSpace, deleted: boolean): Edit => ({
  do: deleted ? 'delete' : 'restore',
  what: { table: spacesTable(space), record },
})

const spacesTable = (space: Space): TableId => tableNamed(space, 'spaces').id
