import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'

/** Makes screen readers read the texts given to `announce`; invisible. */
@customElement('tessera-live-region')
export class LiveRegion extends LitElement {
  static override styles =
    css`:host { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }`

  @state() private polite = ''
  @state() private assertive = ''

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-announce', this.#announced)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-announce', this.#announced)
  }

  #announced = (event: Event): void => {
    const { text, urgently } = (event as CustomEvent<{ text: string; urgently: boolean }>).detail
    // Screen readers skip a text that did not change.
    const again = (before: string) => (before === text ? `${text}\u00a0` : text)
    if (urgently) this.assertive = again(this.assertive)
    else this.polite = again(this.polite)
  }

  override render() {
    return html`<div role="status" aria-live="polite">${this.polite}</div><div role="alert">${this.assertive}</div>`
  }
}
