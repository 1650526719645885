import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import type { Conversion, Edit, Field, FieldType, SpaceId, Table, TableId } from '../../../engine/api/engine.ts'
import { commit } from '../../commit.ts'
import { showUntilClosed } from '../../dialogs/show-until-closed.ts'
import { engine } from '../../engine.ts'
import type { Dialog } from '../../parts/dialog.ts'
import { controls } from '../../theme/controls.ts'
import { icon } from '../../theme/icon.ts'
import { Watched } from '../../watched.ts'
import { failureSentence, isCancelled } from '../../words/failure.ts'
import { fieldType, isEditable, typeGroups } from '../field-type.ts'
import { conversionNote } from './conversion-note.ts'
import { changeFieldEdits, createFieldEdits, hasOptions, isNameTaken, optionNames } from './field-edits.ts'
import type { FieldSettingsForm } from './field-settings.ts'
import type { OptionsEditor } from './options-editor.ts'
import '../../parts/dialog.ts'
import './field-settings.ts'
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
      .group { display: grid; gap: 6px; margin-block-end: 12px }
      .group .label { font-size: var(--text-xs); color: var(--ink-2); font-weight: 500 }
      .types { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 6px }
      .types label { display: flex; gap: 8px; align-items: center; min-block-size: var(--target); padding: 4px 10px; border: 1px solid var(--line); border-radius: var(--radius-m); cursor: pointer; font-weight: 400; font-size: var(--text-s); position: relative }
      .types b { font-weight: 560 }
      .types .icon { color: var(--ink-2) }
      .types label:has(:checked) { border-color: var(--accent); background: var(--accent-soft) }
      .types label:has(:checked) .icon { color: var(--accent) }
      .types label:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px }
      .types input { position: absolute; opacity: 0; inset: 0; inline-size: 100%; block-size: 100%; cursor: pointer }
      details { display: grid; gap: 12px }
      summary { cursor: pointer; font-size: var(--text-s); color: var(--ink-2); min-block-size: var(--target); align-content: center }
      details[open] > :not(summary) { margin-block-end: 12px }
      .check { display: flex; gap: 10px; align-items: flex-start; font-weight: 500; cursor: pointer }
      .check small { display: block; font-weight: 400 }
      .sentence { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 8px; padding: 14px 16px; border-radius: var(--radius-m); background: var(--sunken); font-size: var(--text-m) }
      .sentence select { inline-size: auto; max-inline-size: 100% }
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
  @query('tessera-field-settings') private settings!: FieldSettingsForm | null
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
      if (!hasOptions(type)) this.conversion = conversion
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
    const back = this.renderRoot.querySelector<HTMLInputElement>('[name=back]')?.value.trim()
    const link = this.type === 'link' ? { target, many: this.#chosen('many') === 'many', back } : undefined
    const form = {
      name,
      type: this.type,
      options: this.options?.read() ?? [],
      link,
      settings: this.settings?.read() ?? {},
      common: {
        description: this.renderRoot.querySelector<HTMLTextAreaElement>('[name=description]')?.value.trim() ?? '',
        required: this.#checked('required'),
        unique: this.#checked('unique'),
      },
    }
    return field ? changeFieldEdits(field, form) : createFieldEdits(table, form)
  }

  #checked(name: string): boolean {
    return this.renderRoot.querySelector<HTMLInputElement>(`[name=${name}]`)?.checked ?? false
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    const name = this.nameInput.value.trim()
    if (!name) {
      this.problem = msg('Give it a name first.')
      return this.nameInput.focus()
    }
    if (hasOptions(this.type) && this.options?.check() === false) return
    this.problem = this.settings?.problem()
    if (this.problem) return
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
        <select name="target" aria-label=${msg('Table')} @change=${() => this.requestUpdate()}>${this.#targets()}</select>
      </div></fieldset>
      ${
        field?.type === 'link'
          ? nothing
          : html`<div class="field"><label for="back">${msg('Name of the link on the other side (optional)')}</label>
              <input id="back" name="back" autocomplete="off" aria-describedby="back-hint"><p class="hint" id="back-hint">${msg('The records it leads to then show it too, in a field with this name.')}</p></div>`
      }`
  }

  #typeChoice(type: FieldType): TemplateResult {
    const { icon: picture, label, hint } = fieldType(type)
    return html`<label title=${hint}>${icon(picture)}<b>${label}</b>
      <input type="radio" name="type" value=${type} aria-label=${label} ?checked=${type === this.type} @change=${() => {
        this.type = type
        void this.updateComplete.then(() => this.settings?.scrollIntoView({ block: 'nearest' }))
      }}></label>`
  }

  #common(field: Field | undefined): TemplateResult {
    const isStored = isEditable({ type: this.type })
    return html`<details ?open=${Boolean(field?.description || field?.required || field?.unique)}><summary>${msg('More settings')}</summary>
      <div class="field"><label for="description">${msg('Description')}</label>
        <textarea id="description" name="description" rows="2" .defaultValue=${field?.description ?? ''}></textarea></div>
      ${
        isStored
          ? html`<label class="check"><input type="checkbox" name="required" ?checked=${field?.required}><span>${msg('Required')}<small class="muted">${msg('A record without it is marked.')}</small></span></label>
            <label class="check"><input type="checkbox" name="unique" ?checked=${field?.unique}><span>${msg('No duplicates')}<small class="muted">${msg('Two records cannot have the same value.')}</small></span></label>`
          : nothing
      }</details>`
  }

  override render() {
    const { field } = this.question
    return html`<tessera-dialog style="--dialog-width:700px" .heading=${field ? msg('Change field') : msg('New field')} @closed=${this.ended}>
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
        <fieldset><legend>${msg('Type')}</legend>${typeGroups().map(
          ({ label, types }) =>
            html`<div class="group" role="group" aria-label=${label}><span class="label" aria-hidden="true">${label}</span><div class="types">${types.map((type) => this.#typeChoice(type))}</div></div>`,
        )}<p class="hint" aria-live="polite">${fieldType(this.type).hint}</p></fieldset>
        ${hasOptions(this.type) ? html`<tessera-options-editor .options=${field?.options ?? []}></tessera-options-editor>` : nothing}
        ${keyed(this.type, html`<tessera-field-settings .type=${this.type} .field=${field?.type === this.type ? field : undefined} .table=${this.question.table} .tables=${this.question.tables}></tessera-field-settings>`)}
        ${this.type === 'link' ? this.#sentence() : nothing}
        ${field && !hasOptions(this.type) && this.type !== field.type ? conversionNote(this.conversion) : nothing}
        ${this.#common(field)}
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
