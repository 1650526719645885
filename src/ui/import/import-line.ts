import { msg, str } from '@lit/localize'
import { css, html, LitElement, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { redrawOn } from '../redraw-on.ts'
import { Router } from '../router.ts'
import { controls } from '../theme/controls.ts'
import { importProgress } from './import-progress.ts'
import { type RunningImport, runningImports } from './running-imports.ts'

/** The running imports at the bottom of every page, each with its progress and *Cancel*. */
@customElement('tessera-import-line')
export class ImportLine extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block; background: var(--surface) }
      .line { position: relative; display: flex; align-items: center; gap: 12px; padding: 6px 12px 6px 20px; border-block-start: 1px solid var(--line); font-size: var(--text-s) }
      .line:last-child { padding-block-end: max(6px, env(safe-area-inset-bottom)) }
      progress { position: absolute; inset-inline: 0; inset-block-start: -1px; inline-size: 100%; block-size: 2px; appearance: none; border: 0; background: var(--line) }
      progress::-webkit-progress-bar { background: var(--line) }
      progress::-webkit-progress-value { background: var(--accent); transition: inline-size var(--quick) }
      progress::-moz-progress-bar { background: var(--accent) }
      .what { flex: 1; display: flex; flex-wrap: wrap; gap: 0 12px; min-inline-size: 0 }
      .muted { font-variant-numeric: tabular-nums; white-space: nowrap }
    `,
  ]

  #router = new Router(this)

  constructor() {
    super()
    redrawOn(this, 'tessera-imports')
  }

  #line(running: RunningImport): TemplateResult {
    const { fileName, done, total, cancel } = running
    return html`<div class="line"><progress max=${total || 1} value=${done} aria-label=${msg(str`Import of ${fileName}`)}></progress>
      <span class="what"><b class="ellipsis">${msg(str`Importing ${fileName}`)}</b><span class="muted">${importProgress(running)}</span></span>
      <button class="button plain" @click=${cancel}>${msg('Cancel')}</button></div>`
  }

  override render() {
    const { route } = this.#router
    // The import page shows its progress itself.
    const elsewhere = runningImports().filter(({ space }) => !(route.kind === 'import' && route.space === space))
    return elsewhere.map((running) => this.#line(running))
  }
}
