import type { EngineClient } from '../../src/engine/api/client.ts'
import type { Field, FieldId, RecordId, SpaceId, TableId } from '../../src/engine/api/engine.ts'
import { previewCsv } from '../../src/exchange/csv/preview.ts'
import { bareRecords, makeBare } from './support/bare-document.ts'
import { importInto, opened, reopen, withEngine } from './support/engine-threads.ts'
import { type Figure, median } from './support/figure.ts'
import { loadBareAutomerge } from './support/load-automerge.ts'
import { plainRepo } from './support/plain-repo.ts'
import { realRows } from './support/real-table.ts'
import { WIDE_ROWS, wideTable } from './support/wide-table.ts'

/** Edits of which the median is taken. */
const EDITS = 40

/** Records of the space that stands beside the large one. */
const SMALL = 1_000

/** Milliseconds after which a space that is left alone is compacted. */
const REST = 8_000

interface Imported {
  readonly engine: EngineClient
  readonly space: SpaceId
  readonly table: TableId
  readonly fields: readonly Field[]
}

/** The first rows of a table, as soon as there are any. */
const firstWindow = (engine: EngineClient, space: SpaceId, table: TableId): Promise<readonly RecordId[]> =>
  new Promise((resolve, reject) => {
    const watching = engine.watch(
      'window',
      { space, table, offset: 0, limit: 100 },
      ({ rows }) => {
        if (rows.length === 0) return
        queueMicrotask(() => watching.stop())
        resolve(rows.map(({ id }) => id))
      },
      reject,
    )
  })

const fieldsOf = (engine: EngineClient, space: SpaceId, table: TableId): Promise<readonly Field[]> =>
  new Promise((resolve, reject) => {
    const watching = engine.watch(
      'schema',
      { space },
      ({ ready, schema }) => {
        const found = ready ? schema.tables.find(({ id }) => id === table) : undefined
        if (!found) return
        queueMicrotask(() => watching.stop())
        resolve(found.fields)
      },
      reject,
    )
  })

/** Milliseconds of one-cell commits, each until it would survive a power cut; without the first few. */
const edits = async ({ engine, space, table, fields }: Imported): Promise<number[]> => {
  const rows = await firstWindow(engine, space, table)
  const field = (fields.find(({ type }) => type === 'text') as Field).id as FieldId
  const times: number[] = []
  for (let number = 0; number < EDITS + 10; number++) {
    const began = performance.now()
    const record = rows[number % rows.length] as RecordId
    await engine.call('commit', { space, edits: [{ do: 'set', table, record, field, value: `edited ${number}` }] })
    times.push(performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return times.slice(10)
}

const importWide = async (engine: EngineClient, file: Blob): Promise<Imported & { readonly time: number }> => {
  const { space } = await engine.call('createSpace', { name: 'Wide' })
  await opened(engine, space)
  const began = performance.now()
  const { table } = await importInto(engine, space, file)
  await firstWindow(engine, space, table)
  const time = performance.now() - began
  return { engine, space, table, fields: await fieldsOf(engine, space, table), time }
}

/** Leaves a space alone until it is compacted and the copy of its index is kept, then begins anew. */
const nextDay = async (engine: EngineClient, { space }: Imported): Promise<void> => {
  await engine.call('history', { space, limit: 1 })
  await new Promise((resolve) => setTimeout(resolve, REST))
  await reopen(engine)
}

/** What the engine needs for a table of so many rows, from importing it to editing it on the next day. */
export const measured = (rows: number) => {
  const before = process.memoryUsage().rss
  return withEngine(async (engine) => {
    const large = await importWide(engine, wideTable(rows))
    await nextDay(engine, large)
    const since = performance.now()
    const ready = opened(engine, large.space).then((stop) => {
      stop()
      return performance.now() - since
    })
    await firstWindow(engine, large.space, large.table)
    const window = performance.now() - since
    const whole = await ready
    const commit = median(await edits(large))
    return { time: large.time, commit, window, whole, memory: process.memoryUsage().rss - before }
  })
}

/** What a space of 100,000 records costs: importing, opening, editing, memory. */
export const wide = async (): Promise<Figure[]> => {
  await loadBareAutomerge()
  const file = wideTable()
  const records = bareRecords(await realRows(file, (await previewCsv(file)).guess))
  const began = performance.now()
  const bare = makeBare(records)
  const bareMade = performance.now() - began
  const saved = bare.save()
  bare.free()
  const small = await measured(SMALL)
  const own = await measured(WIDE_ROWS)
  const plain = await plainRepo(saved)
  return [
    { name: 'import/wide', value: own.time, unit: 'ms', beside: bareMade, must: 1.5 },
    { name: 'edit/scale', value: own.commit, unit: 'ms', beside: small.commit, must: 2 },
    { name: 'open/window', value: own.window, unit: 'ms', beside: plain.load, must: 1 / 60 },
    { name: 'open/ready', value: own.whole, unit: 'ms', beside: plain.load, must: 1 / 8 },
    { name: 'memory/space', value: own.memory / 1e3, unit: 'kB', beside: plain.memory / 1e3, must: 0.35 },
  ]
}
