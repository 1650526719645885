/** Why a file cannot be read as comma-separated values. */
export class CsvError extends Error {
  override readonly name = 'CsvError'

  constructor(
    readonly code: 'csv-empty' | 'csv-binary' | 'csv-quote',
    message: string,
    readonly detail: Readonly<Record<string, number>> = {},
  ) {
    super(message)
  }
}
