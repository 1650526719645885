import { msg } from '@lit/localize'
import type { ReactiveControllerHost } from 'lit'
import type { Cell, FieldId, RecordId, Row, SpaceId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { redrawOn } from '../redraw-on.ts'
import { announce } from '../shell/announce.ts'
import { showMessage } from '../shell/message.ts'
import { failureSentence } from '../words/failure.ts'
import type { CellChange } from './change.ts'
import { creatingEdits, type NewRecord, newRecord } from './new-records.ts'

/** Whether two cells have equal values; links are compared by their targets. */
const holdsSame = (one: Cell | undefined, other: Cell | undefined): boolean => {
  if (!one || !other) return one === other
  if (one.kind !== 'links' || other.kind !== 'links') return JSON.stringify(one) === JSON.stringify(other)
  return one.links.length === other.links.length && one.links.every(({ id }, at) => id === other.links[at]?.id)
}

/** Milliseconds for which a cell shows that it was saved. */
const MARK_MS = 1_600
/** Milliseconds after which a saved cell shows what the index has, even when that differs from what was typed. */
const TRUST_MS = 5_000

export interface CellSave {
  /** `kept`: stored, and shown from here until the index has it. `failed`: not stored; the cell still shows what was typed. */
  readonly state: 'saving' | 'saved' | 'kept' | 'failed'
  /** Shown in place of the index's cell until the index has the same. */
  readonly shows: { readonly cell: Cell | undefined } | undefined
}

/** A change that waits for its record to be created. */
interface Waiting {
  readonly record: RecordId
  readonly key: string
  readonly mine: CellSave
  readonly change: CellChange
}

const saves = new Map<string, CellSave>()
/** Changes of new records that are not stored yet, in the order in which they were made. */
const waiting = new Map<RecordId, Waiting[]>()
const storing = new Map<RecordId, Promise<boolean>>()
/** Stores a failed change again, by the key of its cell. */
const retries = new Map<string, () => Promise<boolean>>()
let version = 0

const keyOf = (record: RecordId, field: FieldId): string => `${record}/${field}`

const notify = (): void => {
  version += 1
  dispatchEvent(new Event('tessera-cell-saves'))
}

const put = (key: string, save: CellSave | undefined): void => {
  retries.delete(key)
  if (save) saves.set(key, save)
  else saves.delete(key)
  notify()
}

/** The newest save of a cell, while it matters. */
export const saveOf = (record: RecordId, field: FieldId): CellSave | undefined => saves.get(keyOf(record, field))

/** Increases with each change of a cell's state. */
export const savesVersion = (): number => version

/** Shows a change at once and saves it. On failure the cell still shows it, and a message offers to try again. Resolves to whether it is stored. */
export const saveCell = async (space: SpaceId, record: RecordId, field: FieldId, change: CellChange): Promise<boolean> => {
  const key = keyOf(record, field)
  const mine: CellSave = { state: 'saving', shows: { cell: change.cell } }
  put(key, mine)
  const fresh = newRecord(record)
  if (fresh && (fresh.state !== 'saved' || storing.has(record))) {
    waiting.set(record, [...(waiting.get(record) ?? []), { record, key, mine, change }])
    return storeRecord(space, fresh)
  }
  try {
    await commit(space, change.edits)
  } catch (error) {
    fail(error, [{ record, key, mine, change }], () => saveCell(space, record, field, change))
    return false
  }
  succeed([{ record, key, mine, change }])
  return true
}

/** Stores a new record and its waiting changes, one transaction after the other. */
const storeRecord = (space: SpaceId, record: NewRecord): Promise<boolean> => {
  const running = storing.get(record.id)
  if (running) return running
  const store = async (): Promise<boolean> => {
    for (;;) {
      const group = waiting.get(record.id) ?? []
      waiting.delete(record.id)
      if (group.length === 0) return true
      const edits = group.flatMap(({ change }) => change.edits)
      if (record.state === 'failed') record.state = 'saving'
      try {
        await commit(space, record.state === 'saved' ? edits : creatingEdits(record, edits))
      } catch (error) {
        waiting.set(record.id, [...group, ...(waiting.get(record.id) ?? [])])
        if (record.state !== 'saved') record.state = 'failed'
        fail(error, waiting.get(record.id) ?? [], () => storeRecord(space, record))
        return false
      }
      record.state = 'saved'
      succeed(group)
    }
  }
  const stored = store().finally(() => storing.delete(record.id))
  storing.set(record.id, stored)
  return stored
}

const fail = (error: unknown, group: readonly Waiting[], again: () => Promise<boolean>): void => {
  console.error(error)
  for (const { key, mine } of group) {
    // A newer change of the same cell has a result of its own.
    if (saves.get(key) !== mine) continue
    saves.set(key, { ...mine, state: 'failed' })
    retries.set(key, again)
  }
  notify()
  showMessage({
    text: failureSentence(error),
    tone: 'bad',
    stays: true,
    action: { label: msg('Try again'), run: retryFailed },
  })
}

/** Stores every failed change again. */
const retryFailed = async (): Promise<void> => {
  const runs = new Set(retries.values())
  retries.clear()
  await Promise.all([...runs].map((run) => run()))
}

// A reload would lose changes that could not be stored.
addEventListener('beforeunload', (event) => {
  if (retries.size > 0) event.preventDefault()
})

const succeed = (group: readonly Waiting[]): void => {
  announce(msg('Saved'))
  for (const { record, key, mine } of group) {
    retries.delete(key)
    const now = saves.get(key)
    // A newer change of the same cell is shown until it is stored.
    if (now?.shows !== mine.shows) continue
    const saved: CellSave = { ...mine, state: 'saved' }
    saves.set(key, saved)
    setTimeout(() => {
      const current = saves.get(key)
      if (current?.state === 'saved') put(key, current.shows && { ...current, state: 'kept' })
    }, MARK_MS)
    setTimeout(() => {
      // A record that the index does not have yet is shown from here.
      if (saves.get(key)?.shows === mine.shows && !newRecord(record)) put(key, undefined)
    }, TRUST_MS)
  }
  notify()
}

/** Shows cells from the index again once it has what was stored. */
export const settleSaves = (rows: readonly Row[]): void => {
  if (saves.size === 0) return
  let changed = false
  const known = new Map(rows.map((row) => [row.id as string, row]))
  for (const [key, save] of saves) {
    if ((save.state !== 'saved' && save.state !== 'kept') || !save.shows) continue
    const [record = '', field = ''] = key.split('/')
    const row = known.get(record)
    if (!row) continue
    if (!holdsSame(save.shows.cell, row.cells[field as FieldId])) continue
    if (save.state === 'kept') saves.delete(key)
    else saves.set(key, { ...save, shows: undefined })
    changed = true
  }
  if (changed) notify()
}

/** Whether a new record has changes that are not stored yet. */
export const hasWaiting = (record: RecordId): boolean => waiting.has(record)

/** Drops a change that could not be stored. True when there was one. */
export const discardFailed = (record: RecordId, field: FieldId): boolean => {
  const key = keyOf(record, field)
  if (saves.get(key)?.state !== 'failed') return false
  const left = waiting.get(record)?.filter((each) => each.key !== key) ?? []
  if (left.length > 0) waiting.set(record, left)
  else waiting.delete(record)
  put(key, undefined)
  return true
}

/** Renders an element when the state of a save changes. */
export class CellSaves {
  constructor(host: ReactiveControllerHost) {
    redrawOn(host, 'tessera-cell-saves')
  }

  /** The cell to show: the change that is being saved, or the index's cell. */
  cell(record: RecordId, field: FieldId, indexed: Cell | undefined): Cell | undefined {
    const save = saveOf(record, field)
    return save?.shows ? save.shows.cell : indexed
  }
}
