import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import rotate from 'lucide-static/icons/rotate-ccw.svg?raw'
import trash from 'lucide-static/icons/trash-2.svg?raw'
import x from 'lucide-static/icons/x.svg?raw'
import type { Cell, Field, FieldId, RecordId, Row, SpaceId, Table } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { CellSaves, saveCell, saveOf, settleSaves } from '../fields/cell-saves.ts'
import type { CellChange } from '../fields/change.ts'
import { conflictMark, conflictStyles } from '../fields/conflict-mark.ts'
import { askField } from '../fields/dialog/field-dialog.ts'
import { cellEditor, isToggled, toggled } from '../fields/editors/cell-editor.ts'
import { fieldType, isEditable } from '../fields/field-type.ts'
import { beginRecord } from '../fields/new-records.ts'
import { cellStyles, linkChip, showCell, textOf } from '../fields/show-cell.ts'
import { hrefOf } from '../route.ts'
import { attempt } from '../shell/message.ts'
import { Narrow } from '../shell/narrow.ts'
import { OverdueController } from '../shell/overdue.ts'
import { deleteWithUndo } from '../space/delete-with-undo.ts'
import { controls } from '../theme/controls.ts'
import { hueOf, hueStyle, initialOf } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'
import { PAUSED, Watched } from '../watched.ts'
import { recordStyles } from './record-styles.ts'
import '../parts/menu.ts'

/** One record: each field is edited in place and saved when left. Fires `leave`. */
@customElement('tessera-record')
export class RecordPage extends LitElement {
  static override styles = [controls, cellStyles, conflictStyles, recordStyles]

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) table!: Table
  @property({ attribute: false }) tables: readonly Table[] = []
  @property({ attribute: false }) record!: RecordId
  /** A new record, which the first change creates. */
  @property({ type: Boolean }) fresh = false
  /** Whether the newest state of the space is loaded; before, a record is neither editable nor shown as missing. */
  @property({ type: Boolean }) ready = true
  @state() private editing: FieldId | undefined
  #saves = new CellSaves(this)
  #narrow = new Narrow(this)
  #overdue = new OverdueController(this)
  /** The index answered whether it has the record. */
  #answered = false
  /** It was created here, and the index does not have it yet. */
  #begun = false
  #row = new Watched(
    this,
    'record',
    () => ({ space: this.space, table: this.table.id, record: this.record }),
    (row) => {
      this.#answered = true
      if (!row) return
      this.#begun = false
      settleSaves([row])
    },
  )

  /** Looks in the trash for a record that is not in its table. */
  #trash = new Watched(this, 'window', () =>
    this.#answered && !this.#shown
      ? { space: this.space, table: this.table.id, offset: 0, limit: 1, deleted: true, around: this.record }
      : PAUSED,
  )

  override willUpdate(): void {
    if (!this.hasUpdated && this.fresh) this.editing = this.table.fields[0]?.id
  }

  get #shown(): Row | undefined {
    return this.#row.value ?? (this.fresh || this.#begun ? { id: this.record, cells: {} } : undefined)
  }

  #cell(row: Row, field: Field): Cell | undefined {
    return this.#saves.cell(row.id, field.id, row.cells[field.id])
  }

  #change(field: Field, change: CellChange): void {
    if (this.fresh && !this.#row.value) {
      beginRecord(this.table.id, this.record)
      this.#begun = true
    }
    this.fresh = false
    // `saveCell` shows failures itself.
    void saveCell(this.space, this.record, field.id, change)
  }

  async #done(field: Field, move: 'stay' | 'down' | 'next' | 'previous'): Promise<void> {
    this.editing = undefined
    const { fields } = this.table
    const at = fields.indexOf(field)
    const next = move === 'next' ? fields[at + 1] : move === 'previous' ? fields[at - 1] : undefined
    await this.updateComplete
    if (next && isEditable(next) && !isToggled(next)) this.editing = next.id
    else if (next) this.renderRoot.querySelector<HTMLElement>(`[data-field='${next.id}']`)?.focus()
    else if (!this.shadowRoot?.activeElement && document.activeElement === document.body)
      this.renderRoot.querySelector<HTMLElement>(`[data-field='${field.id}']`)?.focus()
  }

  async #delete(row: Row): Promise<void> {
    const [first] = this.table.fields
    if (
      await deleteWithUndo(
        this.space,
        { table: this.table.id, record: row.id },
        first ? textOf(first, this.#cell(row, first)) : '',
      )
    )
      this.#leave()
  }

  #leave(): void {
    this.dispatchEvent(new Event('leave'))
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !this.editing) this.#leave()
  }

  #links(field: Field, cell: Cell | undefined): TemplateResult | typeof nothing {
    if (cell?.kind !== 'links') return nothing
    const { target } = field
    return html`${cell.links.map((link) =>
      target && link.label !== undefined
        ? html`<a class="linked" href=${hrefOf({ kind: 'space', space: this.space, table: target, record: link.id })}>${linkChip(link)}</a>`
        : linkChip(link),
    )}`
  }

  #value(row: Row, field: Field): TemplateResult {
    const cell = this.#cell(row, field)
    const saved = saveOf(row.id, field.id)
    if (this.editing === field.id && isEditable(field)) {
      return html`<div class="editor">${cellEditor({
        space: this.space,
        tables: this.tables,
        field,
        record: row.id,
        cell,
        change: (change) => this.#change(field, change),
        done: (move) => this.#done(field, move),
      })}</div>`
    }
    const edit = () => {
      if (isToggled(field)) this.#change(field, toggled(field, row.id, cell))
      else this.editing = field.id
    }
    return html`<div class="value ${saved?.state === 'saved' ? 'saved' : ''}">
      ${field.type === 'link' ? this.#links(field, cell) : nothing}
      <button class="edit ${cell ? '' : 'empty'}" data-field=${field.id} ?disabled=${!isEditable(field)} @click=${edit}
        role=${isToggled(field) ? 'checkbox' : nothing} aria-checked=${isToggled(field) ? String(cell?.kind === 'value' && cell.value === true) : nothing}
        aria-label=${isToggled(field) ? field.name : nothing}>${this.#inButton(field, cell)}</button>${conflictMark(this.space, row, field)}</div>`
  }

  #inButton(field: Field, cell: Cell | undefined): TemplateResult {
    if (isToggled(field)) return html`${showCell(field, cell)}`
    if (field.type === 'link')
      return html`<span class="add">${icon(plus)}${cell && !field.many ? msg('Change') : msg('Add')}<span class="visually-hidden"> (${field.name})</span></span>`
    return html`<span class="visually-hidden">${msg(str`Edit ${field.name}:`)} </span><span class=${cell ? 'words' : 'nothing'}>${cell ? showCell(field, cell) : msg('Empty')}</span>`
  }

  #head(row: Row | undefined): TemplateResult {
    return html`<header>
      <button class="square" aria-label=${this.#narrow.is ? msg('Back') : msg('Close record')} @click=${this.#leave}>${icon(this.#narrow.is ? arrowLeft : x)}</button>
      <span class="where ellipsis">${this.table.name}</span>
      ${row && !this.fresh ? html`<tessera-menu .label=${msg('More for this record')} .items=${[{ label: msg('Move to trash'), icon: trash, danger: true, run: () => this.#delete(row) }]}></tessera-menu>` : nothing}
    </header>`
  }

  #body(row: Row): TemplateResult {
    const [first, ...fields] = this.table.fields
    const name = first ? textOf(first, this.#cell(row, first)) : ''
    return html`<div class="title">
        <span class="tile" style=${hueStyle(hueOf(row.id))} aria-hidden="true">${initialOf(name)}</span>
        ${first ? html`<h2 aria-label=${name || msg('Unnamed')}>${this.#value(row, first)}</h2>` : nothing}
      </div>
      <dl>${repeat(
        fields,
        ({ id }) => id,
        (field) =>
          html`<div class="line"><dt title=${field.name}>${icon(fieldType(field.type).icon)}<span class="ellipsis">${field.name}</span></dt><dd>${this.#value(row, field)}</dd></div>`,
      )}</dl>
      <button class="button plain add-field" @click=${() => askField({ space: this.space, tables: this.tables, table: this.table.id })}>${icon(plus)}${msg('Add field')}</button>`
  }

  #absent(): TemplateResult | typeof nothing {
    const trashed = this.#trash.value
    if (!this.#answered || !this.ready || !trashed)
      return this.#overdue.is ? html`<p class="absent muted" role="status">${msg('Loading…')}</p>` : nothing
    const row = trashed.rows.find(({ id }) => id === this.record)
    if (!row)
      return html`<div class="absent"><h2>${msg('This record is not on this device')}</h2>
        <p class="muted">${msg('It was deleted for good, or has not arrived from your other device yet.')}</p></div>`
    const [first] = this.table.fields
    const name = (first && textOf(first, row.cells[first.id])) || msg('Unnamed')
    const what = { table: this.table.id, record: this.record }
    return html`<div class="absent"><h2>${msg(str`“${name}” is in the trash`)}</h2>
      <p class="muted">${msg('It is kept as it was. Restore it to use it again.')}</p>
      <button class="button primary" @click=${() => attempt(() => commit(this.space, [{ do: 'restore', what }]))}>${icon(rotate)}${msg('Restore')}</button></div>`
  }

  override render() {
    const row = this.#shown
    return html`<section aria-label=${msg('Record')} @keydown=${this.#pressed}>${this.#head(row)}<div class="scroll" ?inert=${row !== undefined && !this.ready}>${row ? this.#body(row) : this.#absent()}</div></section>`
  }
}
