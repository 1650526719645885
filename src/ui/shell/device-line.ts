import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { hrefOf } from '../route.ts'
import { controls } from '../theme/controls.ts'
import { PAUSED, Watched } from '../watched.ts'
import { plural } from '../words/plural.ts'

/** A short status: where the data is stored and which devices are connected. */
@customElement('tessera-device-line')
export class DeviceLine extends LitElement {
  static override styles = [
    controls,
    css`:host { display: block; font-size: var(--text-xs); line-height: 1.6; color: var(--ink-2) } b { color: var(--ink); font-weight: 560 }`,
  ]

  #devices = new Watched(this, 'devices', () => (this.isConnected ? undefined : PAUSED))

  override render() {
    const devices = this.#devices.value
    if (!devices) return nothing
    const others = devices.filter(({ here }) => !here)
    const connected = others.filter((device) => device.connected).map(({ name }) => name)
    const list = new Intl.ListFormat().format(connected)
    return html`<b>${msg('Saved here')}</b><br>${
      others.length === 0
        ? html`${msg('Only on this device')} · <a href=${hrefOf({ kind: 'pair' })}>${msg('Pair')}</a>`
        : connected.length > 0
          ? msg(str`Connected to ${list}`)
          : plural(others.length, { one: msg('Your other device is offline'), other: msg('Your other devices are offline') })
    }`
  }
}
