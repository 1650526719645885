import type { ReactiveControllerHost } from 'lit'
import type { RecordId, Row, SpaceId, TableId } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { beginRecord, forgetNewRecord, newRecord, newRecordsOf, newRecordsVersion } from '../../fields/new-records.ts'
import type { Sort } from '../sort.ts'
import { RowOrder } from './row-order.ts'
import { RowWindow } from './row-window.ts'
import type { Stretch } from './stretch.ts'

interface ShownTable {
  readonly space: SpaceId
  readonly table: TableId
  readonly sort?: Sort
}

/** The engine's limit for records that one window request finds. */
const MOST_FOUND = 500

interface Layout {
  /** New records in the order in which they were begun, the untouched one last. */
  readonly added: readonly RecordId[]
  /** Rows of new records that the index does not have yet. */
  readonly blank: ReadonlyMap<RecordId, Row>
  readonly order: RowOrder
}

/**
 * The rows of a table as they are shown: those of the index, then the new records that it does not have yet. An edited row keeps
 * its position until it is released.
 */
export class ShownRows {
  readonly #window: RowWindow
  readonly #table: () => ShownTable
  /** A new record that nothing was typed into: it exists only in the grid. */
  #draft: RecordId | undefined
  #kept: { readonly row: Row; readonly at: number } | undefined
  /** A record that is no longer among the loaded rows: the index finds it. */
  #sought: RecordId | undefined
  #cached: (Layout & { readonly from: readonly unknown[] }) | undefined

  constructor(host: ReactiveControllerHost, table: () => ShownTable) {
    this.#table = table
    this.#window = new RowWindow(host, () => {
      const find = this.#find()
      return { ...table(), ...(find.length > 0 && { find }) }
    })
  }

  #find(): RecordId[] {
    const added = newRecordsOf(this.#table().table).map(({ id }) => id)
    return [...new Set([this.#kept?.row.id, this.#sought, ...added].filter((id) => id !== undefined))].slice(0, MOST_FOUND)
  }

  /** Cached until an input changes, since every drawn row reads it. */
  #layout(): Layout {
    const from = [this.#window.answer, newRecordsVersion(), this.#draft, this.#kept, this.#table().table]
    if (!this.#cached || this.#cached.from.some((each, at) => each !== from[at]))
      this.#cached = { from, ...this.#computeLayout() }
    return this.#cached
  }

  #computeLayout(): Layout {
    const begun = newRecordsOf(this.#table().table).flatMap(({ id }) => (id === this.#kept?.row.id ? [] : id))
    const added = this.#draft ? [...begun, this.#draft] : begun
    const kept = this.#kept && { at: this.#kept.at, place: this.#window.indexOf(this.#kept.row.id) }
    const places = added.map((id) => this.#window.indexOf(id))
    // The same object as before, so that the row does not render again.
    const blank = new Map(added.map((id): [RecordId, Row] => [id, this.#cached?.blank.get(id) ?? { id, cells: {} }]))
    return { added, blank, order: new RowOrder(this.#window.total, places, kept) }
  }

  /** Whether the index answered yet. */
  get ready(): boolean {
    return this.#window.ready
  }

  /** Rows shown in all. */
  get total(): number {
    return this.#layout().order.total
  }

  /** The untouched new record. */
  get draft(): RecordId | undefined {
    return this.#draft
  }

  /** The new record that was begun last and that the index may not have yet. */
  get newest(): RecordId | undefined {
    return this.#layout().added.at(-1)
  }

  /** The row shown at an index; undefined while it is not loaded. */
  at(shown: number): Row | undefined {
    const { order, added, blank } = this.#layout()
    const what = order.at(shown)
    if (what?.kind === 'indexed') return this.#window.at(what.place)
    const id = what?.kind === 'added' ? added[what.at] : what && this.#kept?.row.id
    return id && (this.#window.row(id) ?? (id === this.#kept?.row.id ? this.#kept.row : blank.get(id)))
  }

  /** Where a record is shown; undefined when that is not known. */
  indexOf(record: RecordId): number | undefined {
    const { order, added } = this.#layout()
    if (record === this.#kept?.row.id) return order.keptAt
    const at = added.indexOf(record)
    if (at >= 0) return order.addedAt(at)
    const place = this.#window.indexOf(record)
    return place === undefined ? undefined : order.shownAt(place)
  }

  /** Whether the index does not have the record yet. */
  isNew(record: RecordId): boolean {
    return record === this.#draft || newRecord(record) !== undefined
  }

  /** Begins a record behind all others, or returns the one that is still untouched. */
  startDraft(): RecordId {
    this.#draft ??= newId<RecordId>()
    return this.#draft
  }

  dropDraft(): void {
    this.#draft = undefined
  }

  /** Whether the index has the record. */
  isIndexed(record: RecordId): boolean {
    return !this.isNew(record) || this.#window.row(record) !== undefined
  }

  /** Whether the record was removed from the table, or is hidden from it. False while that is not known. */
  isGone(record: RecordId): boolean {
    const found = this.#window.found(record)
    if (!found || record === this.#draft) return false
    const fresh = newRecord(record)
    return fresh
      ? found.state === 'trashed' || (found.state === 'absent' && fresh.indexed)
      : found.state !== 'shown' || found.place === undefined
  }

  /** Stops showing a record only because it was made or edited here. */
  forget(record: RecordId): void {
    forgetNewRecord(record)
    if (this.#kept?.row.id === record) this.#kept = undefined
  }

  /** Call before a cell changes: a draft becomes a record, and a row of a sorted table keeps its position. */
  touch(row: Row): void {
    if (row.id === this.#draft) {
      beginRecord(this.#table().table, row.id)
      this.#draft = undefined
    } else if (this.#table().sort && row.id !== this.#kept?.row.id && !newRecord(row.id)) {
      const at = this.indexOf(row.id)
      if (at !== undefined) this.#kept = { row, at }
    }
  }

  /** Keeps showing an edited row that the index no longer has. */
  keep(row: Row, at: number): void {
    if (!newRecord(row.id) && row.id !== this.#draft) this.#kept = { row, at }
  }

  /** Moves every row except the selected one to its position in the index. */
  release(cursor: RecordId | undefined): void {
    for (const fresh of newRecordsOf(this.#table().table)) {
      const found = this.#window.found(fresh.id)
      fresh.indexed ||= this.#window.has(fresh.id) || (found !== undefined && found.state !== 'absent')
      if (fresh.id !== cursor && fresh.state === 'saved' && fresh.indexed) forgetNewRecord(fresh.id)
    }
    if (this.#kept?.row.id !== cursor) this.#kept = undefined
  }

  /** Makes the index find a record. */
  seek(record: RecordId | undefined): void {
    this.#sought = record
  }

  /** Loads the rows to draw; call it before the element updates. */
  load({ first, end }: Stretch): void {
    const { order } = this.#layout()
    const places: number[] = []
    for (let at = first; at < end; at++) {
      const what = order.at(at)
      if (what?.kind === 'indexed') places.push(what.place)
    }
    const [from, to] = [places[0], places.at(-1)]
    if (from !== undefined && to !== undefined) this.#window.load({ first: from, end: to + 1 })
  }
}
