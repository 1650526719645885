import { afterEach, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { pair } from '../../../test/support/pair-engines.ts'
import type { Schema, SpaceId, TableId, Window } from '../api/engine.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const device = async (name: string): Promise<NodeEngine> => {
  const engine = await nodeEngine()
  ends.push(() => engine.close())
  await engine.call('createProfile', { name, passphrase: 'correct horse battery' })
  return engine
}

const RECORDS = 6_000
const KINDS = ['Planet', 'Moon', 'Comet']
const file = () =>
  new Blob(['name,kind\n', ...Array.from({ length: RECORDS }, (_, at) => `Body ${at},${KINDS[at % KINDS.length]}\n`)])

/** Watches the first table as soon as the schema has it, like the interface, and collects everything that would be displayed. */
const displayed = (engine: NodeEngine, space: SpaceId) => {
  const windows: { readonly window: Window; readonly schema: Schema }[] = []
  const counts: number[] = []
  let schema: Schema | undefined
  let looking: TableId | undefined
  const stops = [
    engine.watch('schema', { space }, (open) => {
      schema = open.schema
      const [table] = open.schema.tables
      if (!table || looking) return
      looking = table.id
      const request = { space, table: table.id, offset: 0, limit: 100 }
      const watching = engine.watch('window', request, (window) => {
        if (schema) windows.push({ window, schema })
      })
      stops.push(watching)
    }),
    engine.watch('counts', { space }, (all) => {
      const count = looking && all[looking]
      if (count !== undefined) counts.push(count)
    }),
  ]
  ends.push(() => {
    for (const { stop } of stops) stop()
  })
  return { windows, counts }
}

const expectWhole = ({ windows, counts }: ReturnType<typeof displayed>): void => {
  expect(windows.length).toBeGreaterThan(0)
  expect([...new Set(windows.map(({ window }) => window.total))]).toEqual([RECORDS])
  expect([...new Set(counts)]).toEqual([RECORDS])
  for (const { window, schema } of windows) {
    const kind = schema.tables[0]?.fields[1]
    for (const { cells } of window.rows) {
      const cell = kind && cells[kind.id]
      expect(cell?.kind).toBe('value')
      expect(kind?.options.some(({ id }) => cell?.kind === 'value' && id === cell.value)).toBe(true)
    }
  }
}

it('displays an import only when it is complete: choices have names and the record count is final', async () => {
  const laptop = await device('Laptop')
  const { space } = await laptop.call('createSpace', { name: 'Sky' })
  const seen = displayed(laptop, space)
  const { guess } = await laptop.call('previewCsv', { file: file() })
  expect(guess.columns.map(({ type }) => type)).toEqual(['text', 'choice'])
  const { table } = await laptop.call('importCsv', { space, file: file(), table: 'Bodies', guess })
  await laptop.until('window', { space, table, offset: 0, limit: 1 }, ({ total }) => total === RECORDS)
  await laptop.until('counts', { space }, (counts) => counts[table] === RECORDS)
  expectWhole(seen)
}, 180_000)

it('displays an import on another device only when it is complete', async () => {
  const [laptop, phone] = [await device('Laptop'), await device('Phone')]
  const { space } = await laptop.call('createSpace', { name: 'Sky' })
  await pair(laptop, phone)
  await phone.until('schema', { space }, ({ ready }) => ready)
  const seen = displayed(phone, space)
  const { guess } = await laptop.call('previewCsv', { file: file() })
  const { table } = await laptop.call('importCsv', { space, file: file(), table: 'Bodies', guess })
  await phone.until('schema', { space }, ({ schema }) => schema.tables.some(({ id }) => id === table))
  await phone.until('window', { space, table, offset: 0, limit: 1 }, ({ total }) => total === RECORDS)
  await phone.until('counts', { space }, (counts) => counts[table] === RECORDS)
  expectWhole(seen)
}, 180_000)
