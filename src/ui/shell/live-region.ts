import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'

/** Reads out what `announce` is given, and shows nothing. */
@customElement('tessera-live-region')
export class LiveRegion extends LitElement {
  static override styles =
    css`:host { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }`

  @state() private polite = ''
  @state() private assertive = ''

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-announce', this.#said)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-announce', this.#said)
  }

  #said = (event: Event): void => {
    const { text, urgently } = (event as CustomEvent<{ text: string; urgently: boolean }>).detail
    // The same words twice are only read again when the text differs.
    const again = (before: string) => (before === text ? `${text}\u00a0` : text)
    if (urgently) this.assertive = again(this.assertive)
    else this.polite = again(this.polite)
  }

  override render() {
    return html`<div role="status" aria-live="polite">${this.polite}</div><div role="alert">${this.assertive}</div>`
  }
}
