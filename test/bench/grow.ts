import { mkdir, writeFile } from 'node:fs/promises'
import { bytesOf } from './bytes.ts'
import { catchUp } from './catch-up.ts'
import { deleteMany } from './delete.ts'
import { type Growth, growthChart } from './growth-chart.ts'
import { lookBack } from './look-back.ts'
import { searches } from './searches.ts'
import type { Figure } from './support/figure.ts'
import { measured } from './wide.ts'
import { windows } from './windows.ts'

const SIZES = [1_000, 10_000, 100_000, 300_000]
/** Records up to which several documents have room in one WebAssembly memory, which holds 4 GB. */
const SEVERAL_DOCUMENTS = 100_000
/** Single-cell changes that a device misses. */
const MISSED = 2_000

/** Written beside what is built; the one in the docs is a copy. */
const CHART_FOLDER = 'build/bench'
const CHART = `${CHART_FOLDER}/grow.svg`

type Values = Readonly<Record<string, number>>

/** Figures of another bench under the names that they have here. */
const named = async (figures: Promise<Figure[]>, names: Readonly<Record<string, string>>): Promise<Values> => {
  const found = await figures
  return Object.fromEntries(
    Object.entries(names).map(([name, of]) => [name, found.find((figure) => figure.name === of)?.value ?? Number.NaN]),
  )
}

/** What needs more than one document of the size at a time. */
const severalDocuments = async (rows: number): Promise<Values> => ({
  ...(await named(catchUp(rows, [MISSED]), { 'catch-up': `catch-up/${MISSED}` })),
  ...(await named(lookBack(rows), { 'at-state': 'at/state', 'at-compare': 'at/compare' })),
})

/** All that is measured of a table with so many records. */
const measureAll = async (rows: number): Promise<Values> => {
  const own = await measured(rows)
  return {
    import: own.time,
    'first-window': own.window,
    ready: own.whole,
    edit: own.commit,
    memory: own.memory / 1e3,
    bytes: await bytesOf(rows),
    ...(await named(windows(rows), {
      'window-first': 'window/two-by-number/first',
      'window-used': 'window/two-by-number/used',
    })),
    ...(await named(searches(rows), { 'search-rare': 'search/rare', 'search-common': 'search/common' })),
    ...(rows <= SEVERAL_DOCUMENTS ? await severalDocuments(rows) : {}),
    ...(await named(deleteMany(rows / 2), { 'delete-answer': 'delete/answer', 'delete-out-of-views': 'delete/out-of-views' })),
  }
}

const unitOf = (name: string): Figure['unit'] => (name === 'memory' ? 'kB' : name === 'bytes' ? 'bytes' : 'ms')

/** How cost grows with the number of records; beside each figure that of a thousand. A table goes to the other output, a chart to a file. */
export const grow = async (): Promise<Figure[]> => {
  const bySize = new Map<number, Values>()
  for (const rows of SIZES) {
    const began = performance.now()
    bySize.set(rows, await measureAll(rows))
    console.error(`   ${rows} records: ${Math.round((performance.now() - began) / 1_000)} s`)
  }
  const names = Object.keys(bySize.get(SIZES[0] ?? 0) ?? {})
  const growths = names.map(
    (name): Growth => ({ name, unit: unitOf(name), values: SIZES.map((rows) => bySize.get(rows)?.[name]) }),
  )
  console.error(`\n${growthTable(growths)}\n`)
  await mkdir(CHART_FOLDER, { recursive: true })
  await writeFile(CHART, growthChart(SIZES, growths))
  console.error(`   chart: ${CHART}`)
  return growths.flatMap(({ name, unit, values }) =>
    SIZES.flatMap((rows, at) => {
      const [value, beside] = [values[at], values[0]]
      return value === undefined || beside === undefined ? [] : [{ name: `grow/${name}-${rows}`, value, unit, beside }]
    }),
  )
}

const growthTable = (growths: readonly Growth[]): string => {
  const told = (value: number | undefined, unit: Figure['unit']) => {
    if (value === undefined || Number.isNaN(value)) return '—'
    if (unit === 'ms') return value < 1_000 ? `${Number(value.toPrecision(2))} ms` : `${Number((value / 1_000).toPrecision(3))} s`
    return `${Number((unit === 'kB' ? value / 1e3 : value / 1e6).toPrecision(3))} MB`
  }
  return [
    `| | ${SIZES.map((rows) => rows.toLocaleString('en')).join(' | ')} |`,
    `| --- | ${SIZES.map(() => '---:').join(' | ')} |`,
    ...growths.map(({ name, unit, values }) => `| ${name} | ${values.map((value) => told(value, unit)).join(' | ')} |`),
  ].join('\n')
}
