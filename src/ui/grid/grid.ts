import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { Cell, Field, RecordId, Row, SpaceId, Table } from '../../engine/engine.ts'
import { newId } from '../../engine/new-id.ts'
import { cellEditor, isToggled, toggled } from '../fields/cell-editor.ts'
import { CellSaves, saveCell, savesVersion } from '../fields/cell-saves.ts'
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
import { type ColumnStretch, columnsToDraw, columnWidth, numberWidth } from './column.ts'
import { gridHead } from './grid-head.ts'
import { gridRow } from './grid-row.ts'
import { gridStyles } from './grid-styles.ts'
import { type Intent, intentOf } from './keys.ts'
import { OpenRecord } from './open-record.ts'
import { pastedChange } from './pasted-change.ts'
import { HEAD, placeOf } from './place.ts'
import { reveal } from './reveal.ts'
import { RowWindow } from './row-window.ts'
import { nextSort, type Sort } from './sort.ts'
import { rowsToDraw } from './stretch.ts'

interface Editing {
  readonly row: number
  readonly column: number
  readonly record: RecordId
  readonly typed: string | undefined
}

/**
 * A table as a spreadsheet. Draws only the rows that are seen, keeps the focus itself and points at the cell (aria-activedescendant), so that
 * scrolling never loses it. Fires `OpenRecord` and `add-column`.
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
  /** A record at the end that does not exist until something is typed; shown until the index tells of it. */
  @state() private draft: { readonly id: RecordId; readonly made: boolean } | undefined
  @state() private sort: Sort | undefined
  /** Where the keyboard is shows only once it was here. */
  @state() private used = false
  @query('.scroller') private scroller!: HTMLElement
  @query('[role=grid]') private grid!: HTMLElement
  @query('.editing > *') private editor!: (HTMLElement & { finish(): boolean }) | null

  #saves = new CellSaves(this)
  #rows = new RowWindow(this, () => ({ space: this.space, table: this.table.id, ...(this.sort && { sort: this.sort }) }))
  #view = { top: 0, left: 0, height: 800, width: 1200, row: 40 }
  #columns: ColumnStretch = { first: 1, end: 1, before: 0 }
  #atRecord: RecordId | undefined
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
    this.grid.focus({ preventScroll: true })
  }

  #measure = (): void => {
    const row = Number.parseFloat(getComputedStyle(this).getPropertyValue('--row'))
    const { scrollTop: top, scrollLeft, clientHeight: height, clientWidth: width } = this.scroller
    this.#view = { top, left: Math.abs(scrollLeft), height, width, row }
    this.requestUpdate()
  }

  #scrolled(): void {
    this.#view = { ...this.#view, top: this.scroller.scrollTop, left: Math.abs(this.scroller.scrollLeft) }
    this.requestUpdate()
  }

  protected override willUpdate(): void {
    if (this.draft?.made && this.#rows.indexOf(this.draft.id) !== undefined) this.draft = undefined
    // What arrives above moves the cell that one is at: stay with its record.
    const moved = this.#atRecord && this.#rows.indexOf(this.#atRecord)
    if (moved !== undefined && moved !== this.at.row && this.at.row >= 0) {
      if (this.editing?.row === this.at.row) this.editing = { ...this.editing, row: moved }
      this.at = { ...this.at, row: moved }
    }
    if (this.editing && this.editing.row < this.total && this.#draftRow === undefined && this.#rows.ready) {
      const { first, end } = this.#drawn
      if (this.editing.row < first || this.editing.row >= end) this.editor?.finish()
    }
    this.#rows.look(this.#drawn)
    this.#columns = this.#columnsDrawn()
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

  get #draftRow(): number | undefined {
    return this.draft && this.total
  }

  get #fields(): readonly Field[] {
    return this.table.fields
  }

  #rowAt(index: number): Row | undefined {
    return this.#rows.at(index) ?? (this.draft && index === this.total ? { id: this.draft.id, cells: {} } : undefined)
  }

  #cellOf(row: Row, field: Field): Cell | undefined {
    return this.#saves.cell(row.id, field.id, row.cells[field.id])
  }

  /** Begins a record at the end, its first field ready. It comes to be with the first thing typed. */
  startRecord(): void {
    this.draft = { id: newId<RecordId>(), made: false }
    this.#edit(this.total, 0)
  }

  #go(row: number, column: number): void {
    const last = this.#fields.length - (row === HEAD ? 0 : 1)
    this.at = { row: Math.max(HEAD, Math.min(row, this.total)), column: Math.max(0, Math.min(column, last)) }
    this.#atRecord = this.#rows.at(this.at.row)?.id
    reveal(this.renderRoot, this.scroller, this.at, this.#view.row)
    if (this.opened && this.#atRecord && this.#atRecord !== this.opened) this.dispatchEvent(new OpenRecord(this.#atRecord, true))
  }

  #edit(row: number, column: number, typed?: string): void {
    const field = this.#fields[column]
    if (row === this.total && !this.draft) this.draft = { id: newId<RecordId>(), made: false }
    const record = this.#rowAt(row)
    this.#go(row, column)
    if (!field || !record || !isEditable(field)) return
    if (isToggled(field)) return this.#change(record, field, toggled(field, record.id, this.#cellOf(record, field)))
    this.editing = { row, column, record: record.id, typed }
  }

  #change(row: Row, field: Field, change: CellChange): void {
    const fresh = row.id === this.draft?.id && !this.draft.made
    const edits = fresh ? [{ do: 'create-record' as const, id: row.id, table: this.table.id }, ...change.edits] : change.edits
    if (fresh) {
      this.draft = { id: row.id, made: true }
      this.#atRecord = row.id
    }
    // Failures are told where the change is saved.
    void saveCell(this.space, row.id, field.id, { ...change, edits }).then((kept) => {
      if (fresh && !kept) this.draft = undefined
    })
  }

  #done(move: Move): void {
    const { editing } = this
    if (!editing) return
    this.editing = undefined
    const { row, column } = editing
    // Focus that went elsewhere on purpose stays there.
    if (this.shadowRoot?.activeElement || move !== 'stay' || document.activeElement === document.body) this.focus()
    const stillDraft = this.draft?.id === editing.record && !this.draft.made
    if (stillDraft && (move === 'next' || move === 'previous')) return this.#edit(row, column + (move === 'next' ? 1 : -1))
    if (stillDraft) this.draft = undefined
    if (move === 'down') this.#go(Math.min(row + 1, this.total), column)
    if (move === 'next' || move === 'previous') this.#go(row, column + (move === 'next' ? 1 : -1))
  }

  #pressed(event: KeyboardEvent): void {
    if (this.editing || event.isComposing) return
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1
    const intent = intentOf(event, forward)
    if (!intent) return
    event.preventDefault()
    event.stopPropagation()
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
    }
    if (row === HEAD) return this.#doInHead(column)
    if (row === this.total) return this.#edit(row, column, intent.kind === 'edit' ? intent.typed : undefined)
    const field = this.#fields[column]
    const record = this.#rowAt(row)
    if (!field || !record) return
    const cell = this.#cellOf(record, field)
    if (intent.kind === 'edit') this.#edit(row, column, intent.typed)
    else if (intent.kind === 'open') this.#open(record, field)
    else if (intent.kind === 'copy') void attempt(() => this.#copy(textOf(field, cell)))
    else if (intent.kind === 'clear') {
      const change = clearCell(field, record.id, cell)
      if (change) this.#change(record, field, change)
    }
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    announce(msg('Copied'))
  }

  #open(record: Row, field: Field): void {
    if (isToggled(field)) this.#change(record, field, toggled(field, record.id, this.#cellOf(record, field)))
    else this.dispatchEvent(new OpenRecord(record.id, false))
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
    this.#atRecord = undefined
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
    const row = this.#rowAt(this.at.row)
    const text = event.clipboardData?.getData('text/plain')
    if (this.editing || !field || !row || !text || !isEditable(field)) return
    event.preventDefault()
    const change = pastedChange(field, row.id, text)
    if (change) this.#change(row, field, change)
    else this.#edit(this.at.row, this.at.column, text)
  }

  #clicked(event: MouseEvent): void {
    const place = placeOf(event)
    if (!place || (this.editing?.row === place.row && this.editing.column === place.column)) return
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
    if (!field || editing.record !== row.id || editing.row !== index) return undefined
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
    const row = this.#rowAt(index)
    const at = this.at.row === index ? this.at.column : undefined
    const editor = row && this.#editorIn(row, index)
    const open = row?.id === this.opened && this.opened !== undefined
    return html`<div role="row" class="row ${at === undefined ? '' : 'at'} ${open ? 'open' : ''}" data-index=${index} aria-rowindex=${index + 2} style="transform:translateY(${index * this.#view.row}px)">
      ${
        row
          ? guard([index, row, this.#fields, this.#columns, at, editor ?? savesVersion()], () =>
              gridRow({
                space: this.space,
                index,
                row,
                fields: this.#fields,
                columns: this.#columns,
                cellOf: (field) => this.#cellOf(row, field),
                at,
                editor,
                draft: row.id === this.draft?.id,
                open: () => this.dispatchEvent(new OpenRecord(row.id, false)),
              }),
            )
          : nothing
      }</div>`
  }

  override render() {
    const { first, end } = this.#drawn
    const slots = Math.max(1, end - first)
    const indexes = Array.from({ length: end - first }, (_, offset) => first + offset)
    const { row: height } = this.#view
    const draftRow = this.#draftRow
    const { at } = this
    const number = numberWidth(this.total)
    const width = this.#fields.reduce((sum, field, column) => sum + columnWidth(field, column), number)
    const active =
      at.row === HEAD
        ? `head-${at.column}`
        : at.row === this.total && draftRow === undefined
          ? 'add'
          : `cell-${at.row}-${at.column}`
    return html`<div class="scroller" @scroll=${this.#scrolled}>
      <div role="grid" class=${this.used ? 'used' : ''} style="--number:${number}px;--width:${width}px" tabindex="0" aria-label=${this.table.name} aria-rowcount=${this.total + 2} aria-colcount=${this.#fields.length + 2} aria-activedescendant=${active}
        @focusin=${() => {
          this.used = true
        }} @keydown=${this.#pressed} @click=${this.#clicked} @dblclick=${this.#twiceClicked} @paste=${this.#pasted}>
        ${gridHead({
          fields: this.#fields,
          sort: this.sort,
          at: at.row === HEAD ? at.column : undefined,
          sortBy: (field) => this.#sortBy(field),
          itemsOf: this.columnItems,
          addColumn: () => this.dispatchEvent(new Event('add-column')),
        })}
        <div role="rowgroup" class="body" style="block-size:${(this.total + 1 + (draftRow === undefined ? 0 : 1)) * height}px">
          ${repeat(
            indexes,
            (index) => index % slots,
            (index) => this.#row(index),
          )}
          ${draftRow === undefined ? nothing : this.#row(draftRow)}
          ${
            this.#rows.ready
              ? html`<div role="row" class="add" aria-rowindex=${this.total + 2} style="inset-block-start:${(this.total + (draftRow === undefined ? 0 : 1)) * height}px" @click=${this.startRecord}>
                <span role="gridcell" id="add" class=${at.row === this.total && draftRow === undefined ? 'at' : ''} aria-colindex="1" aria-colspan=${this.#fields.length + 1}>${icon(plus)}${msg('Add record')}</span></div>`
              : nothing
          }
        </div>
      </div>
    </div>`
  }
}
