import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import download from 'lucide-static/icons/download.svg?raw'
import lockIcon from 'lucide-static/icons/lock.svg?raw'
import { engine } from '../engine.ts'
import { changePreferences, type Preferences, readPreferences } from '../preferences.ts'
import { redrawOn } from '../redraw-on.ts'
import { canInstall, install, isInstalled } from '../shell/install.ts'
import { lock } from '../shell/lock.ts'
import { attempt, showMessage } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { formatBytes } from '../words/numbers.ts'
import './change-passphrase.ts'
import './connections.ts'
import './integrity-note.ts'

/** Appearance, lock, connections and storage on this device. */
@customElement('tessera-settings')
export class SettingsPage extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 32px; max-inline-size: 640px }
      h1 { min-block-size: var(--target); align-content: center }
      section { display: grid; gap: 14px; justify-items: start }
      section > * { max-inline-size: 100% }
      h2 { inline-size: 100%; padding-block-end: 8px; border-block-end: 1px solid var(--line) }
      fieldset { border: 0; padding: 0; margin: 0 }
      legend { padding: 0; margin-block-end: 6px; font-size: var(--text-s); font-weight: 560 }
      .segments { display: inline-flex; padding: 3px; gap: 2px; border-radius: var(--radius-m); background: var(--sunken); border: 1px solid var(--line) }
      .segments label { position: relative; display: grid; place-items: center; min-block-size: var(--target); padding-inline: 16px; border-radius: 7px; font-weight: 500; color: var(--ink-2); cursor: pointer }
      .segments label:has(:checked) { background: var(--surface); color: var(--ink); box-shadow: 0 1px 3px rgb(0 0 0 / .12); font-weight: 600 }
      .segments label:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 1px }
      .segments input { position: absolute; inset: 0; opacity: 0; inline-size: 100%; block-size: 100%; cursor: pointer }
      .ways { display: flex; flex-wrap: wrap; gap: 10px }
      meter { inline-size: min(320px, 100%); block-size: 10px }
      @media (forced-colors: active) { .segments label:has(:checked) { outline: 2px solid Highlight } }
    `,
  ]

  @state() private preferences: Preferences = readPreferences()
  @state() private changing = false
  #storage = new Watched(this, 'storage', () => undefined)

  constructor() {
    super()
    redrawOn(this, 'tessera-installable')
  }

  #set(change: Partial<Preferences>): void {
    changePreferences(change)
    this.preferences = readPreferences()
  }

  #segments<K extends keyof Preferences>(
    key: K,
    legend: string,
    choices: readonly (readonly [Preferences[K], string])[],
  ): TemplateResult {
    return html`<fieldset><legend>${legend}</legend><div class="segments">${choices.map(
      ([value, label]) =>
        html`<label>${label}<input type="radio" name=${key} ?checked=${this.preferences[key] === value} @change=${() => this.#set({ [key]: value })}></label>`,
    )}</div></fieldset>`
  }

  async #persist(): Promise<void> {
    const kept = await engine().call('persistStorage')
    showMessage({
      text: kept
        ? msg('The browser will keep your data.')
        : msg('The browser declined. Install Tessera or use it for a few days, then ask again.'),
    })
  }

  #kept(): TemplateResult | typeof nothing {
    const storage = this.#storage.value
    if (!storage) return nothing
    const { persisted, used, available } = storage
    const share = used / Math.max(1, used + available)
    return html`<section><h2>${msg('Storage')}</h2>
      <tessera-integrity-note></tessera-integrity-note>
      <p>${
        persisted
          ? msg('The browser keeps your data until you delete it.')
          : msg('The browser may delete your data when this device runs out of space. Ask it not to, and pair a second device.')
      }</p>
      ${persisted ? nothing : html`<button class="button" @click=${() => attempt(() => this.#persist())}>${msg('Ask the browser to keep it')}</button>`}
      <meter min="0" max="1" high="0.9" value=${share} aria-label=${msg('Space used')}></meter>
      <p class="hint">${msg(str`${formatBytes(used)} used, ${formatBytes(available)} available.`)}${share > 0.9 ? html` <b>${msg('Almost full. Free some space on this device.')}</b>` : nothing}</p></section>`
  }

  #lock(): TemplateResult {
    return html`<section><h2>${msg('Lock')}</h2>
      <p class="muted">${msg('While locked, nothing here can be read. Reloading the page locks it too.')}</p>
      <div class="ways"><button class="button" @click=${lock}>${icon(lockIcon)}${msg('Lock now')}</button>
        ${
          this.changing
            ? nothing
            : html`<button class="button" @click=${() => {
                this.changing = true
              }}>${msg('Change passphrase…')}</button>`
        }</div>
      ${
        this.changing
          ? html`<tessera-change-passphrase @done=${() => {
              this.changing = false
            }}></tessera-change-passphrase>`
          : nothing
      }</section>`
  }

  override render() {
    return html`<h1>${msg('Settings')}</h1>
      <section><h2>${msg('Appearance')}</h2>
        ${this.#segments('theme', msg('Theme'), [
          ['system', msg('System')],
          ['light', msg('Light')],
          ['dark', msg('Dark')],
        ])}
        ${this.#segments('density', msg('Row height'), [
          ['comfortable', msg('Comfortable')],
          ['compact', msg('Compact')],
        ])}</section>
      ${this.#lock()}<tessera-connections></tessera-connections>${this.#kept()}
      ${
        canInstall() && !isInstalled()
          ? html`<section><h2>${msg('Install')}</h2><p class="muted">${msg('Opens from your home screen or dock, and browsers are less likely to delete its data.')}</p>
            <button class="button" @click=${() => attempt(install)}>${icon(download)}${msg('Install Tessera')}</button></section>`
          : nothing
      }
      <section><h2>${msg('About')}</h2><p class="muted">${msg('Tessera is a private database that lives on your own devices. No account, no server with your data, no tracking. Free software under the MIT licence.')}</p></section>`
  }
}
