import { msg } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Field, FieldId, FieldSettings, FieldType, Table, TableId } from '../../../engine/api/engine.ts'
import { controls } from '../../theme/controls.ts'
import type { SettingsInput } from './field-edits.ts'

/** Offered first; every other currency that the browser knows follows. */
const USUAL_CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'CAD', 'AUD'] as const

const currencies = (): readonly string[] => [...new Set<string>([...USUAL_CURRENCIES, ...Intl.supportedValuesOf('currency')])]

type Rollup = NonNullable<FieldSettings['rollup']>

const rollupLabels = (): Readonly<Record<Rollup, string>> => ({
  count: msg('Count of records'),
  sum: msg('Sum'),
  average: msg('Average'),
  min: msg('Smallest'),
  max: msg('Largest'),
  list: msg('List of values'),
  earliest: msg('Earliest'),
  latest: msg('Latest'),
  checked: msg('Share that is checked'),
})

/** What a field's type asks for beside its name: the format of a number, the link of a lookup, the expression of a formula. */
@customElement('tessera-field-settings')
export class FieldSettingsForm extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 16px }
      .row { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px }
      textarea { min-block-size: 84px; font-family: var(--font-mono, ui-monospace, monospace); font-size: var(--text-s) }
      .names { display: flex; flex-wrap: wrap; gap: 6px }
      .names button { border: 1px solid var(--line); border-radius: var(--radius-full); background: none; color: inherit; padding: 2px 10px; min-block-size: 28px; font: inherit; font-size: var(--text-xs); cursor: pointer }
    `,
  ]

  @property({ attribute: false }) type: FieldType = 'text'
  @property({ attribute: false }) field: Field | undefined
  @property({ attribute: false }) table: TableId | undefined
  @property({ attribute: false }) tables: readonly Table[] = []
  @state() private format: string = 'plain'
  @state() private via: FieldId | undefined
  @state() private rollup: Rollup = 'count'

  override willUpdate(): void {
    if (this.hasUpdated) return
    const { settings } = this.field ?? { settings: {} as FieldSettings }
    this.format = settings.format ?? 'plain'
    this.via = settings.via ?? this.#links[0]?.id
    this.rollup = settings.rollup ?? 'count'
  }

  get #own(): Table | undefined {
    return this.tables.find(({ id }) => id === this.table)
  }

  /** Links of this table that a lookup can follow. */
  get #links(): readonly Field[] {
    return this.#own?.fields.filter(({ type, settings }) => type === 'link' && settings.space === undefined) ?? []
  }

  /** The fields of the table that the chosen link leads to. */
  get #there(): readonly Field[] {
    const target = this.#links.find(({ id }) => id === this.via)?.target
    return this.tables.find(({ id }) => id === target)?.fields.filter(({ id }) => id !== this.field?.id) ?? []
  }

  #value(name: string): string | undefined {
    return this.renderRoot.querySelector<HTMLInputElement | HTMLSelectElement>(`[name=${name}]`)?.value
  }

  #number(name: string): number | null {
    const value = this.#value(name)
    return value ? Number(value) : null
  }

  /** The settings as they are chosen; `null` removes one. Only those of the chosen type. */
  read(): SettingsInput {
    switch (this.type) {
      case 'number':
        return {
          format: this.format === 'plain' ? null : (this.format as 'percent' | 'currency'),
          currency: this.format === 'currency' ? (this.#value('currency') ?? null) : null,
          unit: this.format === 'plain' ? this.#value('unit')?.trim() || null : null,
          precision: this.#number('precision'),
        }
      case 'rating':
        return { max: this.#number('max') }
      case 'lookup':
        return { via: this.via ?? null, of: (this.#value('of') as FieldId | undefined) ?? null }
      case 'rollup':
        return {
          via: this.via ?? null,
          rollup: this.rollup,
          of: this.rollup === 'count' ? null : ((this.#value('of') as FieldId | undefined) ?? null),
        }
      case 'formula':
        return { expression: this.#value('expression')?.trim() ?? '' }
      default:
        return {}
    }
  }

  /** Why the settings cannot be used; undefined when they can. */
  problem(): string | undefined {
    if (this.type === 'formula' && !this.#value('expression')?.trim()) return msg('Write the formula first.')
    if ((this.type === 'lookup' || this.type === 'rollup') && this.#links.length === 0)
      return msg('This table has no link field yet. Add one first: a lookup reads the records that it leads to.')
    return undefined
  }

  #numberForm(): TemplateResult {
    const { settings } = this.field ?? { settings: {} as FieldSettings }
    return html`<div class="row">
      <div class="field"><label for="format">${msg('Format')}</label>
        <select id="format" @change=${(event: Event) => {
          this.format = (event.target as HTMLSelectElement).value
        }}>
          <option value="plain" ?selected=${this.format === 'plain'}>${msg('Number')}</option>
          <option value="percent" ?selected=${this.format === 'percent'}>${msg('Percent')}</option>
          <option value="currency" ?selected=${this.format === 'currency'}>${msg('Currency')}</option>
        </select></div>
      ${
        this.format === 'currency'
          ? html`<div class="field"><label for="currency">${msg('Currency')}</label><select id="currency" name="currency">${currencies().map(
              (code) => html`<option value=${code} ?selected=${code === (settings.currency ?? 'EUR')}>${code}</option>`,
            )}</select></div>`
          : nothing
      }
      ${
        this.format === 'plain'
          ? html`<div class="field"><label for="unit">${msg('Unit (optional)')}</label><input id="unit" name="unit" autocomplete="off" placeholder="kg" .defaultValue=${settings.unit ?? ''}></div>`
          : nothing
      }
      <div class="field"><label for="precision">${msg('Decimals')}</label><select id="precision" name="precision">
        <option value="" ?selected=${settings.precision === undefined}>${msg('As typed')}</option>
        ${Array.from({ length: 7 }, (_, digits) => html`<option value=${digits} ?selected=${settings.precision === digits}>${digits}</option>`)}</select></div>
    </div>`
  }

  #viaAndOf(withRollup: boolean): TemplateResult {
    if (this.#links.length === 0)
      return html`<p class="note">${msg('This table has no link field yet. Add one first: a lookup reads the records that it leads to.')}</p>`
    const of = this.field?.settings.of
    return html`<div class="row">
      <div class="field"><label for="via">${msg('Follow the link')}</label><select id="via" @change=${(event: Event) => {
        this.via = (event.target as HTMLSelectElement).value as FieldId
      }}>${this.#links.map(({ id, name }) => html`<option value=${id} ?selected=${id === this.via}>${name}</option>`)}</select></div>
      ${
        withRollup
          ? html`<div class="field"><label for="rollup">${msg('Show')}</label><select id="rollup" @change=${(event: Event) => {
              this.rollup = (event.target as HTMLSelectElement).value as Rollup
            }}>${Object.entries(rollupLabels()).map(([value, label]) => html`<option value=${value} ?selected=${value === this.rollup}>${label}</option>`)}</select></div>`
          : nothing
      }
      ${
        withRollup && this.rollup === 'count'
          ? nothing
          : html`<div class="field"><label for="of">${msg('Of the field')}</label><select id="of" name="of">${this.#there.map(
              ({ id, name }) => html`<option value=${id} ?selected=${id === of}>${name}</option>`,
            )}</select></div>`
      }</div>`
  }

  #insert(name: string): void {
    const area = this.renderRoot.querySelector('textarea')
    if (!area) return
    area.setRangeText(`{${name}}`, area.selectionStart, area.selectionEnd, 'end')
    area.focus()
  }

  #formula(): TemplateResult {
    const fields = this.#own?.fields.filter(({ id }) => id !== this.field?.id) ?? []
    return html`<div class="field"><label for="expression">${msg('Formula')}</label>
      <textarea id="expression" name="expression" spellcheck="false" autocapitalize="off" placeholder="{Price} * {Count}" .defaultValue=${this.field?.settings.expression ?? ''}></textarea>
      <div class="names" role="group" aria-label=${msg('Insert a field')}>${fields.map(
        ({ name }) => html`<button type="button" @click=${() => this.#insert(name)}>${name}</button>`,
      )}</div>
      <p class="hint">${msg('Fields in braces, numbers, text in single quotes, and SQL functions such as round, upper, coalesce or CASE.')}</p></div>`
  }

  override render() {
    switch (this.type) {
      case 'number':
        return this.#numberForm()
      case 'rating':
        return html`<div class="field"><label for="max">${msg('Stars')}</label><select id="max" name="max">${Array.from(
          { length: 10 },
          (_, at) => html`<option value=${at + 1} ?selected=${at + 1 === (this.field?.settings.max ?? 5)}>${at + 1}</option>`,
        )}</select></div>`
      case 'lookup':
        return this.#viaAndOf(false)
      case 'rollup':
        return this.#viaAndOf(true)
      case 'formula':
        return this.#formula()
      default:
        return nothing
    }
  }
}
