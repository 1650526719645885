import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Cell, Field, RecordId, Row, SpaceId, Table } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { hueOf } from '../../theme/hue.ts'
import { PAUSED, Watched } from '../../watched.ts'
import { CellChanged } from '../cell-changed.ts'
import { addLink, removeLink } from '../change.ts'
import { linkLabel } from '../show-cell.ts'
import { EditDone } from './edit-done.ts'
import type { CreateWanted, Picked, Picker, PickerItem } from './picker.ts'
import './picker.ts'

/** Records offered before typing narrows them. */
const OFFERED = 50

/** Chooses the records that a cell links to, and creates new ones. Fires `CellChanged` for each, and `EditDone`. */
@customElement('tessera-link-editor')
export class LinkEditor extends LitElement {
  static override styles = css`:host { display: block }`

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) tables: readonly Table[] = []
  @property({ attribute: false }) cell: Cell | undefined
  @property({ attribute: false }) record!: RecordId
  @property() typed = ''
  @state() private query = ''
  @query('tessera-picker') private picker!: Picker

  #found = new Watched(this, 'window', () =>
    this.#target
      ? { space: this.space, table: this.#target.id, offset: 0, limit: OFFERED, ...(this.query && { labelled: this.query }) }
      : PAUSED,
  )

  override willUpdate(): void {
    if (!this.hasUpdated) this.query = this.typed
  }

  finish(): boolean {
    return this.picker.finish()
  }

  get #links() {
    return this.cell?.kind === 'links' ? this.cell.links : []
  }

  get #target(): Table | undefined {
    return this.tables.find(({ id }) => id === this.field.target)
  }

  #labelOf(row: Row): string {
    const first = this.#target?.fields[0]
    const cell = first && row.cells[first.id]
    return cell?.kind === 'value' ? String(cell.value) : msg('Unnamed')
  }

  get #items(): readonly PickerItem[] {
    const found = (this.#found.value?.rows ?? []).map((row) => ({
      id: row.id as string,
      label: this.#labelOf(row),
      hue: hueOf(row.id),
    }))
    const linked = this.query
      ? []
      : this.#links.map((link) => ({ id: link.id as string, label: linkLabel(link), hue: hueOf(link.id) }))
    return [...linked, ...found.filter(({ id }) => !linked.some((one) => one.id === id))]
  }

  #picked({ item }: Picked): void {
    const to = item.id as RecordId
    const there = this.#links.some(({ id }) => id === to)
    this.#change(
      there ? removeLink(this.field, this.record, this.cell, to) : addLink(this.field, this.record, this.cell, to, item.label),
    )
  }

  #create({ label }: CreateWanted): void {
    const target = this.#target
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
      ?creatable=${this.#target?.fields[0]?.type === 'text'} .empty=${this.#target ? msg('Nothing found.') : msg('The linked table is in the trash.')}
      @picked=${this.#picked} @create-wanted=${this.#create}
      @query=${() => {
        this.query = this.picker.text
      }}
      @edit-done=${({ move }: EditDone) => this.dispatchEvent(new EditDone(move))}></tessera-picker>`
  }
}
