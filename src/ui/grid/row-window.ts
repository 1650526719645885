import type { ReactiveControllerHost } from 'lit'
import type { RecordId, Row, WindowRequest } from '../../engine/engine.ts'
import { settleSaves } from '../fields/cell-saves.ts'
import { PAUSED, Watched } from '../watched.ts'
import { keepRows } from './keep-rows.ts'
import { type Asked, isEnough, type Stretch, windowAround } from './stretch.ts'

/** The rows around what is looked at, as the index tells them. */
export class RowWindow {
  readonly #watched: Watched<'window'>
  #asked: Asked = { offset: 0, limit: 100 }
  #rows: readonly Row[] = []

  constructor(host: ReactiveControllerHost, request: () => Omit<WindowRequest, 'offset' | 'limit'> | undefined) {
    this.#watched = new Watched(
      host,
      'window',
      () => {
        const what = request()
        return what ? { ...what, ...this.#asked } : PAUSED
      },
      ({ rows }) => {
        this.#rows = keepRows(this.#rows, rows)
        settleSaves()
      },
    )
  }

  /** Whether anything was told yet. */
  get ready(): boolean {
    return this.#watched.value !== undefined
  }

  /** All records, not only those here. */
  get total(): number {
    return this.#watched.value?.total ?? 0
  }

  get error(): Error | undefined {
    return this.#watched.error
  }

  /** The row at a place of the whole table, when it is here. */
  at(index: number): Row | undefined {
    const window = this.#watched.value
    return window && this.#rows[index - window.offset]
  }

  /** The place of a record in the whole table, when it is here. */
  indexOf(record: RecordId): number | undefined {
    const window = this.#watched.value
    const at = this.#rows.findIndex(({ id }) => id === record)
    return window && at >= 0 ? window.offset + at : undefined
  }

  /** Says what is looked at, before the element updates; asks for more when it reaches beyond what was asked for. */
  look(stretch: Stretch): void {
    if (isEnough(this.#asked, stretch, this.total)) return
    this.#asked = windowAround(stretch)
  }
}
