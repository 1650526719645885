import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { CsvColumn, CsvGuess, CsvPreview } from '../../engine/api/engine.ts'
import { fieldType } from '../fields/field-type.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { countedColumns, countedRecords } from '../words/counted.ts'
import { formatNumber } from '../words/numbers.ts'
import { formatEstimate, plural } from '../words/plural.ts'

/** Types that an import reads columns as. */
const CSV_TYPES = ['text', 'number', 'checkbox', 'date', 'choice'] as const satisfies readonly CsvColumn['type'][]

/** The person started the import. */
export class ImportWanted extends Event {
  constructor(
    readonly table: string,
    readonly guess: CsvGuess,
    /** Import only the first records. */
    readonly first: number | undefined,
  ) {
    super('import-wanted')
  }
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const

/** How a file will be read, editable, with its first rows. Fires `guess-changed`, `ImportWanted` and `leave`. */
@customElement('tessera-import-preview')
export class ImportPreview extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr) }
      .how { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 14px; align-items: end }
      .check { display: flex; align-items: center; gap: 8px; min-block-size: calc(var(--target) + 4px); font-weight: 400 }
      .rows { overflow: auto; border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); max-block-size: 46dvh }
      .rows.busy { opacity: .6 }
      table { border-collapse: separate; border-spacing: 0; font-size: var(--text-s) }
      th { position: sticky; inset-block-start: 0; z-index: 1; background: var(--surface); border-block-end: 1px solid var(--line); padding: 8px; text-align: start; vertical-align: top; min-inline-size: 150px }
      th > div { display: grid; gap: 4px }
      .rows th :is(input, select) { font-size: max(var(--text-s), var(--least-input, 0px)); font-weight: 400; border-color: var(--line) }
      .rows th input { font-weight: 600 }
      @media (pointer: coarse) { th { --least-input: 1rem } }
      td { padding: 7px 16px; border-block-end: 1px solid var(--line); white-space: nowrap; max-inline-size: 260px; overflow: hidden; text-overflow: ellipsis }
      .ways { display: flex; flex-wrap: wrap; gap: 10px; justify-content: flex-end; align-items: center }
      .ways p { margin-inline-end: auto }
    `,
  ]

  @property() fileName = ''
  @property({ attribute: false }) preview!: CsvPreview
  @property() problem: string | undefined
  @property({ type: Boolean }) busy = false
  @query('#table') private tableName!: HTMLInputElement

  #ask(guess: Partial<CsvGuess>): void {
    this.dispatchEvent(new CustomEvent('guess-changed', { detail: guess }))
  }

  #column(at: number, change: Partial<CsvColumn>): void {
    const { guess } = this.preview
    this.#ask({ ...guess, columns: guess.columns.map((column, index) => (index === at ? { ...column, ...change } : column)) })
  }

  #want(first?: number): void {
    const name = this.tableName.value.trim() || this.fileName.replace(/\.[^.]*$/, '')
    this.dispatchEvent(new ImportWanted(name, this.preview.guess, first))
  }

  #select<T extends string>(
    id: string,
    label: string,
    value: T,
    choices: readonly (readonly [T, string])[],
    chosen: (value: T) => void,
  ): TemplateResult {
    return html`<div class="field"><label for=${id}>${label}</label>
      <select id=${id} @change=${(event: Event) => chosen((event.target as HTMLSelectElement).value as T)}>
        ${choices.map(([choice, words]) => html`<option value=${choice} ?selected=${choice === value}>${words}</option>`)}</select></div>`
  }

  #how({ guess, guarded }: CsvPreview): TemplateResult {
    const { delimiter, encoding, header, columns, exact = false } = guess
    const names: Record<string, string> = { ',': msg('Comma'), ';': msg('Semicolon'), '\t': msg('Tab'), '|': msg('Pipe') }
    const known: readonly string[] = DELIMITERS.includes(delimiter as never) ? DELIMITERS : [...DELIMITERS, delimiter]
    return html`<div class="how">
      <div class="field"><label for="table">${msg('Table name')}</label><input id="table" autocomplete="off" .defaultValue=${this.fileName.replace(/\.[^.]*$/, '')}></div>
      ${this.#select(
        'delimiter',
        msg('Separator'),
        delimiter,
        known.map((one) => [one, names[one] ?? one]),
        (to) => this.#ask({ encoding, exact, delimiter: to }),
      )}
      ${this.#select(
        'encoding',
        msg('Encoding'),
        encoding,
        ENCODINGS.map((one) => [one, one.toUpperCase()]),
        (to) => this.#ask({ encoding: to, exact }),
      )}
      <label class="check"><input type="checkbox" .checked=${header} @change=${() => this.#ask({ delimiter, encoding, exact, header: !header, ...(columns.length === 0 && { columns }) })}>${msg('First row is the header')}</label>
      ${guarded || exact ? html`<label class="check"><input type="checkbox" .checked=${!exact} @change=${() => this.#ask({ ...guess, exact: !exact })}>${msg('Remove the apostrophe in front of formulas')}</label>` : nothing}
    </div>`
  }

  /** Chooses how the numbers or dates of a column are written, where that is ambiguous. */
  #notation({ type, decimal, dateOrder }: CsvColumn, at: number): TemplateResult | typeof nothing {
    if (type === 'number' && decimal !== undefined)
      return html`<select aria-label=${msg(str`Decimal separator of column ${at + 1}`)} @change=${(event: Event) => this.#column(at, { decimal: (event.target as HTMLSelectElement).value as '.' | ',' })}>
        <option value="." ?selected=${decimal === '.'}>${msg('Decimal point: 1,234.5')}</option>
        <option value="," ?selected=${decimal === ','}>${msg('Decimal comma: 1.234,5')}</option></select>`
    if (type === 'date' && dateOrder !== undefined)
      return html`<select aria-label=${msg(str`Order of day and month of column ${at + 1}`)} @change=${(event: Event) => this.#column(at, { dateOrder: (event.target as HTMLSelectElement).value as 'day-first' | 'month-first' })}>
        <option value="day-first" ?selected=${dateOrder === 'day-first'}>${msg('Day first: 31/12/2026')}</option>
        <option value="month-first" ?selected=${dateOrder === 'month-first'}>${msg('Month first: 12/31/2026')}</option></select>`
    return nothing
  }

  #rows({ guess, rows }: CsvPreview): TemplateResult {
    return html`<div class="rows ${this.busy ? 'busy' : ''}" role="region" tabindex="0" aria-label=${msg('First rows of the file')}><table>
      <thead><tr>${guess.columns.map(
        (column, at) => html`<th scope="col"><div>
          <input aria-label=${msg(str`Name of column ${at + 1}`)} .value=${column.name} autocomplete="off" @change=${(event: Event) => this.#column(at, { name: (event.target as HTMLInputElement).value })}>
          <select aria-label=${msg(str`Type of column ${at + 1}`)} @change=${(event: Event) => this.#column(at, { type: (event.target as HTMLSelectElement).value as CsvColumn['type'] })}>
            ${CSV_TYPES.map((one) => html`<option value=${one} ?selected=${one === column.type}>${fieldType(one).label}</option>`)}</select>${this.#notation(column, at)}</div></th>`,
      )}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${guess.columns.map((_, at) => html`<td>${row[at] ?? ''}</td>`)}</tr>`)}</tbody>
    </table></div>`
  }

  #warnings({ ragged, records, limit }: CsvPreview): TemplateResult | typeof nothing {
    const most = formatNumber(limit)
    return html`
      ${this.problem ? html`<p class="note bad" role="alert">${icon(triangleAlert)}<span>${this.problem}</span></p>` : nothing}
      ${records > limit ? html`<p class="note warn" role="alert">${icon(triangleAlert)}<span>${msg(str`This file has about ${formatEstimate(records)} records; a space holds at most ${most}. You can import the first ${most}.`)}</span></p>` : nothing}
      ${
        ragged > 0
          ? html`<p class="note warn">${icon(triangleAlert)}<span>${plural(ragged, {
              one: msg(
                '1 row has more or fewer cells than the others. Missing cells stay empty; extra cells are kept. If the rows below look wrong, try another separator.',
              ),
              other: msg(
                str`${formatNumber(ragged)} rows have more or fewer cells than the others. Missing cells stay empty; extra cells are kept. If the rows below look wrong, try another separator.`,
              ),
            })}</span></p>`
          : nothing
      }`
  }

  override render() {
    const { preview } = this
    const over = preview.records > preview.limit
    const most = formatNumber(preview.limit)
    const columns = countedColumns(preview.guess.columns.length)
    return html`${this.#how(preview)}${this.#warnings(preview)}${this.#rows(preview)}
      <div class="ways"><p class="muted small">${preview.exact ? msg(str`${countedRecords(preview.records)}, ${columns}`) : msg(str`About ${formatEstimate(preview.records)} records, ${columns}`)}</p>
        <button class="button plain" @click=${() => this.dispatchEvent(new Event('leave'))}>${msg('Another file')}</button>
        <button class="button primary" @click=${() => this.#want(over ? preview.limit : undefined)}>${over ? msg(str`Import the first ${most}`) : preview.exact ? msg(str`Import ${countedRecords(preview.records)}`) : msg('Import all records')}</button></div>`
  }
}
