import type { ReactiveControllerHost } from 'lit'
import type { FoundRow, RecordId, Row, WindowRequest } from '../../../engine/api/engine.ts'
import { settleSaves } from '../../fields/cell-saves.ts'
import { PAUSED, Watched } from '../../watched.ts'
import { keepRows } from './keep-rows.ts'
import { holds, isEnough, type Requested, type Stretch, windowAhead, windowAround } from './stretch.ts'

/** Milliseconds without a jump after which the window is widened around the visible rows. */
const SETTLED_MS = 150
/** Milliseconds without movement after which the view rests. */
const RESTING_MS = 50
/** With slower answers than this the view is somewhere else by then than its speed predicts. */
const PREDICTABLE_MS = 80

/** The rows around the visible ones, as the index has them. */
export class RowWindow {
  readonly #watched: Watched<'window'>
  readonly #host: ReactiveControllerHost
  #requested: Requested = { offset: 0, limit: 100 }
  #rows: readonly Row[] = []
  /** Indexes within `#rows`. */
  #places: ReadonlyMap<RecordId, number> = new Map()
  #found: ReadonlyMap<RecordId, FoundRow> = new Map()
  /** Runs while the view jumps to rows that are not loaded. */
  #jumping: ReturnType<typeof setTimeout> | undefined
  /** The first row to draw, when it changed, and the speed in rows per millisecond. */
  #motion = { first: 0, at: 0, speed: 0 }
  /** When the last answer arrived, and the milliseconds between answers while the view jumps. */
  #answered = { at: 0, interval: 0 }

  constructor(host: ReactiveControllerHost, request: () => Omit<WindowRequest, 'offset' | 'limit'> | undefined) {
    this.#host = host
    host.addController(this)
    this.#watched = new Watched(
      host,
      'window',
      () => {
        const what = request()
        return what ? { ...what, ...this.#requested } : PAUSED
      },
      ({ rows, found = [] }) => {
        const now = performance.now()
        this.#answered = { at: now, interval: now - this.#answered.at }
        this.#rows = keepRows(this.#rows, rows)
        this.#places = new Map(rows.map(({ id }, at) => [id, at]))
        this.#found = new Map(found.map((each) => [each.id, each]))
        settleSaves([...rows, ...found.flatMap(({ row }) => row ?? [])])
      },
    )
  }

  hostDisconnected(): void {
    clearTimeout(this.#jumping)
    this.#jumping = undefined
  }

  /** The newest answer of the index; another object after each answer. */
  get answer(): object | undefined {
    return this.#watched.value
  }

  /** Whether the index answered yet. */
  get ready(): boolean {
    return this.#watched.value !== undefined
  }

  /** The number of all rows, loaded or not. */
  get total(): number {
    return this.#watched.value?.total ?? 0
  }

  get error(): Error | undefined {
    return this.#watched.error
  }

  /** The row at an index of the whole table; undefined while it is not loaded. */
  at(index: number): Row | undefined {
    const window = this.#watched.value
    return window && this.#rows[index - window.offset]
  }

  /** The index of a record in the whole table, when it is loaded or was found. */
  indexOf(record: RecordId): number | undefined {
    const window = this.#watched.value
    const at = this.#places.get(record)
    return window && at !== undefined ? window.offset + at : this.found(record)?.place
  }

  /** Whether the record is among the loaded rows. */
  has(record: RecordId): boolean {
    return this.#places.has(record)
  }

  /** A record that is loaded or was found. */
  row(record: RecordId): Row | undefined {
    return this.#rows[this.#places.get(record) ?? -1] ?? this.found(record)?.row
  }

  /** What the index knows of a record that the request asked it to find. */
  found(record: RecordId): FoundRow | undefined {
    return this.#found.get(record)
  }

  /**
   * Loads rows before the element updates. After a jump it requests a small window, ahead of the view while that moves; once the
   * view rests, or scrolls within loaded rows, a larger one around it.
   */
  load(stretch: Stretch): void {
    const speed = this.#speed(stretch.first)
    if (isEnough(this.#requested, stretch, this.total)) return
    if (this.#isLoaded(stretch)) {
      if (this.#jumping === undefined) this.#requested = windowAround(stretch)
      return
    }
    const { interval } = this.#answered
    const requested = windowAhead(stretch, interval <= PREDICTABLE_MS ? speed * interval : 0, this.total)
    if (requested.offset === this.#requested.offset && requested.limit === this.#requested.limit) return
    this.#requested = requested
    clearTimeout(this.#jumping)
    this.#jumping = setTimeout(() => {
      this.#jumping = undefined
      this.#host.requestUpdate()
    }, SETTLED_MS)
  }

  #speed(first: number): number {
    const now = performance.now()
    const { first: before, at, speed } = this.#motion
    if (first === before) return now - at < RESTING_MS ? speed : 0
    this.#motion = { first, at: now, speed: (first - before) / Math.max(1, now - at) }
    return this.#motion.speed
  }

  #isLoaded(stretch: Stretch): boolean {
    const offset = this.#watched.value?.offset
    return offset !== undefined && holds({ offset, limit: this.#rows.length }, stretch)
  }
}
