import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Conversion, Edit, Field, FieldType, SpaceId, Table, TableId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { showUntilClosed } from '../dialogs/show-until-closed.ts'
import { engine } from '../engine.ts'
import type { Dialog } from '../parts/dialog.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { failureSentence, isCancelled } from '../words/failure.ts'
import { conversionNote } from './conversion-note.ts'
import { changeFieldEdits, createFieldEdits, isNameTaken, optionNames } from './field-edits.ts'
import { fieldType, TYPES } from './field-type.ts'
import type { OptionsEditor } from './options-editor.ts'
import '../parts/dialog.ts'
import './options-editor.ts'

interface FieldQuestion {
  readonly space: SpaceId
  readonly tables: readonly Table[]
  readonly table: TableId
  /** The field to change; without it, a new one is created. */
  readonly field?: Field
}

/** Creates or changes a field: its name, its type, its choices or the table that it links to. */
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
  @state() private nameTaken = false
  /** How the values of the field convert to the chosen type. */
  @state() private conversion: Conversion | undefined
  @query('tessera-dialog') private dialog!: Dialog
  @query('#name') private nameInput!: HTMLInputElement
  @query('tessera-options-editor') private options!: OptionsEditor | null
  /** For the names of tables in the trash. */
  #schema = new Watched(this, 'schema', () => ({ space: this.question.space }))
  #preview = new AbortController()

  override willUpdate(): void {
    if (!this.hasUpdated) this.type = this.question.field?.type ?? 'text'
  }

  override updated(changed: PropertyValues): void {
    if (changed.has('type')) void this.#previewType()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#preview.abort()
  }

  /** Counts the values that fit another type; for a choice, the values of a text become the suggested options. */
  async #previewType(): Promise<void> {
    this.#preview.abort()
    this.#preview = new AbortController()
    const { signal } = this.#preview
    this.conversion = undefined
    const { space, field } = this.question
    const { type } = this
    if (!field || type === field.type) return
    try {
      const edits: Edit[] = [{ do: 'update-field', field: field.id, type }]
      const conversion = await engine().call('previewConversion', { space, field: field.id, edits }, { signal })
      if (signal.aborted) return
      if (type !== 'choice') this.conversion = conversion
      // An option never matches a link that is still stored.
      else if (field.type !== 'link') this.options?.suggest(optionNames(conversion.unfitTexts.map(({ text }) => text)))
    } catch (error) {
      // The type can be changed without a preview.
      if (!isCancelled(error)) console.error(error)
    }
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

  /** The edits for the form's current state. */
  #edits(name: string): readonly Edit[] {
    const { table, field } = this.question
    const target = this.#chosen('target') as TableId | undefined
    const link = this.type === 'link' ? { target, many: this.#chosen('many') === 'many' } : undefined
    const form = { name, type: this.type, options: this.options?.read() ?? [], link }
    return field ? changeFieldEdits(field, form) : createFieldEdits(table, form)
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const name = this.nameInput.value.trim()
    if (!name) {
      this.problem = msg('Give it a name first.')
      return this.nameInput.focus()
    }
    if (this.type === 'choice' && this.options?.check() === false) return
    const edits = this.#edits(name)
    try {
      if (edits.length > 0) await commit(this.question.space, edits)
      this.dialog.close()
    } catch (error) {
      this.problem = failureSentence(error)
    }
  }

  get #table(): Table | undefined {
    return this.question.tables.find(({ id }) => id === this.question.table)
  }

  #nameTyped(): void {
    this.problem = undefined
    this.nameTaken = isNameTaken(this.#table?.fields ?? [], this.nameInput.value, this.question.field?.id)
  }

  /** The tables that a link can point to; a target in the trash stays selected. */
  #targets(): TemplateResult[] {
    const { tables, table, field } = this.question
    const selected = field?.target ?? tables.find(({ id }) => id !== table)?.id ?? table
    const shown = tables.map(({ id, name }) => html`<option value=${id} ?selected=${id === selected}>${name}</option>`)
    if (tables.some(({ id }) => id === selected)) return shown
    const trashed = this.#schema.value?.schema.deleted.tables.find(({ id }) => id === selected)
    const label = trashed ? msg(str`${trashed.name} (in the trash)`) : msg('Deleted table')
    return [html`<option value=${selected} selected>${label}</option>`, ...shown]
  }

  #sentence(): TemplateResult {
    const { field } = this.question
    const many = field?.type === 'link' ? field.many : true
    return html`<fieldset><legend>${msg('Complete the sentence')}</legend>
      <div class="sentence">
        <span>${msg(html`Each <b>${this.#table?.name ?? ''}</b> record can link to`)}</span>
        <select name="many" aria-label=${msg('How many')}>
          <option value="many" ?selected=${many}>${msg('several')}</option>
          <option value="one" ?selected=${!many}>${msg('one')}</option>
        </select>
        <span>${msg('in')}</span>
        <select name="target" aria-label=${msg('Table')}>${this.#targets()}</select>
      </div></fieldset>`
  }

  override render() {
    const { field } = this.question
    return html`<tessera-dialog style="--dialog-width:560px" .heading=${field ? msg('Change field') : msg('New field')} @closed=${this.ended}>
      <form @submit=${this.#submit}>
        <div class="field"><label for="name">${msg('Name')}</label>
          <input id="name" .defaultValue=${field?.name ?? ''} autocomplete="off" autofocus aria-invalid=${this.problem ? 'true' : 'false'} aria-describedby=${this.problem || this.nameTaken ? 'problem' : nothing} @input=${this.#nameTyped}>
          ${
            this.problem
              ? html`<p class="problem" id="problem" role="alert">${this.problem}</p>`
              : this.nameTaken
                ? html`<p class="hint" id="problem" role="status">${nameTakenText(this.nameInput.value.trim())}</p>`
                : nothing
          }</div>
        <fieldset><legend>${msg('Type')}</legend><div class="types">${TYPES.map((type) => {
          const { label, hint, icon: picture } = fieldType(type)
          return html`<label>${icon(picture)}<span><b>${label}</b><small class="muted">${hint}</small></span>
            <input type="radio" name="type" value=${type} aria-label=${label} ?checked=${type === this.type} @change=${() => {
              this.type = type
            }}></label>`
        })}</div></fieldset>
        ${this.type === 'choice' ? html`<tessera-options-editor .options=${field?.options ?? []}></tessera-options-editor>` : nothing}
        ${this.type === 'link' ? this.#sentence() : nothing}
        ${field && this.type !== 'choice' && this.type !== field.type ? conversionNote(this.conversion) : nothing}
        <input type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true">
      </form>
      <button slot="foot" class="button plain" @click=${() => this.dialog.close()}>${msg('Cancel')}</button>
      <button slot="foot" class="button primary" @click=${this.#submit}>${field ? msg('Change field') : msg('Add field')}</button>
    </tessera-dialog>`
  }
}

/** A warning for a second field of the same name, which is allowed. */
export const nameTakenText = (name: string): string =>
  msg(str`This table already has a field called “${name}”. Two fields with one name are hard to tell apart.`)

/** Opens the dialog; resolves when it is closed. */
export const askField = (question: FieldQuestion): Promise<void> => {
  const element = new FieldDialog()
  element.question = question
  return showUntilClosed(element)
}
