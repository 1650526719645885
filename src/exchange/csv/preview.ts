import type { FieldType } from '../../space/schema.ts'

/** How a file of comma-separated values is to be read. */
export interface CsvGuess {
  /** One character. */
  readonly delimiter: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  /** Whether the first row names the columns. */
  readonly header: boolean
  readonly columns: readonly CsvColumn[]
}

export interface CsvColumn {
  readonly name: string
  readonly type: Exclude<FieldType, 'link'>
}

export interface CsvPreview {
  readonly guess: CsvGuess
  /** The first rows, as text, without the header. */
  readonly rows: readonly (readonly string[])[]
  /** Records in the whole file, estimated from its size when it is large. */
  readonly records: number
  readonly exact: boolean
  /** Rows among those looked at that have more or fewer columns than the rest. */
  readonly ragged: number
  /** How many records one space can hold; more than that cannot be imported whole. */
  readonly limit: number
}
