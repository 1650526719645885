import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { Pairing } from '../../engine/api/engine.ts'
import { engine } from '../engine.ts'
import { navigate } from '../router.ts'
import { OverdueController } from '../shell/overdue.ts'
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

type Code = Extract<Pairing, { kind: 'code' }>

/** Shows a code for another own device to scan, then the next steps of pairing. */
@customElement('tessera-show-code')
export class ShowCode extends LitElement {
  static override styles = [controls, cardStyles]

  @state() private problem: string | undefined
  /** Two scans: the camera reads the other device's answer. */
  @state() private scanning = false
  @state() private textShown = false
  #profile = new Watched(this, 'profile', () => undefined)
  #pairing = new Watched(this, 'pairing', () => undefined)
  #overdue = new OverdueController(this)
  #seconds = new EachSecond(this)

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#show(false)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // The code is a secret: it is revoked when its page is left.
    const kind = this.#pairing.value?.kind
    if (kind === 'code' || kind === 'connecting' || kind === 'words') engine().call('cancelPairing').catch(console.error)
  }

  async #show(manual: boolean): Promise<void> {
    this.problem = undefined
    this.scanning = false
    try {
      await engine().call('showCode', { manual })
    } catch (error) {
      this.problem = failureSentence(error)
    }
  }

  async #answer(text: string): Promise<void> {
    this.problem = undefined
    this.scanning = false
    try {
      await engine().call('enterCode', { text })
    } catch (error) {
      this.problem = failureSentence(error)
    }
  }

  #steps(code: Code): TemplateResult {
    const step = (number: number, words: unknown, on = false) =>
      html`<li class=${on ? 'on' : ''}><span aria-hidden="true">${number}</span><span>${words}</span></li>`
    if (code.manual)
      return html`<ol>
        ${step(1, msg('Scan this code in Tessera on your other device'), !this.scanning)}
        ${step(2, msg('Scan the code that the other device shows next'), this.scanning)}
        ${step(3, msg('Compare the four words on both devices'))}</ol>`
    return html`<ol>
      ${step(1, html`${msg('Scan the code')}<small>${code.link ? msg('On an iPhone, open Tessera first and scan from there') : msg('In Tessera on your other device')}</small>`, true)}
      ${step(2, msg('Compare the four words on both devices'))}
      ${step(3, msg('Your spaces are copied directly, both ways'))}</ol>`
  }

  #text(code: Code): TemplateResult {
    const text = code.link ?? code.text
    return html`<div class="field"><label for="code">${code.link ? msg('Link to open or paste on the other device') : msg('Code to paste on the other device')}</label>
      <textarea id="code" rows="3" readonly .value=${text} @focus=${(event: Event) => (event.target as HTMLTextAreaElement).select()}></textarea></div>`
  }

  #noAddress(): TemplateResult {
    return html`<p class="note warn">${icon(triangleAlert)}<span>${msg('A phone’s camera app cannot open this code, because this Tessera has no public address. Open Tessera on the other device first, then scan or paste this code there.')}</span></p>`
  }

  #code(code: Code): TemplateResult {
    const left = remaining(code.expires, this.#seconds.now)
    const noAddress = !code.link && !code.manual && this.#profile.value?.kind === 'open'
    const showsText = this.textShown || noAddress
    return html`<main class="card">
      ${
        this.scanning
          ? html`<div class="picture camera"><tessera-scanner @scanned=${(event: Scanned) => this.#answer(event.text)}></tessera-scanner></div>`
          : html`<div class="picture">${left ? qrCode(code.link ?? code.text, msg('Pairing code')) : nothing}</div>`
      }
      <div class="words"><h1>${this.scanning ? msg('Now scan the other device’s code') : code.manual ? msg('Pair without a network') : msg('Point your other device’s camera here')}</h1>
        <p>${msg('Your spaces are copied directly between the two devices. Nothing is stored anywhere else.')}</p>
        ${this.problem ? html`<p class="note bad" role="alert">${icon(triangleAlert)}<span>${this.problem}</span></p>` : nothing}
        ${noAddress ? this.#noAddress() : this.#steps(code)}
        ${showsText ? this.#text(code) : nothing}
        <div class="foot">
          <span class="pill waiting" role="timer">${left ? html`<i></i>${msg(str`Waiting · ${left}`)}` : msg('This code has expired')}</span>
          ${left ? html`<button class="button plain" @click=${() => copyText(code.link ?? code.text)}>${code.link ? msg('Copy link') : msg('Copy code')}</button>` : html`<button class="button primary" @click=${() => this.#show(code.manual)}>${msg('New code')}</button>`}
          ${code.manual && left && !this.scanning ? html`<button class="button primary" @click=${this.#scanAnswer}>${msg('Scan its code')}</button>` : html`<button class="button" @click=${() => navigate({ kind: 'devices' })}>${msg('Cancel')}</button>`}
        </div>
        <div class="others">
          ${showsText ? nothing : html`<button class="link" @click=${this.#showText}>${msg('No camera? Show the code as text')}</button>`}
          ${code.manual ? html`<button class="link" @click=${() => this.#show(false)}>${msg('Pair over the network instead')}</button>` : html`<button class="link" @click=${() => this.#show(true)}>${msg('No internet? Pair with two scans')}</button>`}
          ${code.manual && this.scanning ? html`<form class="field" style="flex-basis:100%" @submit=${this.#typed}><label for="answer">${msg('No camera? Paste its code')}</label><textarea id="answer" name="answer" rows="2"></textarea><button class="button" style="justify-self:start">${msg('Continue')}</button></form>` : nothing}
        </div>
      </div></main>`
  }

  #scanAnswer(): void {
    this.scanning = true
  }

  #showText(): void {
    this.textShown = true
  }

  #typed(event: SubmitEvent): void {
    event.preventDefault()
    const text = String(new FormData(event.target as HTMLFormElement).get('answer')).trim()
    if (text) void this.#answer(text)
  }

  override render() {
    const pairing = this.#pairing.value
    if (pairing?.kind === 'code') return this.#code(pairing)
    if (pairing && isShared(pairing))
      return html`<tessera-pairing-steps .pairing=${pairing} @again=${() => this.#show(false)} @by-hand=${() => this.#show(true)}></tessera-pairing-steps>`
    if (this.problem)
      return html`<main class="card one"><div class="words" role="alert"><h1>${msg('No code to show')}</h1><p>${this.problem}</p>
        <div class="foot"><button class="button primary" @click=${() => this.#show(false)}>${msg('Try again')}</button><button class="button" @click=${() => this.#show(true)}>${msg('Use two scans')}</button>
        <button class="button plain" @click=${() => navigate({ kind: 'devices' })}>${msg('Close')}</button></div></div></main>`
    return this.#overdue.is ? html`<p role="status">${msg('Creating a code…')}</p>` : nothing
  }
}
