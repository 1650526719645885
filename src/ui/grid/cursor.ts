import { msg, str } from '@lit/localize'
import type { RecordId, Row } from '../../engine/api/engine.ts'
import { announce } from '../shell/announce.ts'
import { formatNumber } from '../words/numbers.ts'
import type { GridHost } from './grid-host.ts'
import { OpenRecord } from './open-record.ts'
import { HEAD, type Place } from './place.ts'
import type { ShownRows } from './rows/shown-rows.ts'
import type { Viewport } from './viewport.ts'

/** The selected cell. It stays with its record, wherever that is shown. */
export class Cursor {
  readonly #host: GridHost
  readonly #rows: ShownRows
  readonly #viewport: Viewport
  #at: Place = { row: 0, column: 0 }
  /** The selected record; undefined at the heads, at *Add record* and where no row is loaded. */
  #record: RecordId | undefined
  /** The cursor is at *Add record*, which moves when records are added. */
  #isAtAdd = false
  /** The selected row as it was shown last. */
  #lastRow: Row | undefined
  #landed: RecordId | undefined
  /** After Esc, Tab leaves the grid until the cursor moves. */
  isTabLeaving = false

  constructor(host: GridHost, rows: ShownRows, viewport: Viewport) {
    this.#host = host
    this.#rows = rows
    this.#viewport = viewport
  }

  get row(): number {
    return this.#at.row
  }

  get column(): number {
    return this.#at.column
  }

  get record(): RecordId | undefined {
    return this.#record
  }

  /** A record that moved to its sorted position when the cursor left it. */
  get landed(): RecordId | undefined {
    return this.#landed
  }

  forgetLanded(): void {
    this.#landed = undefined
    this.#host.requestUpdate()
  }

  /** Lets rows without the cursor take their sorted position, and moves the cursor with its record. `edited`: the record with an open editor. */
  follow(edited: RecordId | undefined): void {
    this.#rows.release(this.#record)
    if (this.#at.row === HEAD) return
    const record = this.#record
    if (record === undefined) return this.#attach()
    const row = this.#rows.indexOf(record)
    if (this.#rows.isGone(record)) this.#lose(record, edited)
    else if (row === undefined) this.#rows.seek(record)
    else {
      this.#rows.seek(undefined)
      this.#lastRow = this.#rows.at(row) ?? this.#lastRow
      if (row === this.#at.row) return
      const from = this.#at.row
      this.#at = { ...this.#at, row }
      this.#viewport.follow(from, this.#at)
    }
  }

  /** Attaches the cursor to the record at its row, or to *Add record*. */
  #attach(): void {
    const { total } = this.#rows
    this.#at = { ...this.#at, row: this.#isAtAdd ? total : Math.min(this.#at.row, total) }
    this.#record = this.#rows.at(this.#at.row)?.id
  }

  /** Another person removed the record: an open editor keeps its row, otherwise the cursor takes the row that is there now. */
  #lose(record: RecordId, edited: RecordId | undefined): void {
    if (edited === record) {
      const row = this.#lastRow?.id === record ? this.#lastRow : { id: record, cells: {} }
      return this.#rows.keep(row, this.#at.row)
    }
    this.#rows.forget(record)
    this.#rows.seek(undefined)
    this.#attach()
    announce(msg('The record was removed'))
  }

  /** Moves to a cell, within the table: from the heads to *Add record*. */
  go(row: number, column: number): void {
    const rows = this.#rows
    const wanted = rows.at(row)?.id
    const left = this.#record
    const leftRow = left && rows.indexOf(left)
    const isAtAdd = row >= rows.total
    if (rows.draft && wanted !== rows.draft) rows.dropDraft()
    rows.release(wanted)
    rows.seek(undefined)
    const { length } = this.#host.table.fields
    const last = row === HEAD ? length : length - 1
    // Rows above may have moved when the selected one was released.
    const shown = isAtAdd ? rows.total : wanted === undefined ? row : (rows.indexOf(wanted) ?? row)
    this.#at = { row: Math.max(HEAD, Math.min(shown, rows.total)), column: Math.max(0, Math.min(column, last)) }
    this.#record = wanted
    this.#isAtAdd = isAtAdd
    this.isTabLeaving = false
    this.#viewport.reveal(this.#at)
    this.#host.requestUpdate()
    if (left && left !== wanted) this.#land(left, leftRow)
    const { opened } = this.#host
    if (opened && wanted && wanted !== opened && rows.isIndexed(wanted)) this.#host.dispatchEvent(new OpenRecord(wanted, true))
  }

  /** Moves to the next or previous cell, across the ends of rows. False at the ends of the table. */
  step(row: number, column: number, by: 1 | -1): boolean {
    const next = column + by
    const { total } = this.#rows
    const { length } = this.#host.table.fields
    const end = row === HEAD ? length + 1 : row === total ? 1 : length
    if (next >= 0 && next < end) this.go(row, next)
    else if (by > 0 && row < total) this.go(row + 1, 0)
    else if (by < 0 && row > HEAD) this.go(row - 1, row === 0 ? length : length - 1)
    else return false
    return true
  }

  /** Marks and announces a row that kept its place while it was edited and now takes its sorted position. */
  #land(record: RecordId, before: number | undefined): void {
    const row = this.#rows.indexOf(record)
    if (!this.#host.sort || row === undefined || row === before) return
    this.#landed = record
    announce(msg(str`The record moved to row ${formatNumber(row + 1)}`))
  }
}
