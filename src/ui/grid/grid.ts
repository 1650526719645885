import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { guard } from 'lit/directives/guard.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { Field, RecordId, SpaceId, Table } from '../../engine/api/engine.ts'
import { savesVersion } from '../fields/cell-saves.ts'
import { conflictStyles } from '../fields/conflict-mark.ts'
import { isToggled } from '../fields/editors/cell-editor.ts'
import { cellStyles } from '../fields/show-cell.ts'
import type { MenuItem } from '../parts/menu.ts'
import { announce } from '../shell/announce.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { columnWidth, numberWidth } from './column.ts'
import { Cursor } from './cursor.ts'
import { Editing } from './editing.ts'
import { gridHead } from './grid-head.ts'
import type { GridHost } from './grid-host.ts'
import { gridRow, placeholder } from './grid-row.ts'
import { gridStyles } from './grid-styles.ts'
import { Keyboard } from './keyboard.ts'
import { OpenRecord } from './open-record.ts'
import { HEAD, placeOf } from './place.ts'
import { ShownRows } from './rows/shown-rows.ts'
import { nextSort, type Sort } from './sort.ts'
import { Viewport } from './viewport.ts'

/**
 * A table as a spreadsheet; draws only the visible rows and columns. The focus is in a hidden textarea that names the selected cell
 * (aria-activedescendant), so that scrolling a cell away never loses it. Fires `OpenRecord` and `add-column`.
 */
@customElement('tessera-grid')
export class Grid extends LitElement implements GridHost {
  static override styles = [controls, cellStyles, conflictStyles, gridStyles]

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) table!: Table
  @property({ attribute: false }) tables: readonly Table[] = []
  @property({ attribute: false }) columnItems: (field: Field) => readonly MenuItem[] = () => []
  /** The record that is open in the panel. */
  @property({ attribute: false }) opened: RecordId | undefined
  @state() sort: Sort | undefined
  /** The selected cell is marked only once the grid had the focus. */
  @state() private used = false
  @query('.keys') private keys!: HTMLTextAreaElement

  #rows = new ShownRows(this, () => ({ space: this.space, table: this.table.id, ...(this.sort && { sort: this.sort }) }))
  #viewport = new Viewport(this)
  #cursor = new Cursor(this, this.#rows, this.#viewport)
  #editing = new Editing(this, this.#rows, this.#cursor)
  #keyboard = new Keyboard(this, this.#rows, this.#viewport, this.#cursor, this.#editing, (column) => this.#activateHead(column))

  /** The number of rows, new records included. */
  get total(): number {
    return this.#rows.total
  }

  override focus(): void {
    this.keys.focus({ preventScroll: true })
  }

  /** Begins a record behind all others, the cursor in its first cell. `edit: false` opens no editor: typing does. */
  startRecord({ edit = true } = {}): void {
    this.#editing.startRecord(edit)
  }

  protected override willUpdate(): void {
    this.#cursor.follow(this.#editing.record)
    this.#rows.load(this.#viewport.rows(this.total))
    this.#viewport.chooseColumns(this.#editing.column)
  }

  #scrolled(): void {
    this.#viewport.scrolled()
    this.#editing.scrolled(this.#viewport.rows(this.total))
  }

  #activateHead(column: number): void {
    const field = this.table.fields[column]
    if (field) this.#sortBy(field)
    else this.dispatchEvent(new Event('add-column'))
  }

  #sortBy(field: Field): void {
    this.sort = nextSort(this.sort, field.id)
    this.#rows.release(undefined)
    this.#cursor.forgetLanded()
    this.#viewport.scrollToTop()
    announce(
      this.sort
        ? this.sort.descending
          ? msg(str`Sorted by ${field.name}, descending`)
          : msg(str`Sorted by ${field.name}, ascending`)
        : msg('In the order of the rows'),
    )
  }

  #clicked(event: MouseEvent): void {
    const place = placeOf(event)
    const { row, column } = this.#cursor
    if (!place || (this.#editing.row === place.row && this.#editing.column === place.column)) return
    const isSame = place.row === row && place.column === column
    const { pointerType } = event as PointerEvent
    if (place.column < 0) return this.#cursor.go(place.row, column)
    const onCheck = event.composedPath().some((node) => node instanceof Element && node.classList.contains('check'))
    if (onCheck || (isSame && pointerType === 'touch')) this.#editing.edit(place.row, place.column)
    else this.#cursor.go(place.row, place.column)
    if (!this.#editing.isOpen) this.focus()
  }

  #doubleClicked(event: MouseEvent): void {
    const place = placeOf(event)
    const field = place && this.table.fields[place.column]
    if (place && field && !isToggled(field) && !this.#editing.isOpen) this.#editing.edit(place.row, place.column)
  }

  #row(index: number): TemplateResult {
    const row = this.#rows.at(index)
    const at = this.#cursor.row === index ? this.#cursor.column : undefined
    const editor = row && this.#editing.row === index ? this.#editing.editorIn(row) : undefined
    const open = row?.id === this.opened && this.opened !== undefined
    const landed = row && row.id === this.#cursor.landed
    const state = `${at === undefined ? '' : 'at'} ${open ? 'open' : ''} ${editor ? 'active' : ''} ${landed ? 'landed' : ''}`
    const { columns, rowHeight } = this.#viewport
    const { fields } = this.table
    return html`<div role="row" class="row ${state}" data-index=${index} aria-rowindex=${index + 2} style="transform:translateY(${index * rowHeight}px)">
      ${
        row
          ? guard([index, row, fields, columns, at, this.#rows.draft, editor ?? savesVersion()], () =>
              gridRow({
                space: this.space,
                index,
                row,
                fields,
                columns,
                cellOf: (field) => this.#editing.cellOf(row, field),
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

  #keys(): TemplateResult {
    const { row, column } = this.#cursor
    const active = row === HEAD ? `head-${column}` : row === this.total ? 'add' : `cell-${row}-${column}`
    const keyboard = this.#keyboard
    return html`<div class="hold"><textarea class="keys" rows="1" inputmode="none" autocomplete="off" autocapitalize="off" spellcheck="false" data-shortcuts
        aria-label=${msg(str`Cells of ${this.table.name}`)} aria-controls="grid" aria-activedescendant=${active} aria-describedby="keys-help"
        @focus=${() => {
          this.used = true
        }} @input=${(event: InputEvent) => {
          if (!event.isComposing) keyboard.entered(event)
        }} @compositionstart=${(event: CompositionEvent) => keyboard.composes(event)} @compositionend=${(event: Event) => keyboard.entered(event)}></textarea>
        <span id="keys-help" class="visually-hidden">${msg('Press Esc, then Tab to leave the table.')}</span></div>`
  }

  #body(): TemplateResult {
    const { total } = this
    const { rowHeight } = this.#viewport
    const { first, end } = this.#viewport.rows(total)
    const slots = Math.max(1, end - first)
    const indexes = Array.from({ length: end - first }, (_, offset) => first + offset)
    const { record, column, row: editedRow } = this.#editing
    return html`<div role="rowgroup" class="body" style="block-size:${(total + 1) * rowHeight}px;--rows:${total * rowHeight}px">
      ${repeat(
        indexes,
        (index) => index % slots,
        (index) => (index === editedRow ? html`<div hidden></div>` : this.#row(index)),
      )}
      ${
        // An editor keeps its element when its row moves.
        editedRow === undefined ? nothing : keyed(`${record}/${column}`, this.#row(editedRow))
      }
      ${
        this.#rows.ready
          ? html`<div role="row" class="add" aria-rowindex=${total + 2} style="inset-block-start:${total * rowHeight}px" @click=${() => this.startRecord()}>
            <span role="gridcell" id="add" class=${this.#cursor.row === total ? 'at' : ''} aria-colindex="1" aria-colspan=${this.table.fields.length + 1}>${icon(plus)}${msg('Add record')}</span></div>`
          : nothing
      }
    </div>`
  }

  override render() {
    const { fields, name } = this.table
    const number = numberWidth(this.total)
    const width = fields.reduce((sum, field, column) => sum + columnWidth(field, column), number)
    return html`<div class="scroller" @scroll=${this.#scrolled} @keydown=${(event: KeyboardEvent) => this.#keyboard.pressed(event)} @paste=${(event: ClipboardEvent) => this.#keyboard.pasted(event)}>
      ${this.#keys()}
      <div role="grid" id="grid" class=${this.used ? 'used' : ''} style="--number:${number}px;--width:${width}px" tabindex="-1" aria-label=${name} aria-rowcount=${this.total + 2} aria-colcount=${fields.length + 2}
        @focus=${this.focus} @animationend=${(event: AnimationEvent) => {
          if (event.animationName === 'landed') this.#cursor.forgetLanded()
        }} @click=${this.#clicked} @dblclick=${this.#doubleClicked}>
        ${gridHead({
          fields,
          sort: this.sort,
          at: this.#cursor.row === HEAD ? this.#cursor.column : undefined,
          sortBy: (field) => this.#sortBy(field),
          itemsOf: this.columnItems,
          addColumn: () => this.dispatchEvent(new Event('add-column')),
        })}
        ${this.#body()}
      </div>
    </div>`
  }
}
