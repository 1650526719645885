import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import rotate from 'lucide-static/icons/rotate-ccw.svg?raw'
import type { Row, SpaceId, Table } from '../../engine/api/engine.ts'
import { textOf } from '../fields/show-cell.ts'
import { controls } from '../theme/controls.ts'
import { hueOf, hueStyle, initialOf } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { formatNumber } from '../words/numbers.ts'
import { trashStyles } from './trash-styles.ts'

/** Records shown first; *Show more* shows more of them. */
const PAGE = 20
const MOST = 500

/** A table's records in the trash. Fires `put-back`, and `counted` with their number. */
@customElement('tessera-trash-records')
export class TrashRecords extends LitElement {
  static override styles = [
    controls,
    trashStyles,
    css`:host { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px } small { color: var(--ink-3); font-weight: 400 }`,
  ]

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) table!: Table
  @state() private limit = PAGE
  #rows = new Watched(
    this,
    'window',
    () => ({ space: this.space, table: this.table.id, offset: 0, limit: this.limit, deleted: true }),
    ({ total }) => this.dispatchEvent(new CustomEvent('counted', { detail: total })),
  )

  #words(row: Row): { readonly name: string; readonly details: string } {
    const [first, ...others] = this.table.fields
    const details = others.filter(({ type }) => type !== 'checkbox').map((field) => textOf(field, row.cells[field.id]))
    return {
      name: (first && textOf(first, row.cells[first.id])) || msg('Unnamed'),
      details: details.filter(Boolean).slice(0, 3).join(' · '),
    }
  }

  #putBack(row: Row, name: string): void {
    this.dispatchEvent(new CustomEvent('put-back', { detail: { what: { table: this.table.id, record: row.id }, name } }))
  }

  override render() {
    const window = this.#rows.value
    if (!window || window.total === 0) return nothing
    return html`<h2>${this.table.name} <small>${formatNumber(window.total)}</small></h2>
      <ul>${window.rows.map((row) => {
        const { name, details } = this.#words(row)
        return html`<li><span class="tile" style=${hueStyle(hueOf(row.id))} aria-hidden="true">${initialOf(name)}</span><span class="name ellipsis">${name}</span><span class="details ellipsis">${details}</span>
          <button class="button" aria-label=${msg(str`Restore ${name}`)} @click=${() => this.#putBack(row, name)}>${icon(rotate)}${msg('Restore')}</button></li>`
      })}</ul>
      ${
        window.total > this.limit && this.limit < MOST
          ? html`<button class="button plain" style="justify-self:start" @click=${() => {
              this.limit = Math.min(MOST, this.limit * 5)
            }}>${msg('Show more')}</button>`
          : nothing
      }`
  }
}
