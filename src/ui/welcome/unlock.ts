import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { engine } from '../engine.ts'
import { controls } from '../theme/controls.ts'
import { mark } from '../theme/mark.ts'
import { codeOf, failureSentence, secondsToWait } from '../words/failure.ts'
import { passphraseField, passphraseStyles } from './passphrase-field.ts'
import { sheet } from './sheet.ts'

/** Unlocks this device with its passphrase, and counts down the delay after wrong attempts. */
@customElement('tessera-unlock')
export class Unlock extends LitElement {
  static override styles = [
    controls,
    sheet,
    passphraseStyles,
    css`
      .column { inline-size: min(360px, 100%); gap: 24px }
      .tessera-mark { inline-size: 52px; block-size: 52px }
      details { font-size: var(--text-s); color: var(--ink-2) }
      summary { cursor: pointer; min-block-size: var(--target); align-content: center; inline-size: fit-content }
    `,
  ]

  /** The address had a pairing code, which is used after unlocking. */
  @property({ type: Boolean }) codeWaits = false
  /** Locked while in use: keys already typed were meant for a cell, so the field is not focused. */
  @property({ type: Boolean }) interrupted = false
  @state() private shown = false
  @state() private problem: string | undefined
  @state() private working = false
  @state() private waiting = 0
  @query('#passphrase') private input!: HTMLInputElement
  #tick: ReturnType<typeof setInterval> | undefined

  override firstUpdated(): void {
    if (!this.interrupted) this.input.focus()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearInterval(this.#tick)
  }

  #wait(seconds: number): void {
    this.waiting = Math.ceil(seconds)
    clearInterval(this.#tick)
    this.#tick = setInterval(() => {
      this.waiting -= 1
      if (this.waiting <= 0) clearInterval(this.#tick)
    }, 1000)
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault()
    if (this.working || this.waiting > 0 || !this.input.value) return
    this.working = true
    this.problem = undefined
    try {
      await engine().call('unlock', { passphrase: this.input.value })
    } catch (error) {
      const seconds = secondsToWait(error)
      if (seconds) this.#wait(seconds)
      this.problem = seconds ? undefined : failureSentence(error)
      if (codeOf(error) === 'wrong-passphrase') this.input.select()
    } finally {
      this.working = false
    }
  }

  override render() {
    const seconds = this.waiting
    return html`<main class="column">
      ${mark}
      <h1>${msg('Welcome back')}</h1>
      ${this.codeWaits ? html`<p class="note">${msg('Unlock this device to continue pairing.')}</p>` : nothing}
      ${this.interrupted ? html`<p class="note" role="status">${msg('Tessera was locked in the meantime. Unlock it to continue where you were.')}</p>` : nothing}
      <form @submit=${this.#submit}>
        <input class="visually-hidden" name="username" autocomplete="username" value="Tessera" tabindex="-1" aria-hidden="true" readonly>
        ${passphraseField({
          id: 'passphrase',
          label: msg('Passphrase'),
          autocomplete: 'current-password',
          autofocus: !this.interrupted,
          shown: this.shown,
          problem: this.problem,
          toggle: () => {
            this.shown = !this.shown
          },
        })}
        <div aria-live="polite">${seconds > 0 ? html`<p class="note">${msg(str`Too many attempts. Try again in ${seconds} s.`)}</p>` : nothing}</div>
        <button class="button primary large" aria-disabled=${String(this.working || seconds > 0)}>${this.working ? msg('Unlocking…') : msg('Unlock')}</button>
      </form>
      <details><summary>${msg('Can’t get in?')}</summary>
        <p>${msg('Check your keyboard language and Caps Lock, or look in your password manager. Your other paired devices still have everything. Without the passphrase nobody can open this one, not even us.')}</p></details>
    </main>`
  }
}
