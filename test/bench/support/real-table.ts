/** The table that is measured: UnicodeData.txt, 34,924 rows of 15 columns. */
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { CsvGuess } from '../../../src/exchange/csv/guess.ts'
import { readCsv } from '../../../src/exchange/csv/read-csv.ts'
import { typedRows } from '../../../src/exchange/csv/typed-rows.ts'
import type { Scalar } from '../../../src/space/value.ts'

/** From the project's folder, where the bench runs. */
const FILE = 'test/fixtures/UnicodeData.txt.gz'

export const realTable = async (): Promise<Blob> => new Blob([await promisify(gunzip)(await readFile(FILE))])

/** Its rows as an import writes them. */
export const realRows = async (file: Blob, guess: CsvGuess): Promise<(Scalar | undefined)[][]> => {
  const typed = typedRows(guess.columns, guess.delimiter)
  const rows: (Scalar | undefined)[][] = []
  for await (const part of readCsv(file, guess)) for (const cells of part.rows) rows.push(typed.take(cells))
  return rows
}
