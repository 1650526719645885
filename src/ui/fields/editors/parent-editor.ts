import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Cell, Field, RecordId, SpaceId, Table } from '../../../engine/api/engine.ts'
import { hueOf } from '../../theme/hue.ts'
import { Watched } from '../../watched.ts'
import { CellChanged } from '../cell-changed.ts'
import { moveBelow } from '../change.ts'
import { linkLabel, textOf } from '../show-cell.ts'
import { EditDone } from './edit-done.ts'
import type { Picked, Picker, PickerItem } from './picker.ts'
import './picker.ts'

/** As many records are offered; typing narrows them. */
const OFFERED = 50

/** Chooses the record that a tree shows this one below; choosing the present one again moves it to the top. Fires `CellChanged` and `EditDone`. */
@customElement('tessera-parent-editor')
export class ParentEditor extends LitElement {
  static override styles = css`:host { display: block }`

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) tables: readonly Table[] = []
  @property({ attribute: false }) cell: Cell | undefined
  @property({ attribute: false }) record!: RecordId
  @property() typed = ''
  @state() private query = ''
  @query('tessera-picker') private picker!: Picker

  #found = new Watched(this, 'window', () => ({
    space: this.space,
    table: this.field.table,
    offset: 0,
    limit: OFFERED,
    ...(this.query && { labelled: this.query }),
  }))

  override willUpdate(): void {
    if (!this.hasUpdated) this.query = this.typed
  }

  finish(): boolean {
    return this.picker.finish()
  }

  get #parent() {
    return this.cell?.kind === 'parent' ? this.cell.parent : undefined
  }

  get #items(): readonly PickerItem[] {
    const first = this.tables.find(({ id }) => id === this.field.table)?.fields[0]
    const found = (this.#found.value?.rows ?? [])
      .filter(({ id }) => id !== this.record && id !== this.#parent?.id)
      .map((row) => ({ id: row.id, label: (first && textOf(first, row.cells[first.id])) || msg('Unnamed'), hue: hueOf(row.id) }))
    const present = this.#parent && !this.query ? [this.#parent] : []
    return [...present.map((parent) => ({ id: parent.id, label: linkLabel(parent), hue: hueOf(parent.id) })), ...found]
  }

  #picked({ item }: Picked): void {
    const parent = item.id === this.#parent?.id ? undefined : { id: item.id as RecordId, label: item.label }
    this.dispatchEvent(new CellChanged(moveBelow(this.field, this.record, parent)))
    this.dispatchEvent(new EditDone('stay'))
  }

  override render() {
    return html`<tessera-picker .items=${this.#items} .chosen=${new Set<string>(this.#parent ? [this.#parent.id] : [])} .typed=${this.typed} .label=${this.field.name} .empty=${msg('Nothing found.')}
      @picked=${this.#picked}
      @query=${() => {
        this.query = this.picker.text
      }}
      @edit-done=${({ move }: EditDone) => this.dispatchEvent(new EditDone(move))}></tessera-picker>`
  }
}
