/** The rows of the wide table as values of their types: what a library without an import of its own is given. */
import { wideTable } from './wide-table.ts'

export type WideCell = string | number | boolean
export type WideRecord = Readonly<Record<string, WideCell>>

const NUMBERS: ReadonlySet<string> = new Set(['Age', 'Paid', 'Score'])
const CHECKBOXES: ReadonlySet<string> = new Set(['Member'])

const cellOf = (name: string, text: string): WideCell => {
  if (NUMBERS.has(name)) return Number(text)
  return CHECKBOXES.has(name) ? text === 'true' : text
}

/** @param rows how many of them */
export const wideRecords = async (rows: number): Promise<WideRecord[]> => {
  // Nothing in that table is quoted.
  const [header = '', ...lines] = (await wideTable(rows).text()).trimEnd().split('\n')
  const names = header.split(',')
  return lines.map((line) => {
    const texts = line.split(',')
    return Object.fromEntries(names.map((name, at) => [name, cellOf(name, texts[at] ?? '')]))
  })
}
