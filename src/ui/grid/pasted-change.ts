import type { Field, RecordId } from '../../engine/api/engine.ts'
import { parseCheckbox } from '../../space/cells/parse.ts'
import { type CellChange, keepText, setCell } from '../fields/change.ts'
import { readValue } from '../fields/editors/read-value.ts'
import { isEditable, isPicked } from '../fields/field-type.ts'

/** The change that a pasted text makes to a cell; undefined when a person must check it first in the editor. */
export const pastedChange = (field: Field, record: RecordId, text: string): CellChange | undefined => {
  if (isPicked(field) || !isEditable(field)) return undefined
  const plain = text.replace(/\r?\n$/, '')
  if (field.type === 'checkbox') {
    const checked = parseCheckbox(plain)
    return checked === undefined ? keepText(field, record, plain.trim()) : setCell(field, record, checked || null)
  }
  const reading = readValue(field, plain)
  if (reading.kind === 'unfit') return keepText(field, record, plain.trim())
  return reading.kind === 'value' && reading.ways.length === 1 ? setCell(field, record, reading.ways[0].value) : undefined
}
