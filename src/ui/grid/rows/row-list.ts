import { msg } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { RecordId, Row, SpaceId, Table } from '../../../engine/api/engine.ts'
import { CellSaves } from '../../fields/cell-saves.ts'
import { cellStyles, isPictured, showCell, textOf } from '../../fields/show-cell.ts'
import { hrefOf } from '../../route.ts'
import { controls } from '../../theme/controls.ts'
import { hueOf, hueStyle, initialOf } from '../../theme/hue.ts'
import { icon } from '../../theme/icon.ts'
import { ShownRows } from './shown-rows.ts'
import { rowsToDraw } from './stretch.ts'

/** Pixels of one record in the list. */
const ROW = 68
/** Fields shown below a record's name. */
const SHOWN_FIELDS = 3

/** A table on a phone: a list of its records, the first field as their name. Fires `add`. */
@customElement('tessera-row-list')
export class RowList extends LitElement {
  static override styles = [
    controls,
    cellStyles,
    css`
      :host { display: flex; flex-direction: column; min-block-size: 0 }
      .scroller { flex: 1; min-block-size: 0; overflow: auto; overscroll-behavior: contain }
      ul { position: relative; }
      li { position: absolute; inset-inline: 0; inset-block-start: 0; block-size: ${ROW}px; contain: layout style }
      li a { display: flex; align-items: center; gap: 14px; block-size: 100%; padding-inline: 20px 16px; color: inherit; text-decoration: none; min-inline-size: 0 }
      li a:active { background: var(--sunken) }
      li a:focus-visible { outline-offset: -3px }
      .tile { inline-size: 44px; block-size: 44px; border-radius: 14px; font-size: 1.05rem }
      .words { flex: 1; min-inline-size: 0; display: grid; gap: 2px; border-block-end: 1px solid var(--line); block-size: 100%; align-content: center }
      b { font-weight: 570; font-size: 1rem }
      .details { display: flex; gap: 6px; align-items: center; font-size: .875rem; color: var(--ink-2); overflow: hidden; white-space: nowrap; min-block-size: 24px }
      .details .chip { font-size: .8125rem; min-block-size: 22px; max-inline-size: 40vw; flex: none }
      .details .plain { overflow: hidden; text-overflow: ellipsis; flex: 0 1 auto }
      .details .plain:not(:last-child) { flex: none; max-inline-size: 60% }
      .details .plain + .plain::before { content: '· ' }
      footer { display: flex; justify-content: flex-end; padding: 10px 16px calc(12px + env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line) }
      .add { min-block-size: 52px; padding-inline: 20px 24px; border-radius: 26px; font-size: 1rem }
      .empty { padding: 16vh 32px; text-align: center; color: var(--ink-2); display: grid; gap: 8px }
    `,
  ]

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) table!: Table
  @state() private view = { top: 0, height: 800 }
  @query('.scroller') private scroller!: HTMLElement
  #saves = new CellSaves(this)
  /** The newest record, scrolled into view when it is added. */
  #newest: RecordId | undefined
  #resized = new ResizeObserver(() => this.#measure())
  #rows = new ShownRows(this, () => ({ space: this.space, table: this.table.id }))

  protected override willUpdate(): void {
    this.#rows.release(undefined)
    this.#rows.load(this.#drawn)
  }

  override firstUpdated(): void {
    this.#resized.observe(this.scroller)
  }

  protected override updated(): void {
    const { newest } = this.#rows
    if (newest && newest !== this.#newest) this.scroller.scrollTop = this.scroller.scrollHeight
    this.#newest = newest
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#resized.disconnect()
  }

  get #drawn() {
    return rowsToDraw(this.view.top, this.view.height, ROW, this.#rows.total)
  }

  #measure(): void {
    this.view = { top: this.scroller.scrollTop, height: this.scroller.clientHeight }
  }

  #record(row: Row): TemplateResult {
    const [first, ...others] = this.table.fields
    const name = (first && textOf(first, this.#saves.cell(row.id, first.id, row.cells[first.id]))) || msg('Unnamed')
    const details = others
      .map((field) => ({ field, cell: this.#saves.cell(row.id, field.id, row.cells[field.id]) }))
      .filter(({ field, cell }) => cell && field.type !== 'checkbox')
      .slice(0, SHOWN_FIELDS)
    return html`<a href=${hrefOf({ kind: 'space', space: this.space, table: this.table.id, record: row.id })}>
      <span class="tile" style=${hueStyle(hueOf(row.id))} aria-hidden="true">${initialOf(name)}</span>
      <span class="words"><b class="ellipsis">${name}</b>
        ${details.length > 0 ? html`<span class="details">${details.map(({ field, cell }) => (isPictured(field) ? showCell(field, cell) : html`<span class="plain">${showCell(field, cell)}</span>`))}</span>` : nothing}
      </span></a>`
  }

  override render() {
    const { first, end } = this.#drawn
    const slots = Math.max(1, end - first)
    const indexes = Array.from({ length: end - first }, (_, at) => first + at)
    const { total, ready } = this.#rows
    return html`<div class="scroller" @scroll=${this.#measure}>
        ${
          ready && total === 0
            ? html`<div class="empty"><h2>${msg('No records yet')}</h2><p>${msg('Each one is a row of this table. Add the first.')}</p></div>`
            : html`<ul style="block-size:${total * ROW}px" aria-label=${this.table.name}>${repeat(
                indexes,
                (index) => index % slots,
                (index) => {
                  const row = this.#rows.at(index)
                  return html`<li style="transform:translateY(${index * ROW}px)" aria-setsize=${total} aria-posinset=${index + 1}>${row ? this.#record(row) : nothing}</li>`
                },
              )}</ul>`
        }
      </div>
      <footer><button class="button primary add" @click=${() => this.dispatchEvent(new Event('add'))}>${icon(plus)}${msg('Add record')}</button></footer>`
  }
}
