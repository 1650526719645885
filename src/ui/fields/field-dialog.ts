import { msg } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Edit, Field, FieldId, FieldType, SpaceId, Table, TableId } from '../../engine/engine.ts'
import { commit } from '../commit.ts'
import type { Dialog } from '../parts/dialog.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { failureSentence } from '../words/failure.ts'
import { fieldType, TYPES } from './field-type.ts'
import type { OptionsEditor } from './options-editor.ts'
import '../parts/dialog.ts'
import './options-editor.ts'

interface FieldQuestion {
  readonly space: SpaceId
  readonly tables: readonly Table[]
  readonly table: TableId
  /** The one to change; without, a new one is made. */
  readonly field?: Field
}

/** Makes or changes a field: its name, what it holds, its choices or where it leads. */
@customElement('tessera-field-dialog')
class FieldDialog extends LitElement {
  static override styles = [
    controls,
    css`
      form { display: grid; gap: 20px; padding-block-start: 4px }
      fieldset { border: 0; padding: 0; margin: 0; min-inline-size: 0 }
      legend { padding: 0; margin-block-end: 8px; font-size: var(--text-s); font-weight: 560 }
      .types { display: grid; grid-template-columns: 1fr 1fr; gap: 8px }
      .types label { display: flex; gap: 10px; align-items: flex-start; padding: 10px 12px; border: 1px solid var(--line); border-radius: var(--radius-m); cursor: pointer; font-weight: 400; position: relative }
      .types b { display: block; font-weight: 600 }
      .types .icon { color: var(--ink-2) }
      .types label:has(:checked) { border-color: var(--accent); background: var(--accent-soft) }
      .types label:has(:checked) .icon { color: var(--accent) }
      .types label:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px }
      .types input { position: absolute; opacity: 0; inset: 0; inline-size: 100%; block-size: 100%; cursor: pointer }
      .sentence { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; padding: 14px 16px; border-radius: var(--radius-m); background: var(--sunken); font-size: var(--text-m) }
      .sentence select { inline-size: auto; max-inline-size: 100% }
      @media (width < 460px) { .types { grid-template-columns: 1fr } .types small { display: none } }
    `,
  ]

  @property({ attribute: false }) question!: FieldQuestion
  @property({ attribute: false }) ended: () => void = () => {}
  @state() private type: FieldType = 'text'
  @state() private problem: string | undefined
  @query('tessera-dialog') private dialog!: Dialog
  @query('#name') private nameInput!: HTMLInputElement
  @query('tessera-options-editor') private options!: OptionsEditor | null

  override willUpdate(): void {
    if (!this.hasUpdated) this.type = this.question.field?.type ?? 'text'
  }

  override firstUpdated(): void {
    void this.updateComplete.then(() => {
      this.dialog.open()
      this.nameInput.select()
    })
  }

  #chosen(name: string): string | undefined {
    return this.renderRoot.querySelector<HTMLSelectElement>(`select[name=${name}]`)?.value
  }

  /** What to commit, from what stands in the dialog. */
  #edits(name: string): readonly Edit[] {
    const { table, field } = this.question
    const options = this.options?.read() ?? []
    const link = this.type === 'link' ? { target: this.#chosen('target') as TableId, many: this.#chosen('many') === 'many' } : {}
    if (!field) return [{ do: 'create-field', table, name, type: this.type, ...(this.type === 'choice' && { options }), ...link }]
    const id: FieldId = field.id
    const changed = options.filter((option) => {
      const before = field.options.find((one) => one.id === option.id)
      return before?.name !== option.name || before.colour !== option.colour
    })
    return [
      { do: 'update-field', field: id, name, ...(this.type !== field.type && { type: this.type }), ...link },
      ...changed.map((option) => ({ do: 'update-field' as const, field: id, option })),
    ]
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const name = this.nameInput.value.trim()
    if (!name) {
      this.problem = msg('Give it a name first.')
      return this.nameInput.focus()
    }
    try {
      await commit(this.question.space, this.#edits(name))
      this.dialog.close()
    } catch (error) {
      this.problem = failureSentence(error)
    }
  }

  #sentence(): TemplateResult {
    const { tables, table, field } = this.question
    const own = tables.find(({ id }) => id === table)?.name ?? ''
    return html`<fieldset><legend>${msg('Complete the sentence')}</legend>
      <div class="sentence">
        <span>${msg('Each record of')} <b>${own}</b> ${msg('leads to')}</span>
        <select name="many" aria-label=${msg('How many')}>
          <option value="many" ?selected=${field?.many ?? true}>${msg('many records')}</option>
          <option value="one" ?selected=${field ? !field.many : false}>${msg('one record')}</option>
        </select>
        <span>${msg('of')}</span>
        <select name="target" aria-label=${msg('Table')}>
          ${tables.map(({ id, name }) => html`<option value=${id} ?selected=${id === (field?.target ?? tables.find((one) => one.id !== table)?.id)}>${name}</option>`)}
        </select>
      </div></fieldset>`
  }

  override render() {
    const { field } = this.question
    return html`<tessera-dialog style="--dialog-width:560px" .heading=${field ? msg('Change field') : msg('New field')} @closed=${this.ended}>
      <form @submit=${this.#submit}>
        <div class="field"><label for="name">${msg('Name')}</label>
          <input id="name" .defaultValue=${field?.name ?? ''} autocomplete="off" autofocus aria-invalid=${this.problem ? 'true' : 'false'} aria-describedby=${this.problem ? 'problem' : nothing}>
          ${this.problem ? html`<p class="problem" id="problem" role="alert">${this.problem}</p>` : nothing}</div>
        <fieldset><legend>${msg('What it holds')}</legend><div class="types">${TYPES.map((type) => {
          const told = fieldType(type)
          return html`<label>${icon(told.icon)}<span><b>${told.label}</b><small class="muted">${told.hint}</small></span>
            <input type="radio" name="type" value=${type} aria-label=${told.label} ?checked=${type === this.type} @change=${() => {
              this.type = type
            }}></label>`
        })}</div></fieldset>
        ${this.type === 'choice' ? html`<tessera-options-editor .options=${field?.options ?? []}></tessera-options-editor>` : nothing}
        ${this.type === 'link' ? this.#sentence() : nothing}
        ${field && this.type !== field.type ? html`<p class="note">${msg('What does not fit the new type is kept and shown marked. It is back when the type is changed back.')}</p>` : nothing}
        <input type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true">
      </form>
      <button slot="foot" class="button plain" @click=${() => this.dialog.close()}>${msg('Cancel')}</button>
      <button slot="foot" class="button primary" @click=${this.#submit}>${field ? msg('Change field') : msg('Add field')}</button>
    </tessera-dialog>`
  }
}

/** Opens the dialog; resolves when it is closed. */
export const askField = (question: FieldQuestion): Promise<void> =>
  new Promise((resolve) => {
    const element = new FieldDialog()
    element.question = question
    element.ended = () => {
      resolve()
      // The dialog gives focus back first.
      setTimeout(() => element.remove())
    }
    document.body.append(element)
  })
