import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Cell, Field, OptionId, RecordId } from '../../engine/api/engine.ts'
import { newId } from '../../engine/api/new-id.ts'
import { CellChanged } from './cell-changed.ts'
import { setCell } from './change.ts'
import { EditDone } from './edit-done.ts'
import type { CreateWanted, Picked, Picker } from './picker.ts'
import './picker.ts'

const HUES = 12

/** Chooses one of a field's options; choosing the current one empties the cell. Fires `CellChanged` and `EditDone`. */
@customElement('tessera-choice-editor')
export class ChoiceEditor extends LitElement {
  static override styles = css`:host { display: block }`

  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) cell: Cell | undefined
  @property({ attribute: false }) record!: RecordId
  @property() typed = ''
  @state() private query = ''
  @query('tessera-picker') private picker!: Picker

  override willUpdate(): void {
    if (!this.hasUpdated) this.query = this.typed
  }

  finish(): boolean {
    return this.picker.finish()
  }

  get #chosen(): string | undefined {
    return this.cell?.kind === 'value' ? String(this.cell.value) : undefined
  }

  #picked({ item }: Picked): void {
    this.dispatchEvent(new CellChanged(setCell(this.field, this.record, item.id === this.#chosen ? null : item.id)))
    this.dispatchEvent(new EditDone('stay'))
  }

  #create({ label }: CreateWanted): void {
    const id = newId<OptionId>()
    const colour = (this.field.options.length % HUES) + 1
    const { edits, cell } = setCell(this.field, this.record, id)
    this.dispatchEvent(
      new CellChanged({
        edits: [{ do: 'update-field', field: this.field.id, option: { id, name: label, colour } }, ...edits],
        cell,
      }),
    )
    this.dispatchEvent(new EditDone('stay'))
  }

  override render() {
    const wanted = this.query.toLowerCase()
    const items = this.field.options
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map(({ id, name, colour }) => ({ id, label: name, hue: colour }))
    return html`<tessera-picker .items=${items} .chosen=${new Set(this.#chosen ? [this.#chosen] : [])} .typed=${this.typed} .label=${this.field.name} creatable
      .empty=${msg('No choices yet. Type one to create it.')} @picked=${this.#picked} @create-wanted=${this.#create}
      @query=${() => {
        this.query = this.picker.text
      }}
      @edit-done=${({ move }: EditDone) => this.dispatchEvent(new EditDone(move))}></tessera-picker>`
  }
}
