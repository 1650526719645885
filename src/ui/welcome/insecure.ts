import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import circleX from 'lucide-static/icons/circle-x.svg?raw'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { mark } from '../theme/mark.ts'
import { sheet } from './sheet.ts'

/** A browser feature that the page lacks. */
export type Missing = 'secure-context' | 'encryption' | 'offline-use' | 'one-writer' | 'storage' | 'camera'

/** Shown instead of the application when the browser lacks features that it needs. */
@customElement('tessera-insecure')
export class Insecure extends LitElement {
  static override styles = [
    controls,
    sheet,
    css`
      .column { inline-size: min(560px, 100%) }
      ul li { display: flex; gap: 10px; padding-block: 8px; border-block-end: 1px solid var(--line) }
      ul .icon { color: var(--bad) }
      ol { display: grid; gap: 12px; padding-inline-start: 1.3em; list-style: decimal }
      code { font-family: var(--mono); font-size: .92em; background: var(--sunken); border-radius: 4px; padding: 1px 5px; overflow-wrap: anywhere }
    `,
  ]

  @property({ attribute: false }) missing: readonly Missing[] = []

  #words(missing: Missing): string {
    const words: Record<Missing, string> = {
      'secure-context': msg('A secure address (https)'),
      encryption: msg('Encryption, without which nothing can be stored'),
      'offline-use': msg('Offline use'),
      'one-writer': msg('Safe use in several tabs'),
      storage: msg('Storage for your data'),
      camera: msg('Camera access, to scan codes'),
    }
    return words[missing]
  }

  override render() {
    const insecure = this.missing.includes('secure-context')
    return html`<main class="column">
      <div class="brand">${mark} Tessera</div>
      <h1>${insecure ? msg('This address is not secure') : msg('This browser lacks what Tessera needs')}</h1>
      <p class="lead">${
        insecure
          ? msg('Tessera was opened over plain HTTP from another machine. There, browsers disable what keeps your data safe:')
          : msg('It may be too old, or this may be a private window. Missing:')
      }</p>
      <ul>${this.missing.map((missing) => html`<li>${icon(circleX)}${this.#words(missing)}</li>`)}</ul>
      <h2>${msg('What you can do')}</h2>
      ${
        insecure
          ? html`<ol>
              <li>${msg('On the machine that serves it, open')} <code>http://localhost:${location.port || '80'}</code></li>
              <li>${msg('For other devices, give it an https address and start it with')} <code>PUBLIC_URL=https://…</code>${msg('. The README shows how; it takes minutes.')}</li>
            </ol>`
          : html`<ol><li>${msg('Use a current version of Chrome, Edge, Firefox or Safari, and no private window.')}</li></ol>`
      }
    </main>`
  }
}
