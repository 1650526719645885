/** Tessera's own engine in its workers, without the interface. */
import type { Cell, Row, SpaceId, TableId, Watches } from '../../../../src/engine/api/engine.ts'
import { startEngine } from '../../../../src/page/start-engine.ts'
import { engineHandle } from '../../page/engine-handle.ts'
import type { WideCell, WideRecord } from '../../support/wide-records.ts'
import { wideTable } from '../../support/wide-table.ts'
import { type Library, SHOWN } from './library.ts'

const PASSPHRASE = 'correct horse battery staple'
/** Where the page remembers what it made. */
const PLACE = 'place'
/** The most that one window has. */
const WINDOW = 500
/** Milliseconds after which a space that is left alone is compacted, and the copy of its index kept. */
const REST = 12_000

interface Place {
  readonly space: SpaceId
  readonly table: TableId
}

/** What the bench asks of two devices. */
export interface TesseraLibrary extends Library {
  /** Makes an empty profile, to be paired with the other device's. */
  begin(): Promise<void>
  place(): Place
  /** Takes over where the other device has its records, and waits until they are here. */
  arrive(place: Place): Promise<void>
  lock(): Promise<void>
  /** Milliseconds since 1970 at which the other device was there, and at which both were known to hold the same. */
  met(): Promise<{ readonly connected: number; readonly equal: number }>
  cell(record: string, field: string): Promise<WideCell>
}

const shown = (cell: Cell | undefined): WideCell => (cell?.kind === 'value' ? (cell.value as WideCell) : '')

export const tessera = (): TesseraLibrary => {
  const engine = startEngine((message) => console.error(message))
  const handle = engineHandle(engine)
  // Where the bench looks for it in its other page, too.
  Object.assign(globalThis, { bench: handle })
  const first = async <Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    fits: (value: Watches[Name]['value']) => boolean,
  ): Promise<Watches[Name]['value']> => (await handle.until(name, input, fits)).value
  const place = (): Place => JSON.parse(localStorage.getItem(PLACE) ?? '{}')
  const rowsFrom = async (offset: number, limit: number): Promise<readonly Row[]> =>
    (await first('window', { ...place(), offset, limit }, ({ rows }) => rows.length > 0)).rows
  /** Fields by name. */
  const fields = async (): Promise<Readonly<Record<string, string>>> => {
    const { space, table } = place()
    const { schema } = await first('schema', { space }, ({ schema }) => schema.tables.some(({ id }) => id === table))
    const found = schema.tables.find(({ id }) => id === table)
    return Object.fromEntries(found?.fields.map(({ id, name }) => [name, id]) ?? [])
  }
  let ids: Readonly<Record<string, string>> = {}
  const plain = ({ cells }: Row): WideRecord =>
    Object.fromEntries(Object.entries(ids).map(([name, field]) => [name, shown(cells[field as keyof typeof cells])]))
  const begin = (): Promise<void> => engine.call('createProfile', { name: 'Bench', passphrase: PASSPHRASE })
  return {
    begin,
    place,
    async arrive(where) {
      localStorage.setItem(PLACE, JSON.stringify(where))
      await first('spaces', undefined, (spaces) => spaces.some(({ id, arriving }) => id === where.space && !arriving))
    },
    lock: () => engine.call('lock'),
    async met() {
      const { space } = place()
      const { at: connected } = await handle.until('sync', { space }, ({ neighbours }) =>
        neighbours.some(({ state }) => state === 'connected'),
      )
      const { at: equal } = await handle.until('sync', { space }, ({ neighbours }) =>
        neighbours.some(({ state, equal }) => state === 'connected' && equal),
      )
      return { connected, equal }
    },
    async cell(record, field) {
      const row = await first('record', { ...place(), record } as never, (found) => found !== undefined)
      return row ? (plain(row)[field] ?? '') : ''
    },
    async fill(rows) {
      await begin()
      const { space } = await engine.call('createSpace', { name: 'Wide' })
      await first('schema', { space }, ({ ready }) => ready)
      const file = wideTable(rows)
      const { guess } = await engine.call('previewCsv', { file })
      const { table } = await engine.call('importCsv', { space, file, table: 'Records', guess })
      localStorage.setItem(PLACE, JSON.stringify({ space, table } satisfies Place))
      await first('window', { space, table, offset: 0, limit: SHOWN }, (window) => window.total === rows)
    },
    async rest() {
      await new Promise((resolve) => setTimeout(resolve, REST))
    },
    unlock: () => engine.call('unlock', { passphrase: PASSPHRASE }),
    async open() {
      // A space is opened for whoever wants to know of its schema; rows come before that is whole.
      const [rows, named] = await Promise.all([rowsFrom(0, SHOWN), fields()])
      ids = named
      return rows.map((row) => ({ id: row.id, cells: plain(row) }))
    },
    async ready() {
      await first('schema', { space: place().space }, ({ ready }) => ready)
    },
    async query({ city, age }) {
      const filter = {
        all: [
          { field: ids.City, op: 'is', value: city },
          { field: ids.Age, op: '>=', value: age },
        ],
      } as never
      const sort = { field: ids.Score } as never
      const { rows } = await first('window', { ...place(), offset: 0, limit: SHOWN, filter, sort }, ({ rows }) => rows.length > 0)
      return rows.map(plain)
    },
    async edit(record, field, value) {
      const { space, table } = place()
      const edit = { do: 'set', table, record, field: ids[field], value } as never
      await engine.call('commit', { space, edits: [edit] })
    },
    async ids(count) {
      const found: string[] = []
      while (found.length < count) {
        const rows = await rowsFrom(found.length, Math.min(WINDOW, count - found.length))
        found.push(...rows.map(({ id }) => id))
      }
      return found
    },
  }
}
