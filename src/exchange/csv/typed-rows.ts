import { parseCheckbox } from '../../space/cells/parse.ts'
import { newId, type OptionId } from '../../space/ids.ts'
import type { Scalar } from '../../space/value.ts'
import type { CsvColumn } from './guess.ts'
import { dateIn, numberIn } from './notation.ts'

/** Maximum number of options of a choice; further words stay text. */
const OPTION_LIMIT = 5_000

/** Converts rows of text to values of their columns' types, and collects the options of choices. */
export interface TypedRows {
  take(cells: readonly string[]): (Scalar | undefined)[]
  /** The options of each choice so far, by column, in order of occurrence. */
  readonly options: ReadonlyMap<number, ReadonlyMap<string, OptionId>>
  /** The number of cells that do not fit their type and stay text. */
  readonly unfit: number
}

/** @param delimiter joins cells beyond the last column, so that longer rows lose nothing */
export const typedRows = (columns: readonly CsvColumn[], delimiter: string): TypedRows => {
  const options = new Map(
    columns.flatMap(({ type }, column) => (type === 'choice' ? [[column, new Map<string, OptionId>()] as const] : [])),
  )
  let unfit = 0

  const optionOf = (column: number, name: string): Scalar | undefined => {
    const known = options.get(column)
    const id = known?.get(name)
    if (id !== undefined || !known || known.size >= OPTION_LIMIT) return id
    const made = newId<OptionId>()
    known.set(name, made)
    return made
  }

  const readCell = (text: string, column: number): Scalar | undefined => {
    const notation = columns[column] ?? {}
    switch (columns[column]?.type) {
      case 'number':
        return numberIn(text, notation)
      case 'checkbox':
        return parseCheckbox(text)
      case 'date':
        return dateIn(text, notation)
      case 'choice':
        return optionOf(column, text.slice(0, 200))
      default:
        return text
    }
  }

  return {
    options,
    get unfit() {
      return unfit
    },
    take(cells) {
      const last = columns.length - 1
      return columns.map((_, column) => {
        const raw = column === last && cells.length > columns.length ? cells.slice(last).join(delimiter) : (cells[column] ?? '')
        if (raw.trim() === '') return undefined
        const value = readCell(columns[column]?.type === 'text' ? raw : raw.trim(), column)
        if (value === undefined) unfit += 1
        return value ?? raw
      })
    },
  }
}
