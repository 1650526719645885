import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { Pairing } from '../../engine/api/engine.ts'
import { useArrivedCode } from '../arrived-code.ts'
import { engine } from '../engine.ts'
import { navigate } from '../router.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { failureSentence } from '../words/failure.ts'
import { cardStyles } from './card-styles.ts'
import { copyText } from './copy-text.ts'
import { EachSecond, remaining } from './countdown.ts'
import { isShared } from './pairing-steps.ts'
import { qrCode } from './qr-code.ts'
import type { Scanned } from './scanner.ts'
import './pairing-steps.ts'
import './scanner.ts'

/** A code that is used only after the person agrees. */
interface CodeToConfirm {
  readonly text: string
  readonly foreignRelay: string | undefined
}

/**
 * Reads a code of another own device: from the camera, pasted, or from the address. A code from the address, or with a relay that
 * is not this app's own, needs consent before the network is used, since anybody can send a link.
 */
@customElement('tessera-enter-code')
export class EnterCode extends LitElement {
  static override styles = [controls, cardStyles]

  @state() private problem: string | undefined
  @state() private working = false
  @state() private toConfirm: CodeToConfirm | undefined
  /** Whether a code was entered here; an older pairing is not shown. */
  @state() private begun = false
  #pairing = new Watched(this, 'pairing', () => undefined)
  #seconds = new EachSecond(this)

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-code-arrived', this.#arrived)
    this.#arrived()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-code-arrived', this.#arrived)
    const kind = this.#pairing.value?.kind
    if (this.begun && (kind === 'code' || kind === 'connecting' || kind === 'words'))
      engine().call('cancelPairing').catch(console.error)
  }

  #arrived = (): void => {
    const code = useArrivedCode()
    if (code) void this.#inspect(code, { byAddress: true })
  }

  async #inspect(text: string, { byAddress = false } = {}): Promise<void> {
    if (this.working) return
    this.toConfirm = undefined
    try {
      const { foreignRelay } = await engine().call('inspectCode', { text })
      if (!byAddress && foreignRelay === undefined) return await this.#enter(text)
      this.toConfirm = { text, foreignRelay }
    } catch (error) {
      this.problem = failureSentence(error)
    }
  }

  async #enter(text: string): Promise<void> {
    if (this.working) return
    this.working = true
    this.problem = undefined
    this.toConfirm = undefined
    try {
      await engine().call('enterCode', { text })
      this.begun = true
    } catch (error) {
      this.problem = failureSentence(error)
      this.begun = false
    } finally {
      this.working = false
    }
  }

  #typed(event: SubmitEvent): void {
    event.preventDefault()
    const text = String(new FormData(event.target as HTMLFormElement).get('code')).trim()
    if (text) void this.#inspect(text)
  }

  /** Enter submits: a code has no line breaks. */
  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    ;(event.currentTarget as HTMLTextAreaElement).form?.requestSubmit()
  }

  #again(): void {
    this.begun = false
    this.problem = undefined
  }

  #ask(): TemplateResult {
    return html`<main class="card">
      <div class="picture camera">${this.working ? html`<p role="status">${msg('Reading the code…')}</p>` : html`<tessera-scanner @scanned=${(event: Scanned) => this.#inspect(event.text)}></tessera-scanner>`}</div>
      <div class="words"><h1>${msg('Scan the code on your other device')}</h1>
        <p>${msg('On the other device, open Devices and choose “Pair another device”. Then point this camera at the code.')}</p>
        ${this.problem ? html`<p class="note bad" role="alert">${icon(triangleAlert)}<span>${this.problem}</span></p>` : nothing}
        <form class="field" @submit=${this.#typed}>
          <label for="code">${msg('No camera? Paste the link or code')}</label>
          <textarea id="code" name="code" rows="3" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="go" required @keydown=${this.#pressed}></textarea>
          <div class="foot"><button class="button primary" aria-disabled=${String(this.working)}>${msg('Continue')}</button>
          <button type="button" class="button plain" @click=${() => navigate({ kind: 'devices' })}>${msg('Cancel')}</button></div>
        </form>
      </div></main>`
  }

  #question({ text, foreignRelay }: CodeToConfirm): TemplateResult {
    return html`<main class="card one"><div class="words"><h1>${msg('Pair with another device?')}</h1>
      <p class="lead"><b>${msg('Everything on this device will be copied to the other device.')}</b> ${msg('Only continue if you are holding both.')}</p>
      ${foreignRelay === undefined ? nothing : html`<p class="note warn">${icon(triangleAlert)}<span>${msg(str`The code connects through ${foreignRelay}, which is not this app’s server. Do not continue if you don’t know it.`)}</span></p>`}
      <div class="foot"><button class="button primary large" @click=${() => this.#enter(text)}>${msg('Continue')}</button>
        <button class="button plain large" @click=${() => navigate({ kind: 'spaces' })}>${msg('Cancel')}</button></div></div></main>`
  }

  #answer(code: Extract<Pairing, { kind: 'code' }>): TemplateResult {
    const left = remaining(code.expires, this.#seconds.now)
    return html`<main class="card"><div class="picture">${left ? qrCode(code.text, msg('Reply code')) : nothing}</div>
      <div class="words"><h1>${msg('Scan this with the first device')}</h1>
        <p>${msg('On the first device, choose “Scan its code”. Then both devices show four words.')}</p>
        <div class="field"><label for="text">${msg('No camera there? Paste this code')}</label><textarea id="text" rows="3" readonly .value=${code.text} @focus=${(event: Event) => (event.target as HTMLTextAreaElement).select()}></textarea></div>
        <div class="foot"><span class="pill waiting" role="timer">${left ? html`<i></i>${msg(str`Waiting · ${left}`)}` : msg('This code has expired')}</span>
          ${left ? html`<button class="button plain" @click=${() => copyText(code.text)}>${msg('Copy code')}</button>` : html`<button class="button primary" @click=${this.#again}>${msg('Scan again')}</button>`}
          <button class="button" @click=${() => navigate({ kind: 'devices' })}>${msg('Cancel')}</button></div>
      </div></main>`
  }

  override render() {
    if (this.toConfirm) return this.#question(this.toConfirm)
    const pairing = this.#pairing.value
    if (!this.begun || !pairing || pairing.kind === 'idle') return this.#ask()
    if (pairing.kind === 'code') return this.#answer(pairing)
    return isShared(pairing)
      ? html`<tessera-pairing-steps .pairing=${pairing} @again=${this.#again} @by-hand=${this.#again}></tessera-pairing-steps>`
      : nothing
  }
}
