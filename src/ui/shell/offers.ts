import { msg } from '@lit/localize'
import { LitElement, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { showMessage } from './message.ts'

/** Offers to update when a new version is ready. */
@customElement('tessera-offers')
export class Offers extends LitElement {
  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-update-ready', this.#updateReady)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-update-ready', this.#updateReady)
  }

  #updateReady = (event: Event): void => {
    const { apply } = (event as CustomEvent<{ apply: () => void }>).detail
    showMessage({
      text: msg('A new version of Tessera is ready.'),
      stays: true,
      action: { label: msg('Update'), run: async () => apply() },
    })
  }

  override render() {
    return nothing
  }
}
