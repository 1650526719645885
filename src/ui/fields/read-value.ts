import { msg } from '@lit/localize'
import type { CellInput, FieldType } from '../../engine/engine.ts'
import { parseDate } from '../words/dates.ts'
import { parseNumber } from '../words/numbers.ts'

/** What one line of text can say. */
export type LineValue = Exclude<CellInput, readonly string[]>

export type Reading = { readonly value: LineValue } | { readonly problem: string }

/** What somebody wrote, as a value of a field's type, or why it is none. Nothing written empties the cell. */
export const readValue = (type: FieldType, text: string): Reading => {
  if (!text.trim()) return { value: null }
  if (type === 'number') {
    const value = parseNumber(text)
    return value === undefined ? { problem: msg('This is not a number. Esc puts back what was there.') } : { value }
  }
  if (type === 'date') {
    const value = parseDate(text)
    return value === undefined ? { problem: msg('Write a date such as 2026-11-21, Nov 2026 or 2026.') } : { value }
  }
  return { value: text }
}
