import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import fileUp from 'lucide-static/icons/file-up.svg?raw'
import layoutGrid from 'lucide-static/icons/layout-grid.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import table from 'lucide-static/icons/table-2.svg?raw'
import trash from 'lucide-static/icons/trash-2.svg?raw'
import type { OpenSpace, SpaceId, TableId } from '../../engine/api/engine.ts'
import { hrefOf } from '../route.ts'
import { sideNav } from '../shell/side-nav.ts'
import { controls } from '../theme/controls.ts'
import { hueOf, hueStyle, initialOf } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { formatNumber } from '../words/numbers.ts'
import { spaceItems } from './space-items.ts'
import '../parts/menu.ts'
import './sync-line.ts'

/** The number of records of a table; undefined while it is loading. */
const showCount = (count: number | undefined): string | TemplateResult =>
  count === undefined ? html`<span title=${msg('Loading')}>…</span>` : formatNumber(count)

/** The navigation of a space: its tables, import and trash, and the other spaces. Fires `add-table`. */
@customElement('tessera-space-nav')
export class SpaceNav extends LitElement {
  static override styles = [
    controls,
    sideNav,
    css`
      :host { display: grid; min-block-size: 0 }
      .name { flex: 1; font-weight: 650; letter-spacing: -.005em }
      nav .add { color: var(--ink-3) }
      nav .head { padding-inline-end: 0 }
      :host([sheet]) nav { background: none; border: 0; padding: 0 }
      :host([sheet]) nav footer { padding-block-start: 20px }
      :host([sheet]) nav .item { min-block-size: 48px; font-size: 1rem }
      :host([sheet]) nav .item[aria-current='page'] { background: var(--accent-soft); color: var(--accent) }
    `,
  ]

  @property({ attribute: false }) space!: SpaceId
  /** Undefined until it is loaded. */
  @property({ attribute: false }) open: OpenSpace | undefined
  @property({ attribute: false }) table: TableId | undefined
  @property() place: 'table' | 'trash' | 'import' = 'table'
  #spaces = new Watched(this, 'spaces', () => undefined)
  #counts = new Watched(this, 'counts', () => ({ space: this.space }))

  #actions(): TemplateResult {
    const { space } = this
    const current = (is: boolean) => (is ? 'page' : 'false')
    return html`<li><button class="item add" @click=${() => this.dispatchEvent(new Event('add-table'))}>${icon(plus)}${msg('Add table')}</button></li>
      <li><a class="item add" href=${hrefOf({ kind: 'import', space })} aria-current=${current(this.place === 'import')}>${icon(fileUp)}${msg('Import a file')}</a></li>
      <li><a class="item add" href=${hrefOf({ kind: 'trash', space })} aria-current=${current(this.place === 'trash')}>${icon(trash)}${msg('Trash')}</a></li>`
  }

  override render() {
    const { space, open } = this
    const tables = open?.schema.tables ?? []
    const spaces = this.#spaces.value ?? []
    const known = open?.schema.name || spaces.find(({ id }) => id === space)?.name
    const name = known || (open?.ready ? msg('Unnamed space') : '')
    const others = spaces.filter(({ id, deleted }) => id !== space && !deleted)
    const counts = this.#counts.value
    const current = (is: boolean) => (is ? 'page' : 'false')
    return html`<nav aria-label=${msg('This space')}>
      <div class="head">${name ? html`<span class="tile" style=${hueStyle(hueOf(space))} aria-hidden="true">${initialOf(name)}</span>` : nothing}
        <span class="name ellipsis" title=${name}>${name}</span>
        ${open?.ready ? html`<tessera-menu .label=${msg(str`More for ${name}`)} .items=${spaceItems(space, open)}></tessera-menu>` : nothing}</div>
      <ul aria-label=${msg('Tables')}>
        ${tables.map(
          ({
            id,
            name: title,
          }) => html`<li><a class="item" href=${hrefOf({ kind: 'space', space, table: id })} aria-current=${current(this.place === 'table' && id === this.table)}>
            ${icon(table)}<span class="ellipsis">${title}</span>${counts ? html`<small>${showCount(counts[id])}</small>` : nothing}</a></li>`,
        )}
        ${open?.ready ? this.#actions() : nothing}
      </ul>
      <h2>${others.length > 0 ? msg('Other spaces') : msg('Spaces')}</h2>
      <ul>
        ${others.map(
          ({
            id,
            name: title,
            arriving,
          }) => html`<li><a class="item" href=${hrefOf({ kind: 'space', space: id })}><span class="tile" style=${hueStyle(hueOf(id))} aria-hidden="true">${initialOf(title)}</span>
            <span class="ellipsis">${title}</span>${arriving ? html`<small>${msg('arriving')}</small>` : nothing}</a></li>`,
        )}
        <li><a class="item add" href=${hrefOf({ kind: 'spaces' })}>${icon(layoutGrid)}${msg('All spaces')}</a></li>
      </ul>
      <footer>${open ? html`<tessera-sync-line .space=${space}></tessera-sync-line>` : nothing}</footer>
    </nav>`
  }
}
