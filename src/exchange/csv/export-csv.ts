import { type ExportedSpace, flatValue } from '../exported.ts'
import { type CsvWriting, csvRow } from './write-csv.ts'

/** One file per table: a header, then a row per record. The first column is `_id`. */
export const exportCsv = (
  { tables }: ExportedSpace,
  writing: CsvWriting = {},
): { readonly name: string; readonly text: string }[] => {
  const taken = new Set<string>()
  return tables.map(({ key, fields, records }) => ({
    name: `${fileName(key, taken)}.csv`,
    text: [
      csvRow(['_id', ...fields.map((field) => field.key)], writing),
      ...records.map(({ id, values }) => csvRow([id, ...fields.map((field) => flatValue(values[field.key]))], writing)),
    ].join(''),
  }))
}

/** A file name that is valid on every file system and not yet taken. */
const fileName = (name: string, taken: Set<string>): string => {
  const plain =
    name
      .replace(/[\p{Cc}/\\:*?"<>|]/gu, '_')
      .replace(/^\.+|[. ]+$/g, '_')
      .slice(0, 100) || 'Table'
  let free = plain
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${plain} (${number})`
  taken.add(free.toLowerCase())
  return free
}
