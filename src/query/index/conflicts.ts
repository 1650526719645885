import type { FieldId, RecordId } from '../../space/ids.ts'
import type { SpaceIndex } from './space-index.ts'

/** The fields of a record that were set apart on several devices, none when they no longer are. */
export interface ConflictMark {
  readonly record: RecordId
  readonly fields: readonly FieldId[]
}

/** Notes what was set apart. @returns whether any of it differs from what was known */
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

/** What a row says of itself where cells of it were set apart. */
export const conflictsIn = ({ conflicts }: SpaceIndex, record: RecordId): { readonly conflicts?: readonly FieldId[] } => {
  const fields = conflicts.get(record)
  return fields === undefined ? {} : { conflicts: fields }
}
