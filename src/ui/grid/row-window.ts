import type { ReactiveControllerHost } from 'lit'
import type { FoundRow, RecordId, Row, WindowRequest } from '../../engine/api/engine.ts'
import { settleSaves } from '../fields/cell-saves.ts'
import { PAUSED, Watched } from '../watched.ts'
import { keepRows } from './keep-rows.ts'
import { type Asked, isEnough, type Stretch, windowAround } from './stretch.ts'

/** The rows around what is looked at, as the index tells them. */
export class RowWindow {
  readonly #watched: Watched<'window'>
  #asked: Asked = { offset: 0, limit: 100 }
  #rows: readonly Row[] = []
  /** Places within `#rows`. */
  #places: ReadonlyMap<RecordId, number> = new Map()
  #found: ReadonlyMap<RecordId, FoundRow> = new Map()

  constructor(host: ReactiveControllerHost, request: () => Omit<WindowRequest, 'offset' | 'limit'> | undefined) {
    this.#watched = new Watched(
      host,
      'window',
      () => {
        const what = request()
        return what ? { ...what, ...this.#asked } : PAUSED
      },
      ({ rows, found = [] }) => {
        this.#rows = keepRows(this.#rows, rows)
        this.#places = new Map(rows.map(({ id }, at) => [id, at]))
        this.#found = new Map(found.map((each) => [each.id, each]))
        settleSaves([...rows, ...found.flatMap(({ row }) => row ?? [])])
      },
    )
  }

  /** What the index answered last; another object after each answer. */
  get answer(): object | undefined {
    return this.#watched.value
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

  /** The place of a record in the whole table, when it is here or was found. */
  indexOf(record: RecordId): number | undefined {
    const window = this.#watched.value
    const at = this.#places.get(record)
    return window && at !== undefined ? window.offset + at : this.found(record)?.place
  }

  /** Whether the record is among the rows that are here. */
  has(record: RecordId): boolean {
    return this.#places.has(record)
  }

  /** A record that is here or was found. */
  row(record: RecordId): Row | undefined {
    return this.#rows[this.#places.get(record) ?? -1] ?? this.found(record)?.row
  }

  /** What the index knows of a record that the request asked it to find. */
  found(record: RecordId): FoundRow | undefined {
    return this.#found.get(record)
  }

  /** Says what is looked at, before the element updates; asks for more when it reaches beyond what was asked for. */
  look(stretch: Stretch): void {
    if (isEnough(this.#asked, stretch, this.total)) return
    this.#asked = windowAround(stretch)
  }
}
