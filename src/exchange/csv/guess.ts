import type { FieldType } from '../../space/schema.ts'

/** How to read a file of comma-separated values. */
export interface CsvGuess {
  /** One character. */
  readonly delimiter: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  /** Whether the first row names the columns. */
  readonly header: boolean
  readonly columns: readonly CsvColumn[]
  /** Keeps the `'` that exports put in front of texts such as `=1+2`; by default it is removed. */
  readonly exact?: boolean
}

export interface CsvColumn {
  readonly name: string
  readonly type: Exclude<FieldType, 'link'>
  /** The decimal separator of a column of numbers; by default a point. */
  readonly decimal?: '.' | ','
  /** The order in dates such as `3/4/2026`; by default such a date is read only if just one order is possible. */
  readonly dateOrder?: 'day-first' | 'month-first'
}
