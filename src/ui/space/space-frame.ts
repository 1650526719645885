import { msg } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw'
import type { SpaceId } from '../../engine/api/engine.ts'
import { hrefOf } from '../route.ts'
import { Narrow } from '../shell/narrow.ts'
import { pageColumn } from '../shell/page-column.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { addTable } from './table-items.ts'
import { UndoKeys } from './undo.ts'
import './space-nav.ts'

/** The frame of a space's pages that are not tables. */
@customElement('tessera-space-frame')
export class SpaceFrame extends LitElement {
  static override styles = [
    controls,
    pageColumn,
    css`
      :host { display: grid; grid-template-columns: 232px minmax(0, 1fr); grid-template-rows: minmax(0, 1fr); block-size: 100% }
      main { overflow: auto; background: var(--paper) }
      .back { display: inline-flex; align-items: center; gap: 6px; color: var(--ink-2); text-decoration: none; font-size: var(--text-s); min-block-size: 44px; justify-self: start }
      @media (width < 720px) { :host { grid-template-columns: minmax(0, 1fr) } .page { padding-block-start: 8px } }
      ::slotted(h1) { min-block-size: var(--target); align-content: center }
    `,
  ]

  @property({ attribute: false }) space!: SpaceId
  @property() place: 'trash' | 'import' = 'trash'
  #narrow = new Narrow(this)
  #schema = new Watched(this, 'schema', () => ({ space: this.space }))

  constructor() {
    super()
    this.addController(new UndoKeys(() => this.space))
  }

  override render() {
    const open = this.#schema.value
    return html`${this.#narrow.is || !open ? nothing : html`<tessera-space-nav .space=${this.space} .open=${open} .place=${this.place} @add-table=${() => addTable(this.space)}></tessera-space-nav>`}
      <main><div class="page">
        ${this.#narrow.is ? html`<a class="back" href=${hrefOf({ kind: 'space', space: this.space })}>${icon(arrowLeft)}<span class="ellipsis">${open?.schema.name ?? msg('Back')}</span></a>` : nothing}
        <slot></slot></div></main>`
  }
}
