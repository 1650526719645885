import type { TemplateResult } from 'lit'
import type { Cell, Field, RecordId, Row } from '../../engine/api/engine.ts'
import { CellSaves, discardFailed, hasWaiting, saveCell } from '../fields/cell-saves.ts'
import { type CellChange, clearCell } from '../fields/change.ts'
import { cellEditor, isToggled, toggled } from '../fields/editors/cell-editor.ts'
import type { Move } from '../fields/editors/edit-done.ts'
import { isEditable } from '../fields/field-type.ts'
import type { Cursor } from './cursor.ts'
import type { GridHost } from './grid-host.ts'
import { pastedChange } from './pasted-change.ts'
import type { ShownRows } from './rows/shown-rows.ts'
import type { Stretch } from './rows/stretch.ts'

/** An open editor belongs to a record, wherever that is shown. */
interface OpenEditor {
  readonly record: RecordId
  readonly column: number
  readonly typed: string | undefined
}

/** Edits the cells of a grid: opens and closes the editor, saves changes, begins and drops new records. */
export class Editing {
  readonly #host: GridHost
  readonly #rows: ShownRows
  readonly #cursor: Cursor
  readonly #saves: CellSaves
  #open: OpenEditor | undefined

  constructor(host: GridHost, rows: ShownRows, cursor: Cursor) {
    this.#host = host
    this.#rows = rows
    this.#cursor = cursor
    this.#saves = new CellSaves(host)
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  /** The record that is edited. */
  get record(): RecordId | undefined {
    return this.#open?.record
  }

  /** The column that is edited. */
  get column(): number | undefined {
    return this.#open?.column
  }

  /** The row that is edited. */
  get row(): number | undefined {
    return this.#open && this.#rows.indexOf(this.#open.record)
  }

  /** The cell with what is being saved in it. */
  cellOf(row: Row, field: Field): Cell | undefined {
    return this.#saves.cell(row.id, field.id, row.cells[field.id])
  }

  /** Closes the editor and saves. False when what was typed must be changed first. */
  finish(): boolean {
    const editor = this.#host.renderRoot.querySelector<HTMLElement & { finish(): boolean }>('.editing > *')
    return !this.#open || !editor || editor.finish()
  }

  /** Saves what is edited when its row is scrolled out of view. */
  scrolled({ first, end }: Stretch): void {
    const { row } = this
    if (row !== undefined && (row < first || row >= end)) this.finish()
  }

  /** Begins a record behind all others; the first change stores it. `edit` opens the editor of its first cell. */
  startRecord(edit: boolean): void {
    if (!this.finish()) return
    const row = this.#rows.indexOf(this.#rows.startDraft()) ?? this.#rows.total
    if (edit) this.edit(row, 0)
    else this.#cursor.go(row, 0)
  }

  /** Opens the editor of a cell; a checkbox changes at once. `typed` replaces the cell's text. */
  edit(row: number, column: number, typed?: string): void {
    const field = this.#host.table.fields[column]
    if (row === this.#rows.total) this.#rows.startDraft()
    const record = this.#rows.at(row)
    this.#cursor.go(row, column)
    if (!field || !record || !isEditable(field)) return
    if (isToggled(field)) return this.toggle(record, field)
    this.#open = { column, record: record.id, typed }
    this.#host.requestUpdate()
  }

  toggle(record: Row, field: Field): void {
    this.#change(record, field, toggled(field, record.id, this.cellOf(record, field)))
  }

  clear(record: Row, field: Field): void {
    const change = clearCell(field, record.id, this.cellOf(record, field))
    if (change) this.#change(record, field, change)
  }

  /** Pastes into the selected cell; text that a person must decide about opens the editor. True when it was used. */
  paste(text: string): boolean {
    const { row, column } = this.#cursor
    const field = this.#host.table.fields[column]
    const record = this.#rows.at(row)
    if (this.#open || !field || !record || !text || !isEditable(field)) return false
    const change = pastedChange(field, record.id, text)
    if (change) this.#change(record, field, change)
    else this.edit(row, column, text)
    return true
  }

  /** Drops the untouched new record, or what could not be stored in the selected cell. */
  discard(): void {
    const { row, column } = this.#cursor
    const record = this.#rows.at(row)
    const field = this.#host.table.fields[column]
    if (!record) return
    if (record.id === this.#rows.draft) {
      this.#rows.dropDraft()
      this.#cursor.go(row, column)
    } else if (field && discardFailed(record.id, field.id)) {
      if (!hasWaiting(record.id) && !this.#rows.isIndexed(record.id)) this.#rows.forget(record.id)
    }
  }

  #change(row: Row, field: Field, change: CellChange): void {
    this.#rows.touch(row)
    // `saveCell` shows failures itself.
    void saveCell(this.#host.space, row.id, field.id, change)
  }

  #done(move: Move): void {
    const open = this.#open
    if (!open) return
    const row = this.row ?? this.#cursor.row
    this.#open = undefined
    this.#host.requestUpdate()
    const isInside = this.#host.shadowRoot?.activeElement
    // Focus that was moved elsewhere on purpose stays there.
    if (isInside || move !== 'stay' || document.activeElement === document.body) this.#host.focus()
    const { record, column } = open
    const isUntouched = this.#rows.draft === record
    if (move === 'down') {
      if (!isUntouched && this.#rows.isNew(record) && row === this.#rows.total - 1) this.#rows.startDraft()
      this.#cursor.go(row + 1, column)
    } else if (move !== 'stay') {
      const by = move === 'next' ? 1 : -1
      if (isUntouched && this.#host.table.fields[column + by]) this.edit(row, column + by)
      else this.#cursor.step(row, column, by)
    } else if (isUntouched && isInside) {
      // Esc.
      this.#rows.dropDraft()
      this.#cursor.go(row, column)
    }
  }

  /** The editor in a row, with its column. */
  editorIn(row: Row): { readonly column: number; readonly content: TemplateResult } | undefined {
    const open = this.#open
    const field = open && this.#host.table.fields[open.column]
    if (!field || open.record !== row.id) return undefined
    return {
      column: open.column,
      content: cellEditor({
        space: this.#host.space,
        tables: this.#host.tables,
        field,
        record: row.id,
        cell: this.cellOf(row, field),
        typed: open.typed,
        change: (change) => this.#change(row, field, change),
        done: (move) => this.#done(move),
      }),
    }
  }
}
