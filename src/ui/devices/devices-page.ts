import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import laptop from 'lucide-static/icons/laptop.svg?raw'
import pencil from 'lucide-static/icons/pencil.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import scan from 'lucide-static/icons/scan-line.svg?raw'
import phone from 'lucide-static/icons/smartphone.svg?raw'
import tablet from 'lucide-static/icons/tablet.svg?raw'
import type { Device } from '../../engine/api/engine.ts'
import { askName } from '../dialogs/ask-name.ts'
import { engine } from '../engine.ts'
import { hrefOf } from '../route.ts'
import { attempt } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { formatMoment } from '../words/dates.ts'

/** The icon of a device, guessed from its name. */
const deviceIcon = (name: string): string =>
  /phone|pixel|galaxy|handy|mobile/i.test(name) ? phone : /pad\b|tab(let)?\b/i.test(name) ? tablet : laptop

/** This device and the other own devices. */
@customElement('tessera-devices')
export class DevicesPage extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 20px }
      header { display: flex; flex-wrap: wrap; align-items: center; gap: 10px }
      h1 { flex: 1 }
      @media (width < 720px) { h1 { flex-basis: 100% } header .button { flex: 1 1 auto; gap: 6px; padding-inline: 8px } }
      ul { border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--surface); overflow: hidden }
      li { display: flex; align-items: center; gap: 14px; padding: 14px 16px; min-block-size: 72px }
      li + li { border-block-start: 1px solid var(--line) }
      .picture { display: grid; place-items: center; inline-size: 44px; block-size: 44px; border-radius: 50%; background: var(--sunken); color: var(--ink-2); flex: none }
      .picture.here { background: var(--accent-soft); color: var(--accent) }
      .picture .icon svg { inline-size: 22px; block-size: 22px }
      .words { flex: 1; min-inline-size: 0 }
      .words b { display: block; font-weight: 600; overflow-wrap: anywhere }
      .state { display: inline-flex; align-items: center; gap: 7px; font-size: var(--text-s); color: var(--ink-2) }
      .mark.off { background: none; border: 1.5px solid var(--control) }
      .alone { display: grid; gap: 10px; padding: 24px; border-radius: var(--radius-l); background: var(--sunken); justify-items: start }
    `,
  ]

  #devices = new Watched(this, 'devices', () => undefined)

  async #rename({ id, name, here }: Device): Promise<void> {
    const given = await askName({
      heading: here ? msg('Rename this device') : msg(str`Rename “${name}”`),
      label: msg('Name'),
      action: msg('Rename'),
      value: name,
      hint: msg('All your devices show this name.'),
    })
    if (given && given !== name) await attempt(() => engine().call('renameDevice', { name: given, device: id }))
  }

  #state({ here, connected, seen }: Device): TemplateResult {
    if (here) return html`<span class="state">${msg('This device')}</span>`
    if (connected) return html`<span class="state"><i class="mark"></i>${msg('Connected')}</span>`
    return html`<span class="state"><i class="mark off"></i>${seen ? msg(str`Offline · last connected ${formatMoment(seen)}`) : msg('Not connected yet')}</span>`
  }

  #device(device: Device): TemplateResult {
    return html`<li><span class="picture ${device.here ? 'here' : ''}">${icon(deviceIcon(device.name))}</span>
      <span class="words"><b>${device.name}</b>${this.#state(device)}</span>
      <button class="button plain" aria-label=${msg(str`Rename ${device.name}`)} @click=${() => this.#rename(device)}>${icon(pencil)}<span class="verb">${msg('Rename')}</span></button></li>`
  }

  override render() {
    const devices = this.#devices.value
    if (!devices) return nothing
    const sorted = [...devices].sort(
      (a, b) => Number(b.here) - Number(a.here) || Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name),
    )
    return html`<header><h1>${msg('Devices')}</h1>
        <a class="button" href=${hrefOf({ kind: 'enter-code' })}>${icon(scan)}${msg('Scan a code')}</a>
        <a class="button primary" href=${hrefOf({ kind: 'pair' })}>${icon(plus)}${msg('Pair another device')}</a></header>
      <ul aria-label=${msg('Your devices')}>${sorted.map((device) => this.#device(device))}</ul>
      ${
        devices.length === 1
          ? html`<div class="alone"><h2>${msg('Your data is only on this device')}</h2><p class="muted">${msg('If you lose this device, you lose your data. Pair a second one: each keeps a full, encrypted copy, and they sync directly.')}</p></div>`
          : html`<p class="hint">${msg('Each device keeps a full, encrypted copy. They sync directly whenever both are online.')}</p>`
      }`
  }
}
