import type { Field, RecordId } from '../../engine/engine.ts'
import { type CellChange, setCell } from '../fields/change.ts'
import { isEditable } from '../fields/field-type.ts'
import { readValue } from '../fields/read-value.ts'

/** What a text pasted into a cell does to it; undefined when somebody has to look at it first, in the cell's editor. */
export const pastedChange = (field: Field, record: RecordId, text: string): CellChange | undefined => {
  if (field.type === 'choice' || field.type === 'link' || !isEditable(field)) return undefined
  if (field.type === 'checkbox') return setCell(field, record, /^(1|x|yes|true|✓)$/i.test(text.trim()) || null)
  const reading = readValue(field.type, text.replace(/\r?\n$/, ''))
  return 'problem' in reading ? undefined : setCell(field, record, reading.value)
}
