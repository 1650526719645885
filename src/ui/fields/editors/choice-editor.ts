import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Cell, Field, Option, OptionId, RecordId } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { CellChanged } from '../cell-changed.ts'
import { type CellChange, setCell, toggleOption } from '../change.ts'
import { EditDone } from './edit-done.ts'
import type { CreateWanted, Picked, Picker } from './picker.ts'
import './picker.ts'

const HUES = 12

/**
 * Chooses one or several of a field's options and creates new ones. Choosing a chosen one again takes it away. Fires `CellChanged`
 * and `EditDone`.
 */
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

  get #isMany(): boolean {
    return this.field.type === 'choices'
  }

  get #chosen(): ReadonlySet<string> {
    if (this.cell?.kind === 'options') return new Set(this.cell.options.map(({ id }) => id))
    return new Set(this.cell?.kind === 'value' ? [String(this.cell.value)] : [])
  }

  #change(option: Option): CellChange {
    if (this.#isMany) return toggleOption(this.field, this.record, this.cell, option)
    return setCell(this.field, this.record, this.#chosen.has(option.id) ? null : option.id)
  }

  #emit(change: CellChange): void {
    this.dispatchEvent(new CellChanged(change))
    if (this.#isMany) this.picker.clear()
    else this.dispatchEvent(new EditDone('stay'))
  }

  #picked({ item }: Picked): void {
    const option = this.field.options.find(({ id }) => id === item.id)
    if (option) this.#emit(this.#change(option))
  }

  #create({ label }: CreateWanted): void {
    const option = { id: newId<OptionId>(), name: label, colour: (this.field.options.length % HUES) + 1 }
    const { edits, cell } = this.#change(option)
    this.#emit({ edits: [{ do: 'update-field', field: this.field.id, option }, ...edits], cell })
  }

  override render() {
    const wanted = this.query.toLowerCase()
    const items = this.field.options
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map(({ id, name, colour }) => ({ id, label: name, hue: colour }))
    return html`<tessera-picker .items=${items} .chosen=${this.#chosen} .typed=${this.typed} .label=${this.field.name} creatable
      .empty=${msg('No choices yet. Type one to create it.')} @picked=${this.#picked} @create-wanted=${this.#create}
      @query=${() => {
        this.query = this.picker.text
      }}
      @edit-done=${({ move }: EditDone) => this.dispatchEvent(new EditDone(move))}></tessera-picker>`
  }
}
