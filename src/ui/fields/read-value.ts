import { msg, str } from '@lit/localize'
import type { CellInput, FieldType } from '../../engine/api/engine.ts'
import { readDate, readNumber } from '../../space/cells/typed.ts'
import { formatDate } from '../words/dates.ts'
import { formatNumber, LOCALE } from '../words/numbers.ts'

/** A value that a line of text can be read as. */
export type LineValue = Exclude<CellInput, readonly string[]>

/** One way to read a text: the value, and how it is shown once saved. */
export interface ReadAs {
  readonly value: LineValue
  readonly shown: string
}

export type Reading =
  /** The locale's reading first; several when the text is ambiguous. */
  | { readonly kind: 'value'; readonly ways: readonly [ReadAs, ...ReadAs[]] }
  /** Not of the field's type: stored as text and shown marked. */
  | { readonly kind: 'unfit'; readonly problem: string }
  /** Cannot be stored without loss: the person must change it. */
  | { readonly kind: 'refused'; readonly problem: string }

const one = (value: LineValue, shown: string): Reading => ({ kind: 'value', ways: [{ value, shown }] })

/** Reads a typed text as a value of a field's type, by the browser's locale. An empty text empties the cell. */
export const readValue = (type: FieldType, text: string): Reading => {
  if (!text.trim()) return one(null, '')
  if (type === 'number') {
    const read = readNumber(text, LOCALE)
    if (read.kind === 'value') return { kind: 'value', ways: waysOf(read.values, formatNumber) }
    if (read.kind === 'none') return { kind: 'unfit', problem: msg(str`“${text.trim()}” is not a number.`) }
    return {
      kind: 'refused',
      problem: msg(
        str`${text.trim()} has more digits than a number can hold, which is about 16. Shorten it to ${read.nearest}, or keep it in a text field.`,
      ),
    }
  }
  if (type === 'date') {
    const read = readDate(text, LOCALE)
    if (read.kind === 'value') return { kind: 'value', ways: waysOf(read.values, formatDate) }
    return { kind: 'unfit', problem: msg(str`“${text.trim()}” is not a date. Write one such as 2026-11-21, Nov 2026 or 2026.`) }
  }
  return one(text, text)
}

const waysOf = <T extends LineValue>(
  values: readonly [T, ...T[]],
  show: (value: T) => string,
): readonly [ReadAs, ...ReadAs[]] => {
  const [first, ...others] = values
  const way = (value: T): ReadAs => ({ value, shown: show(value) })
  return [way(first), ...others.map(way)]
}
