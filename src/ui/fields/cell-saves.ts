import { msg } from '@lit/localize'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Cell, FieldId, RecordId, SpaceId } from '../../engine/engine.ts'
import { commit } from '../commit.ts'
import { announce } from '../shell/announce.ts'
import { showMessage } from '../shell/message.ts'
import { failureSentence } from '../words/failure.ts'
import type { CellChange } from './change.ts'

/** How long a cell says that it was saved. */
const MARK = 1600

export interface CellSave {
  readonly state: 'saving' | 'saved'
  /** Shown in place of what the index tells, until it tells the same. */
  readonly shows: { readonly cell: Cell | undefined } | undefined
}

const saves = new Map<string, CellSave>()
let version = 0

const keyOf = (record: RecordId, field: FieldId): string => `${record}/${field}`

const told = (): void => {
  version += 1
  dispatchEvent(new Event('tessera-cell-saves'))
}

const put = (key: string, save: CellSave | undefined): void => {
  if (save) saves.set(key, save)
  else saves.delete(key)
  told()
}

/** What is being saved, or was just now, in a cell. */
export const saveOf = (record: RecordId, field: FieldId): CellSave | undefined => saves.get(keyOf(record, field))

/** Grows with each change of any cell's state. */
export const savesVersion = (): number => version

/** Shows the change at once and saves it; says so when that did not work, and offers to try again. True when it is kept. */
export const saveCell = async (space: SpaceId, record: RecordId, field: FieldId, change: CellChange): Promise<boolean> => {
  const key = keyOf(record, field)
  const mine: CellSave = { state: 'saving', shows: { cell: change.cell } }
  put(key, mine)
  try {
    await commit(space, change.edits)
  } catch (error) {
    console.error(error)
    if (saves.get(key) === mine) put(key, undefined)
    showMessage({
      text: failureSentence(error),
      tone: 'bad',
      action: { label: msg('Try again'), run: () => saveCell(space, record, field, change) },
    })
    return false
  }
  announce(msg('Saved'))
  // Somebody may have typed on meanwhile.
  if (saves.get(key) !== mine) return true
  const saved: CellSave = { ...mine, state: 'saved' }
  put(key, saved)
  setTimeout(() => {
    if (saves.get(key)?.state === 'saved') put(key, undefined)
  }, MARK)
  return true
}

/** The index told something: what was saved before then is in it. */
export const settleSaves = (): void => {
  let changed = false
  for (const [key, save] of saves) {
    if (save.state !== 'saved' || !save.shows) continue
    saves.set(key, { state: 'saved', shows: undefined })
    changed = true
  }
  if (changed) told()
}

/** Keeps an element drawn from what is being saved. */
export class CellSaves implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('tessera-cell-saves', this.#changed)
  }

  hostDisconnected(): void {
    removeEventListener('tessera-cell-saves', this.#changed)
  }

  #changed = (): void => this.host.requestUpdate()

  /** The cell as it is to be shown. */
  cell(record: RecordId, field: FieldId, indexed: Cell | undefined): Cell | undefined {
    const save = saveOf(record, field)
    return save?.shows ? save.shows.cell : indexed
  }
}
