import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import alert from 'lucide-static/icons/triangle-alert.svg?raw'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { damageAdvice, damageSentence } from '../words/damage.ts'
import { formatMoment } from '../words/dates.ts'

/** The result of checking everything stored here, and what to do about damage. */
@customElement('tessera-integrity-note')
export class IntegrityNote extends LitElement {
  static override styles = [
    controls,
    css`:host { display: block } .note .icon { align-self: start; margin-block-start: 2px } .note p + p { margin-block-start: 6px }`,
  ]

  #spaces = new Watched(this, 'spaces', () => undefined)
  #integrity = new Watched(this, 'integrity', () => undefined)

  override render() {
    const integrity = this.#integrity.value
    if (!integrity) return nothing
    const { checked, profile } = integrity
    const names = (this.#spaces.value ?? []).filter(({ damaged }) => damaged).map(({ name }) => name)
    if (names.length === 0 && !profile)
      return html`<p class="hint">${checked === undefined ? msg('Checking your data…') : msg(str`Last checked ${formatMoment(checked)}. Your data is intact.`)}</p>`
    return html`<div class="note bad">${icon(alert)}<div>
      ${names.length > 0 ? html`<p><b>${damageSentence(names)}</b></p><p>${damageAdvice()}</p>` : nothing}
      ${
        profile
          ? html`<p><b>${damageSentence([])}</b></p><p>${msg('It belongs to no space: it holds keys, devices or settings. Everything that opens works as before. Pair a second device, so that there is another copy. If you did not expect this, change your passphrase.')}</p>`
          : nothing
      }</div></div>`
  }
}
