import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { Cell, Field, RecordId, Row, SpaceId, Table } from '../../engine/api/engine.ts'
import { cellEditor, isToggled, toggled } from '../fields/cell-editor.ts'
import { CellSaves, discardFailed, hasWaiting, saveCell, savesVersion } from '../fields/cell-saves.ts'
import { type CellChange, clearCell } from '../fields/change.ts'
import { conflictStyles } from '../fields/conflict-mark.ts'
import type { Move } from '../fields/edit-done.ts'
import { isEditable } from '../fields/field-type.ts'
import { cellStyles, textOf } from '../fields/show-cell.ts'
import type { Menu, MenuItem } from '../parts/menu.ts'
import { announce } from '../shell/announce.ts'
import { attempt } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { formatNumber } from '../words/numbers.ts'
import { type ColumnStretch, columnsToDraw, columnWidth, numberWidth } from './column.ts'
import { gridHead } from './grid-head.ts'
import { gridRow, placeholder } from './grid-row.ts'
import { gridStyles } from './grid-styles.ts'
import { type Intent, intentOf } from './keys.ts'
import { OpenRecord } from './open-record.ts'
import { pastedChange } from './pasted-change.ts'
import { HEAD, placeOf } from './place.ts'
import { reveal } from './reveal.ts'
import { ShownRows } from './shown-rows.ts'
import { nextSort, type Sort } from './sort.ts'
import { rowsToDraw } from './stretch.ts'

/** An open editor belongs to a record, wherever that is shown. */
interface Editing {
  readonly record: RecordId
  readonly column: number
  readonly typed: string | undefined
}

/**
 * A table as a spreadsheet. Draws only the rows that are seen. A hidden input (`KeyInput`) holds the focus and points at the cell
 * (aria-activedescendant), so that scrolling never loses it. Fires `OpenRecord` and `add-column`.
 */
@customElement('tessera-grid')
export class Grid extends LitElement {
  static override styles = [controls, cellStyles, conflictStyles, gridStyles]

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) table!: Table
  @property({ attribute: false }) tables: readonly Table[] = []
  @property({ attribute: false }) columnItems: (field: Field) => readonly MenuItem[] = () => []
  /** The record that is open beside the grid. */
  @property({ attribute: false }) opened: RecordId | undefined
  @state() private at = { row: 0, column: 0 }
  @state() private editing: Editing | undefined
  @state() private sort: Sort | undefined
  /** Where the keyboard is shows only once it was here. */
  @state() private used = false
  /** A record that moved to its place in the sort when the cursor left it. */
  @state() private landed: RecordId | undefined
  @query('.scroller') private scroller!: HTMLElement
  @query('.keys') private keys!: HTMLTextAreaElement
  @query('.editing > *') private editor!: (HTMLElement & { finish(): boolean }) | null

  #saves = new CellSaves(this)
  #rows = new ShownRows(this, () => ({ space: this.space, table: this.table.id, ...(this.sort && { sort: this.sort }) }))
  #view = { top: 0, left: 0, height: 800, width: 1200, row: 40 }
  #columns: ColumnStretch = { first: 1, end: 1, before: 0 }
  /** The record at the cursor; undefined at the heads, at *Add record* and where no row is loaded. */
  #atRecord: RecordId | undefined
  /** The cursor is at *Add record*, wherever that is. */
  #onAdd = false
  /** The row of that record as it was shown last. */
  #lastRow: Row | undefined
  /** The cursor moved, and is to be scrolled into view once its row is drawn. */
  #revealing = false
  /** After Esc the next Tab leaves the grid. */
  #leaving = false
  #resized = new ResizeObserver(() => this.#measure())

  /** How many records there are. */
  get total(): number {
    return this.#rows.total
  }

  override firstUpdated(): void {
    this.#resized.observe(this.scroller)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-preferences', this.#measure)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-preferences', this.#measure)
    this.#resized.disconnect()
  }

  override focus(): void {
    this.keys.focus({ preventScroll: true })
  }

  #measure = (): void => {
    const row = Number.parseFloat(getComputedStyle(this).getPropertyValue('--row'))
    const { scrollTop: top, scrollLeft, clientHeight: height, clientWidth: width } = this.scroller
    this.#view = { top, left: Math.abs(scrollLeft), height, width, row }
    this.requestUpdate()
  }

  #scrolled(): void {
    this.#view = { ...this.#view, top: this.scroller.scrollTop, left: Math.abs(this.scroller.scrollLeft) }
    const row = this.#editingRow
    const { first, end } = this.#drawn
    if (row !== undefined && (row < first || row >= end)) this.editor?.finish()
    this.requestUpdate()
  }

  protected override willUpdate(): void {
    this.#rows.release(this.#atRecord)
    this.#follow()
    this.#rows.look(this.#drawn)
    this.#columns = this.#columnsDrawn()
  }

  /** The cursor stays with its record, wherever that is shown. */
  #follow(): void {
    if (this.at.row === HEAD) return
    const record = this.#atRecord
    if (record === undefined) return this.#bind()
    const row = this.#rows.indexOf(record)
    if (this.#rows.isGone(record)) this.#lose(record)
    else if (row === undefined) this.#rows.seek(record)
    else {
      this.#rows.seek(undefined)
      this.#lastRow = this.#rows.at(row) ?? this.#lastRow
      if (row !== this.at.row) this.#follows(row)
    }
  }

  /** Ties the cursor to the record that is shown at its row, or to *Add record*. */
  #bind(): void {
    const row = this.#onAdd ? this.total : Math.min(this.at.row, this.total)
    if (row !== this.at.row) this.at = { ...this.at, row }
    this.#atRecord = this.#rows.at(row)?.id
  }

  #follows(row: number): void {
    const { top, height, row: rowHeight } = this.#view
    const wasSeen = this.at.row * rowHeight >= top && this.at.row * rowHeight < top + height
    // What arrives above does not push the cursor out of sight; a record that went far away does not take the view along.
    if (wasSeen && Math.abs(row - this.at.row) * rowHeight < height) this.#revealing = true
    this.at = { ...this.at, row }
  }

  /** Somebody removed the record at the cursor: an open editor keeps the row, otherwise the cursor goes to the row that is there now. */
  #lose(record: RecordId): void {
    if (this.editing?.record === record) {
      const row = this.#lastRow?.id === record ? this.#lastRow : { id: record, cells: {} }
      return this.#rows.keep(row, this.at.row)
    }
    this.#rows.forget(record)
    this.#rows.seek(undefined)
    this.#bind()
    announce(msg('The record was removed'))
  }

  /** Kept as it was while nothing differs, so that rows are not drawn anew. */
  #columnsDrawn(): ColumnStretch {
    const drawn = columnsToDraw(this.#fields, this.#view.left, this.#view.width)
    const before = this.#columns
    if (this.editing && (this.editing.column < drawn.first || this.editing.column >= drawn.end) && this.editing.column > 0)
      return before
    return drawn.first === before.first && drawn.end === before.end && drawn.before === before.before ? before : drawn
  }

  get #drawn() {
    const { top, height, row } = this.#view
    return rowsToDraw(top, height, row, this.total)
  }

  get #editingRow(): number | undefined {
    return this.editing && this.#rows.indexOf(this.editing.record)
  }

  get #fields(): readonly Field[] {
    return this.table.fields
  }

  #cellOf(row: Row, field: Field): Cell | undefined {
    return this.#saves.cell(row.id, field.id, row.cells[field.id])
  }

  /**
   * Begins a record behind all others, its first field ready. It comes to be with the first thing typed.
   * @param options.edit opens the editor; without, the cursor is in the first cell, where typing opens it
   */
  startRecord({ edit = true } = {}): void {
    if (this.editing && this.editor && !this.editor.finish()) return
    const row = this.#rows.indexOf(this.#rows.startDraft()) ?? this.total
    if (edit) this.#edit(row, 0)
    else this.#go(row, 0)
  }

  #go(row: number, column: number): void {
    const wanted = this.#rows.at(row)?.id
    const left = this.#atRecord
    const leftRow = left && this.#rows.indexOf(left)
    const toAdd = row >= this.total
    if (this.#rows.draft && wanted !== this.#rows.draft) this.#rows.dropDraft()
    this.#rows.release(wanted)
    this.#rows.seek(undefined)
    const last = this.#fields.length - (row === HEAD ? 0 : 1)
    // Rows above may have moved when the one at the cursor was let go.
    const shown = toAdd ? this.total : wanted === undefined ? row : (this.#rows.indexOf(wanted) ?? row)
    this.at = { row: Math.max(HEAD, Math.min(shown, this.total)), column: Math.max(0, Math.min(column, last)) }
    this.#atRecord = wanted
    this.#onAdd = toAdd
    this.#leaving = false
    this.#revealing = true
    this.requestUpdate()
    if (left && left !== wanted) this.#landed(left, leftRow)
    if (this.opened && wanted && wanted !== this.opened && this.#rows.isIndexed(wanted))
      this.dispatchEvent(new OpenRecord(wanted, true))
  }

  /** A row that kept its place while it was edited goes where the sort has it: shows and says so. */
  #landed(record: RecordId, before: number | undefined): void {
    const row = this.#rows.indexOf(record)
    if (!this.sort || row === undefined || row === before) return
    this.landed = record
    announce(msg(str`The record moved to row ${formatNumber(row + 1)}`))
  }

  #edit(row: number, column: number, typed?: string): void {
    const field = this.#fields[column]
    if (row === this.total) this.#rows.startDraft()
    const record = this.#rows.at(row)
    this.#go(row, column)
    if (!field || !record || !isEditable(field)) return
    if (isToggled(field)) return this.#change(record, field, toggled(field, record.id, this.#cellOf(record, field)))
    this.editing = { column, record: record.id, typed }
  }

  #change(row: Row, field: Field, change: CellChange): void {
    this.#rows.touch(row)
    // Failures are shown where the change is saved.
    void saveCell(this.space, row.id, field.id, change)
  }

  #done(move: Move): void {
    const { editing } = this
    if (!editing) return
    const row = this.#editingRow ?? this.at.row
    this.editing = undefined
    const { record, column } = editing
    const inside = this.shadowRoot?.activeElement
    // Focus that went elsewhere on purpose stays there.
    if (inside || move !== 'stay' || document.activeElement === document.body) this.focus()
    const untouched = this.#rows.draft === record
    if (move === 'down') {
      if (!untouched && this.#rows.isNew(record) && row === this.total - 1) this.#rows.startDraft()
      this.#go(row + 1, column)
    } else if (move !== 'stay') {
      const next = column + (move === 'next' ? 1 : -1)
      if (untouched && this.#fields[next]) this.#edit(row, next)
      else this.#step(row, column, move === 'next' ? 1 : -1)
    } else if (untouched && inside) {
      // Esc.
      this.#rows.dropDraft()
      this.#go(row, column)
    }
  }

  /** To the next or previous cell, on to the next or previous row at its end. False at the ends of the table. */
  #step(row: number, column: number, by: 1 | -1): boolean {
    const next = column + by
    const end = row === HEAD ? this.#fields.length + 1 : row === this.total ? 1 : this.#fields.length
    if (next >= 0 && next < end) this.#go(row, next)
    else if (by > 0 && row < this.total) this.#go(row + 1, 0)
    else if (by < 0 && row > HEAD) this.#go(row - 1, row === 0 ? this.#fields.length : this.#fields.length - 1)
    else return false
    return true
  }

  #pressed(event: KeyboardEvent): void {
    if (this.editing || event.isComposing) return
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1
    const intent = intentOf(event, forward)
    if (!intent) return
    if (intent.kind === 'tab' && (this.#leaving || !this.#step(this.at.row, this.at.column, intent.by))) return
    if (intent.kind !== 'escape') {
      event.preventDefault()
      event.stopPropagation()
    }
    this.#do(intent)
  }

  #do(intent: Intent): void {
    const { row, column } = this.at
    switch (intent.kind) {
      case 'move':
        return this.#go(row + intent.rows, column + intent.columns)
      case 'go':
        return this.#go(
          intent.row === 'first' ? 0 : intent.row === 'last' ? this.total - 1 : row,
          intent.column === 'first' ? 0 : intent.column === 'last' ? this.#fields.length : column,
        )
      case 'page': {
        const page = Math.max(1, Math.floor(this.#view.height / this.#view.row) - 2)
        return this.#go(Math.max(0, Math.min(row + intent.by * page, this.total - 1)), column)
      }
      case 'menu':
        return this.#menu(column)
      case 'escape':
        return this.#escape()
      case 'tab':
      case 'nothing':
        return
    }
    if (row === HEAD) return this.#doInHead(column)
    if (row === this.total) {
      if (intent.kind === 'edit' || intent.kind === 'open')
        this.#edit(row, column, intent.kind === 'edit' ? intent.typed : undefined)
      return
    }
    const field = this.#fields[column]
    const record = this.#rows.at(row)
    // No key is applied to another record than the one that was shown at the cursor.
    if (!field || !record || (this.#atRecord !== undefined && record.id !== this.#atRecord)) return
    const cell = this.#cellOf(record, field)
    if (intent.kind === 'edit') this.#edit(row, column, intent.typed)
    else if (intent.kind === 'open') this.#open(record, field)
    else if (intent.kind === 'copy') void attempt(() => this.#copy(textOf(field, cell)))
    else if (intent.kind === 'clear') {
      const change = clearCell(field, record.id, cell)
      if (change) this.#change(record, field, change)
    }
  }

  /** Drops a draft, or what could not be stored; then lets Tab leave the grid. */
  #escape(): void {
    const { row, column } = this.at
    const record = this.#rows.at(row)
    const field = this.#fields[column]
    this.#leaving = true
    if (!record) return
    if (record.id === this.#rows.draft) {
      this.#rows.dropDraft()
      this.#go(row, column)
    } else if (field && discardFailed(record.id, field.id)) {
      if (!hasWaiting(record.id) && !this.#rows.isIndexed(record.id)) this.#rows.forget(record.id)
    }
  }

  /** Text that came without a plain key: from an input method, dead keys, or a picker of emoji. */
  #entered(): void {
    const text = this.keys.value
    this.keys.value = ''
    this.keys.classList.remove('composing')
    if (text && !this.editing) this.#do({ kind: 'edit', typed: text })
  }

  /** Puts the hidden input over the cell, so that what is being composed is seen there. */
  #composes(): void {
    this.keys.classList.add('composing')
    const cell = this.renderRoot.querySelector('.cell.at')?.getBoundingClientRect()
    if (!cell) return
    const view = this.scroller.getBoundingClientRect()
    const { style } = this.keys
    style.insetInlineStart = `${getComputedStyle(this).direction === 'rtl' ? view.right - cell.right : cell.left - view.left}px`
    style.insetBlockStart = `${cell.top - view.top}px`
    style.inlineSize = `${cell.width}px`
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    announce(msg('Copied'))
  }

  #open(record: Row, field: Field): void {
    if (isToggled(field)) this.#change(record, field, toggled(field, record.id, this.#cellOf(record, field)))
    else if (this.#rows.isIndexed(record.id)) this.dispatchEvent(new OpenRecord(record.id, false))
  }

  #doInHead(column: number): void {
    const field = this.#fields[column]
    if (field) this.#sortBy(field)
    else this.dispatchEvent(new Event('add-column'))
  }

  #menu(column: number): void {
    this.renderRoot.querySelector<Menu>(`#head-${column} tessera-menu`)?.show()
  }

  #sortBy(field: Field): void {
    this.sort = nextSort(this.sort, field.id)
    this.#rows.release(undefined)
    this.landed = undefined
    this.scroller.scrollTop = 0
    announce(
      this.sort
        ? this.sort.descending
          ? msg(str`Sorted by ${field.name}, descending`)
          : msg(str`Sorted by ${field.name}, ascending`)
        : msg('In the order of the rows'),
    )
  }

  #pasted(event: ClipboardEvent): void {
    const field = this.#fields[this.at.column]
    const row = this.#rows.at(this.at.row)
    const text = event.clipboardData?.getData('text/plain')
    if (this.editing || !field || !row || !text || !isEditable(field)) return
    event.preventDefault()
    const change = pastedChange(field, row.id, text)
    if (change) this.#change(row, field, change)
    else this.#edit(this.at.row, this.at.column, text)
  }

  #clicked(event: MouseEvent): void {
    const place = placeOf(event)
    if (!place || (this.#editingRow === place.row && this.editing?.column === place.column)) return
    const again = place.row === this.at.row && place.column === this.at.column
    const { pointerType } = event as PointerEvent
    if (place.column < 0) return this.#go(place.row, this.at.column)
    const onCheck = event.composedPath().some((node) => node instanceof Element && node.classList.contains('check'))
    if (onCheck || (again && pointerType === 'touch')) this.#edit(place.row, place.column)
    else this.#go(place.row, place.column)
    if (!this.editing) this.focus()
  }

  #twiceClicked(event: MouseEvent): void {
    const place = placeOf(event)
    const field = place && this.#fields[place.column]
    if (place && field && !isToggled(field) && !this.editing) this.#edit(place.row, place.column)
  }

  #editorIn(row: Row, index: number): { column: number; content: TemplateResult } | undefined {
    const { editing } = this
    const field = editing && this.#fields[editing.column]
    if (!field || editing.record !== row.id || this.#editingRow !== index) return undefined
    return {
      column: editing.column,
      content: cellEditor({
        space: this.space,
        tables: this.tables,
        field,
        record: row.id,
        cell: this.#cellOf(row, field),
        typed: editing.typed,
        change: (change) => this.#change(row, field, change),
        done: (move) => this.#done(move),
      }),
    }
  }

  #row(index: number): TemplateResult {
    const row = this.#rows.at(index)
    const at = this.at.row === index ? this.at.column : undefined
    const editor = row && this.#editorIn(row, index)
    const open = row?.id === this.opened && this.opened !== undefined
    const state = `${at === undefined ? '' : 'at'} ${open ? 'open' : ''} ${editor ? 'active' : ''} ${row && row.id === this.landed ? 'landed' : ''}`
    return html`<div role="row" class="row ${state}" data-index=${index} aria-rowindex=${index + 2} style="transform:translateY(${index * this.#view.row}px)">
      ${
        row
          ? guard([index, row, this.#fields, this.#columns, at, this.#rows.draft, editor ?? savesVersion()], () =>
              gridRow({
                space: this.space,
                index,
                row,
                fields: this.#fields,
                columns: this.#columns,
                cellOf: (field) => this.#cellOf(row, field),
                at,
                editor,
                draft: row.id === this.#rows.draft,
                fresh: !this.#rows.isIndexed(row.id),
                open: () => this.dispatchEvent(new OpenRecord(row.id, false)),
              }),
            )
          : placeholder(index)
      }</div>`
  }

  protected override updated(): void {
    if (this.#revealing) {
      this.#revealing = false
      reveal(this.renderRoot, this.scroller, this.at, this.#view.row)
      const { scrollTop, scrollLeft } = this.scroller
      if (scrollTop !== this.#view.top || Math.abs(scrollLeft) !== this.#view.left) {
        this.#view = { ...this.#view, top: scrollTop, left: Math.abs(scrollLeft) }
        this.requestUpdate()
      }
    }
  }

  override render() {
    const { first, end } = this.#drawn
    const slots = Math.max(1, end - first)
    const indexes = Array.from({ length: end - first }, (_, offset) => first + offset)
    const { row: height } = this.#view
    const editingRow = this.#editingRow
    const { at, total } = this
    const number = numberWidth(total)
    const width = this.#fields.reduce((sum, field, column) => sum + columnWidth(field, column), number)
    const active = at.row === HEAD ? `head-${at.column}` : at.row === total ? 'add' : `cell-${at.row}-${at.column}`
    return html`<div class="scroller" @scroll=${this.#scrolled} @keydown=${this.#pressed} @paste=${this.#pasted}>
      <div class="hold"><textarea class="keys" rows="1" inputmode="none" autocomplete="off" autocapitalize="off" spellcheck="false" data-shortcuts
        aria-label=${msg(str`Cells of ${this.table.name}`)} aria-controls="grid" aria-activedescendant=${active} aria-describedby="keys-help"
        @focus=${() => {
          this.used = true
        }} @input=${(event: InputEvent) => {
          if (!event.isComposing) this.#entered()
        }} @compositionstart=${this.#composes} @compositionend=${this.#entered}></textarea>
        <span id="keys-help" class="visually-hidden">${msg('Press Esc, then Tab to leave the table.')}</span></div>
      <div role="grid" id="grid" class=${this.used ? 'used' : ''} style="--number:${number}px;--width:${width}px" tabindex="-1" aria-label=${this.table.name} aria-rowcount=${total + 2} aria-colcount=${this.#fields.length + 2}
        @focus=${this.focus} @animationend=${(event: AnimationEvent) => {
          if (event.animationName === 'landed') this.landed = undefined
        }} @click=${this.#clicked} @dblclick=${this.#twiceClicked}>
        ${gridHead({
          fields: this.#fields,
          sort: this.sort,
          at: at.row === HEAD ? at.column : undefined,
          sortBy: (field) => this.#sortBy(field),
          itemsOf: this.columnItems,
          addColumn: () => this.dispatchEvent(new Event('add-column')),
        })}
        <div role="rowgroup" class="body" style="block-size:${(total + 1) * height}px;--rows:${total * height}px">
          ${repeat(
            indexes,
            (index) => index % slots,
            (index) => (index === editingRow ? html`<div hidden></div>` : this.#row(index)),
          )}
          ${
            // An editor keeps its element, wherever its row goes.
            this.editing && editingRow !== undefined
              ? keyed(`${this.editing.record}/${this.editing.column}`, this.#row(editingRow))
              : nothing
          }
          ${
            this.#rows.ready
              ? html`<div role="row" class="add" aria-rowindex=${total + 2} style="inset-block-start:${total * height}px" @click=${() => this.startRecord()}>
                <span role="gridcell" id="add" class=${at.row === total ? 'at' : ''} aria-colindex="1" aria-colspan=${this.#fields.length + 1}>${icon(plus)}${msg('Add record')}</span></div>`
              : nothing
          }
        </div>
      </div>
    </div>`
  }
}
