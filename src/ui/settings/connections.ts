import { msg } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { engine } from '../engine.ts'
import { attempt } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { Watched } from '../watched.ts'

/** How this device connects to others. */
@customElement('tessera-connections')
export class Connections extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 14px }
      :host([hidden]) { display: none }
      h2 { padding-block-end: 8px; border-block-end: 1px solid var(--line) }
      label { display: flex; align-items: start; gap: 12px; min-block-size: var(--target); padding-block: 6px; font-weight: 400; font-size: var(--text-m); cursor: pointer }
      input { margin-block-start: 3px }
      label span { display: grid; gap: 2px }
    `,
  ]

  #network = new Watched(this, 'network', () => undefined)

  override willUpdate(): void {
    const network = this.#network.value
    // Without a relay server there is nothing to choose, unless it was chosen before.
    this.hidden = !(network?.relays || network?.onlyRelayed)
  }

  override render() {
    const network = this.#network.value
    if (!network || this.hidden) return nothing
    return html`<h2>${msg('Connections')}</h2>
      <label><input type="checkbox" ?checked=${network.onlyRelayed} @change=${(event: Event) =>
        attempt(() => engine().call('setOnlyRelayed', { only: (event.target as HTMLInputElement).checked }))}>
        <span>${msg('Connect only through the relay server')}
          <span class="hint">${msg('Your other devices never see this device’s network address. Data stays encrypted. Connections are slower.')}</span></span></label>
      ${network.relays ? nothing : html`<p class="note warn">${msg('There is no relay server, so this device cannot connect to others. Turn this off, or ask the person who runs your server to set one up.')}</p>`}`
  }
}
