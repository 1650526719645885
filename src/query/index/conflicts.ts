import type { FieldId, RecordId } from '../../space/ids.ts'
import type { SpaceIndex } from './space-index.ts'

/** The fields of a record with concurrent edits; empty when they are resolved. */
export interface ConflictMark {
  readonly record: RecordId
  readonly fields: readonly FieldId[]
}

/** Stores which cells have concurrent edits. @returns whether anything changed */
export const putConflicts = ({ conflicts }: SpaceIndex, marks: readonly ConflictMark[]): boolean => {
  let differs = false
  for (const { record, fields } of marks) {
    if ((conflicts.get(record) ?? []).join() === fields.join()) continue
    differs = true
    if (fields.length === 0) conflicts.delete(record)
    else conflicts.set(record, fields)
  }
  return differs
}

/** The `conflicts` property of a row, if any of its cells has concurrent edits. */
export const conflictsIn = ({ conflicts }: SpaceIndex, record: RecordId): { readonly conflicts?: readonly FieldId[] } => {
  const fields = conflicts.get(record)
  return fields === undefined ? {} : { conflicts: fields }
}
