import type { Handle, ObjectId } from './automerge.ts'
import { type Shaped, shape } from './cells/shape.ts'
import { bucketObject, mapsOf, recordObject } from './containers.ts'
import { deviceOf } from './device-of.ts'
import { isState, readMessage } from './history/changes.ts'
import { BUCKETS, type FieldId, isId, type RecordId, type TableId } from './ids.ts'
import { LOST } from './lost.ts'
import { everyTable, type Field } from './schema.ts'
import type { Space } from './space.ts'
import type { Scalar } from './value.ts'
import { toScalar } from './value-of.ts'
import { readScalar } from './write.ts'

/** A cell with concurrent edits: one value is shown, the others were set at the same time on other devices. */
export interface Conflict {
  readonly table: TableId
  readonly record: RecordId
  readonly field: FieldId
  /** Interpreted by the field's present type. Automerge's operation order decides which value is shown, not the clock. */
  readonly shown: Shaped
  /** The device that set the shown value: 16 bytes in hexadecimal; undefined if a fold dropped this information. */
  readonly device: string | undefined
  readonly others: readonly { readonly value: Shaped; readonly device: string | undefined }[]
}

/** Whether a fold kept losing values of a record. */
export const keepsLost = (flat: Readonly<Record<string, Scalar>>): boolean =>
  Object.keys(flat).some((key) => key.startsWith(LOST))

/** The cells of one record with concurrent edits. Equal values, order keys and internal keys are not conflicts. */
export const conflictsOf = (space: Space, table: TableId, record: RecordId): Conflict[] => {
  const { handle } = space.resident
  const object = recordObject(mapsOf(handle), space.containers, table, record)
  const fields = everyTable(space.schema).find(({ id }) => id === table)?.fields ?? []
  return object === undefined ? [] : fields.flatMap((field) => conflictAt(handle, object, table, record, field) ?? [])
}

const conflictAt = (handle: Handle, object: ObjectId, table: TableId, record: RecordId, field: Field): Conflict | undefined => {
  const shown = readScalar(handle, object, field.id)
  const all = handle.getAll(object, field.id)
  const lost = handle
    .keys(object)
    .filter((key) => key.startsWith(`${LOST}${field.id}/`))
    .flatMap((key) => readScalar(handle, object, key) ?? [])
  if (shown === undefined || all.length + lost.length < 2) return undefined
  const others = new Map<Scalar, string | undefined>(lost.map((value) => [value, undefined]))
  for (const full of all) {
    const [type, value] = full
    const scalar = toScalar(value, type)
    if (scalar !== undefined) others.set(scalar, deviceOf(String(full.at(-1))))
  }
  const device = others.get(shown)
  others.delete(shown)
  if (others.size === 0) return undefined
  return {
    table,
    record,
    field: field.id,
    shown: shape(field, shown),
    device,
    others: [...others].map(([value, device]) => ({ value: shape(field, value), device })),
  }
}

/**
 * All cells of a space with concurrent edits, a few records at a time so that other work can run in between. Reads nothing if no
 * two changes are concurrent.
 */
export function* allConflicts(space: Space): Generator<Conflict[]> {
  const { handle } = space.resident
  if (!wereSetApart(handle)) return
  const maps = mapsOf(handle)
  for (const { id } of everyTable(space.schema)) {
    for (const bucket of BUCKETS) {
      const container = bucketObject(maps, space.containers, id, bucket)
      if (container === undefined) continue
      yield handle
        .keys(container)
        .filter(isId)
        .flatMap((record) => conflictsOf(space, id, record as unknown as RecordId))
    }
  }
}

/**
 * Whether any cell may have concurrent edits. False if every change was made on top of the previous one and no fold or copy kept
 * losing values.
 */
export const wereSetApart = (handle: Handle): boolean => {
  const changes = handle.getChangesMeta([])
  const isFolded = isState(readMessage(changes[0]?.message ?? null).what)
  return isFolded || changes.some(({ deps }, at) => at > 0 && (deps.length !== 1 || deps[0] !== changes[at - 1]?.hash))
}
