import { type ExportedSpace, flatValue } from '../exported.ts'
import { type CsvWriting, csvRow } from './write-csv.ts'

/** A file for each table: a header, then a row for each record; `_id` stands first. */
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

/** A name that every file system takes, and that no other file has. */
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
