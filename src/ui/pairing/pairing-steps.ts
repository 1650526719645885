import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import circleCheck from 'lucide-static/icons/circle-check.svg?raw'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { Pairing } from '../../engine/api/engine.ts'
import { engine } from '../engine.ts'
import { hrefOf } from '../route.ts'
import { attempt } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { formatNumber } from '../words/numbers.ts'
import { pairingFailure } from '../words/pairing-failure.ts'
import { plural } from '../words/plural.ts'
import { cardStyles } from './card-styles.ts'

/** Steps that look the same on both devices. */
export type SharedStep = Extract<Pairing, { kind: 'connecting' | 'words' | 'receiving' | 'done' | 'failed' }>

export const isShared = (pairing: Pairing): pairing is SharedStep => !['idle', 'code'].includes(pairing.kind)

/** The steps after a code was read: connecting, comparing words, receiving, and success or failure. Fires `again`, and `by-hand` for two scans. */
@customElement('tessera-pairing-steps')
export class PairingSteps extends LitElement {
  static override styles = [
    controls,
    cardStyles,
    css`
      /* The page around it has the card's margins already. */
      :host { min-block-size: 0; inline-size: 100%; padding: 0; place-items: center; overflow: visible }
      .four { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; margin-block: 4px }
      .four li { display: grid; gap: 2px; padding: 14px 16px; border-radius: var(--radius-m); background: var(--accent-soft); color: var(--ink); font-size: clamp(1.2rem, 4.4vw, 1.6rem); font-weight: 680; letter-spacing: -.01em; overflow-wrap: anywhere }
      .four small { font-weight: 500 }
      progress { inline-size: 100%; block-size: 8px; appearance: none; border: 0; border-radius: 4px; overflow: hidden; background: var(--raised) }
      progress::-webkit-progress-bar { background: var(--raised) }
      progress::-webkit-progress-value { background: var(--accent) }
      progress::-moz-progress-bar { background: var(--accent) }
      .big svg { inline-size: 44px; block-size: 44px; stroke-width: 1.5 }
      summary { cursor: pointer; min-block-size: var(--target); align-content: center; inline-size: fit-content }
      .ok { color: var(--good) }
      .no { color: var(--bad) }
      .words > .icon { justify-self: start; align-self: flex-start }
      .ways { display: flex; flex-wrap: wrap; gap: 10px; padding-block-start: 8px }
      .ways .button { flex: 1 1 auto; white-space: nowrap }
    `,
  ]

  @property({ attribute: false }) pairing!: SharedStep

  async #answer(match: boolean, words: readonly string[]): Promise<void> {
    await attempt(() => engine().call('answerWords', { match, words }))
  }

  #words({ words, other, answered }: Extract<Pairing, { kind: 'words' }>): TemplateResult {
    return html`<h1>${msg('Compare four words')}</h1>
      <p>${msg(str`Look at ${other}. Does it show the same words, in the same order?`)}</p>
      <ol class="four" aria-label=${msg('The four words')}>${words.map((word, at) => html`<li><small>${at + 1}</small>${word}</li>`)}</ol>
      ${
        answered
          ? html`<p class="pill waiting" role="status" style="align-self:start"><i></i>${msg(str`Waiting for ${other}`)}</p>`
          : html`<div class="ways"><button class="button primary large" @click=${() => this.#answer(true, words)}>${msg('They match')}</button>
            <button class="button large" @click=${() => this.#answer(false, words)}>${msg('They differ')}</button></div>
            <p class="small">${msg(str`If they match, ${other} becomes one of your devices and your spaces are copied both ways. If they differ, someone may be intercepting the connection, and nothing is shared.`)}</p>`
      }`
  }

  #receiving({ other, spaces, of }: Extract<Pairing, { kind: 'receiving' }>): TemplateResult {
    return html`<h1>${msg('Your spaces are arriving')}</h1>
      <p>${msg(str`Directly from ${other}. You can start using Tessera; the rest arrives in the background.`)}</p>
      <progress max=${of || 1} value=${spaces} aria-label=${msg('Spaces received')}></progress>
      <p class="small" role="status">${
        of > 0
          ? plural(of, {
              one: msg(str`${formatNumber(spaces)} of 1 space is here`),
              other: msg(str`${formatNumber(spaces)} of ${formatNumber(of)} spaces are here`),
            })
          : msg('Counting…')
      }</p>
      <div class="ways"><a class="button primary large" href=${hrefOf({ kind: 'spaces' })}>${msg('Open my spaces')}</a></div>`
  }

  #failed({ code, message }: Extract<Pairing, { kind: 'failed' }>): TemplateResult {
    const { heading, text } = pairingFailure(code)
    const byHand = code === 'relay-unreachable' || code === 'unreachable'
    return html`<span class="big no">${icon(triangleAlert)}</span><h1>${heading}</h1><p>${text}</p>
      ${message ? html`<details class="small muted"><summary>${msg('Details')}</summary><p>${message}</p></details>` : nothing}
      <div class="ways">
        ${code === 'code-newer' ? html`<button class="button primary large" @click=${() => location.reload()}>${msg('Reload')}</button>` : html`<button class="button primary large" @click=${() => this.dispatchEvent(new Event('again'))}>${msg('Try again')}</button>`}
        ${byHand ? html`<button class="button large" @click=${() => this.dispatchEvent(new Event('by-hand'))}>${msg('Use two scans')}</button>` : nothing}
        <a class="button plain large" href=${hrefOf({ kind: 'devices' })}>${msg('Close')}</a></div>`
  }

  #content(): TemplateResult {
    const { pairing } = this
    switch (pairing.kind) {
      case 'connecting':
        return html`<h1>${msg('Connecting')}</h1><p role="status">${msg('The devices are connecting directly. This takes a few seconds.')}</p>
          <div class="foot"><button class="button" @click=${() => attempt(() => engine().call('cancelPairing'))}>${msg('Cancel')}</button></div>`
      case 'words':
        return this.#words(pairing)
      case 'receiving':
        return this.#receiving(pairing)
      case 'done':
        return html`<span class="big ok">${icon(circleCheck)}</span><h1>${msg(str`${pairing.other} is paired`)}</h1>
          <p>${
            pairing.complete
              ? msg('Both devices now hold the same spaces and bring each other up to date, with no server between them.')
              : msg(
                  str`Your spaces are being copied to ${pairing.other}, with no server in between. Keep Tessera open on both devices until it has everything.`,
                )
          }</p>
          <div class="ways"><a class="button primary large" href=${hrefOf({ kind: 'spaces' })}>${msg('Open my spaces')}</a><a class="button large" href=${hrefOf({ kind: 'devices' })}>${msg('Devices')}</a></div>`
      case 'failed':
        return this.#failed(pairing)
    }
  }

  override render() {
    return html`<main class="card one"><div class="words" aria-live="polite">${this.#content()}</div></main>`
  }
}
