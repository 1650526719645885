import { type Measure, type Measured, SIZES } from './measure-peer.ts'

/** Columns of the page about benchmarks, each with what it is called there. */
const COLUMNS: readonly (readonly [Measure, string])[] = [
  ['fill', 'fill'],
  ['open', 'open: 50 rows'],
  ['ready', 'open: all'],
  ['query-first', 'first query'],
  ['query', 'query'],
  ['edit', 'edit, strict'],
  ['edit-default', 'edit, own way'],
  ['merge', 'merge'],
  ['bytes', 'on disk'],
  ['memory', 'memory'],
  ['memory-peak', 'at most'],
]

/** Three digits, in the unit that needs no thinking. */
const shown = (measure: Measure, value: number | undefined): string => {
  if (value === undefined) return '—'
  if (SIZES.has(measure)) return `${Number((value / 1e6).toPrecision(3))} MB`
  return value >= 1_000 ? `${Number((value / 1_000).toPrecision(3))} s` : `${Number(value.toPrecision(2))} ms`
}

/** One table of docs/benchmarks.md. @param all by library */
export const peersTable = (all: ReadonlyMap<string, Measured>): string => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rows = [...all].map(([library, { values }]) =>
    line([library, ...COLUMNS.map(([measure]) => shown(measure, values[measure]))]),
  )
  const failed = [...all].flatMap(([library, { failed }]) => (failed === undefined ? [] : `- ${library}: ${failed}`))
  return [
    line(['', ...COLUMNS.map(([, name]) => name)]),
    line(['---', ...COLUMNS.map(() => '---:')]),
    ...rows,
    ...(failed.length > 0 ? ['', ...failed] : []),
  ].join('\n')
}
