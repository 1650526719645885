import { msg } from '@lit/localize'
import { html } from 'lit'
import { customElement } from 'lit/decorators.js'
import type { RecordId, Table } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { hueOf } from '../../theme/hue.ts'
import { CellChanged } from '../cell-changed.ts'
import { addLink, removeLink } from '../change.ts'
import { linkLabel } from '../show-cell.ts'
import { EditDone } from './edit-done.ts'
import type { CreateWanted, Picked, PickerItem } from './picker.ts'
import { RecordPicker } from './record-picker.ts'

/** Chooses the records that a cell links to, and creates new ones. Fires `CellChanged` for each, and `EditDone`. */
@customElement('tessera-link-editor')
export class LinkEditor extends RecordPicker {
  get #links() {
    return this.cell?.kind === 'links' ? this.cell.links : []
  }

  protected override get target(): Table | undefined {
    return this.tables.find(({ id }) => id === this.field.target)
  }

  get #items(): readonly PickerItem[] {
    const linked = this.query
      ? []
      : this.#links.map((link) => ({ id: link.id as string, label: linkLabel(link), hue: hueOf(link.id) }))
    return [...linked, ...this.found.filter(({ id }) => !linked.some((one) => one.id === id))]
  }

  #picked({ item }: Picked): void {
    const to = item.id as RecordId
    const there = this.#links.some(({ id }) => id === to)
    this.#change(
      there ? removeLink(this.field, this.record, this.cell, to) : addLink(this.field, this.record, this.cell, to, item.label),
    )
  }

  #create({ label }: CreateWanted): void {
    const target = this.target
    const first = target?.fields[0]
    if (!target || first?.type !== 'text') return
    const id = newId<RecordId>()
    const { edits, cell } = addLink(this.field, this.record, this.cell, id, label)
    this.#change({ edits: [{ do: 'create-record', id, table: target.id, values: { [first.id]: label } }, ...edits], cell })
  }

  #change(change: CellChanged['change']): void {
    this.dispatchEvent(new CellChanged(change))
    if (this.field.many) this.picker.clear()
    else this.dispatchEvent(new EditDone('stay'))
  }

  override render() {
    return html`<tessera-picker .items=${this.#items} .chosen=${new Set<string>(this.#links.map(({ id }) => id))} .typed=${this.typed} .label=${this.field.name}
      ?creatable=${this.target?.fields[0]?.type === 'text'} .empty=${this.target ? msg('Nothing found.') : msg('The linked table is in the trash.')}
      @picked=${this.#picked} @create-wanted=${this.#create}
      @query=${this.typedMore}
      @edit-done=${({ move }: EditDone) => this.dispatchEvent(new EditDone(move))}></tessera-picker>`
  }
}
