import { msg } from '@lit/localize'
import { html } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { RecordId, Table } from '../../../engine/api/engine.ts'
import { hueOf } from '../../theme/hue.ts'
import { CellChanged } from '../cell-changed.ts'
import { moveBelow } from '../change.ts'
import { linkLabel } from '../show-cell.ts'
import { EditDone } from './edit-done.ts'
import type { Picked, PickerItem } from './picker.ts'
import { RecordPicker } from './record-picker.ts'

/** Chooses the record that a tree shows this one below; choosing the present one again moves it to the top. Fires `CellChanged` and `EditDone`. */
@customElement('tessera-parent-editor')
export class ParentEditor extends RecordPicker {
  protected override get target(): Table | undefined {
    return this.tables.find(({ id }) => id === this.field.table)
  }

  get #parent() {
    return this.cell?.kind === 'parent' ? this.cell.parent : undefined
  }

  get #items(): readonly PickerItem[] {
    const found = this.found.filter(({ id }) => id !== this.record && id !== this.#parent?.id)
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
      @query=${this.typedMore}
      @edit-done=${({ move }: EditDone) => this.dispatchEvent(new EditDone(move))}></tessera-picker>`
  }
}
