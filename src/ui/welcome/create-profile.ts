import { msg } from '@lit/localize'
import { html, LitElement, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import { engine } from '../engine.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { failureSentence } from '../words/failure.ts'
import { passphraseField, passphraseStyles } from './passphrase-field.ts'
import { sheet } from './sheet.ts'
import './strength-hint.ts'
import { LEAST_CHARACTERS, strengthStyles } from './strength-hint.ts'

/** A suggestion for this device's name. */
const guessDeviceName = (userAgent: string): string => {
  if (/iPhone/.test(userAgent)) return 'iPhone'
  if (/iPad/.test(userAgent)) return 'iPad'
  if (/Android/.test(userAgent)) return /Mobile/.test(userAgent) ? msg('Phone') : msg('Tablet')
  if (/Mac OS X/.test(userAgent)) return 'Mac'
  return msg('Laptop')
}

/** Sets this device's name and passphrase. Fires `back`. */
@customElement('tessera-create-profile')
export class CreateProfile extends LitElement {
  static override styles = [controls, sheet, passphraseStyles, strengthStyles]

  /** Whether the next step is pairing. */
  @property({ type: Boolean }) pairing = false
  @state() private shown = false
  @state() private passphrase = ''
  @state() private problem: { readonly at: 'passphrase' | 'again' | 'form'; readonly text: string } | undefined
  @state() private working = false

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    if (this.working) return
    const given = new FormData(event.target as HTMLFormElement)
    const passphrase = String(given.get('passphrase'))
    const name = String(given.get('device')).trim() || guessDeviceName(navigator.userAgent)
    if (passphrase.length < LEAST_CHARACTERS) return this.#refuse('passphrase', msg('Too short: at least 8 characters.'))
    if (passphrase !== given.get('again')) return this.#refuse('again', msg('The two passphrases differ.'))
    this.problem = undefined
    this.working = true
    try {
      await engine().call('createProfile', { name, passphrase })
    } catch (error) {
      this.problem = { at: 'form', text: failureSentence(error) }
    } finally {
      this.working = false
    }
  }

  #refuse(at: 'passphrase' | 'again', text: string): void {
    this.problem = { at, text }
    this.renderRoot.querySelector<HTMLInputElement>(`#${at}`)?.focus()
  }

  #problem(at: 'passphrase' | 'again'): string | undefined {
    return this.problem?.at === at ? this.problem.text : undefined
  }

  override render() {
    const toggle = () => {
      this.shown = !this.shown
    }
    return html`<main class="column">
      <button class="button plain" style="justify-self:start;margin-inline-start:-14px" @click=${() => this.dispatchEvent(new Event('back'))}>${icon(arrowLeft)}${msg('Back')}</button>
      <h1>${this.pairing ? msg('First, lock this device') : msg('Name and lock this device')}</h1>
      <p class="lead">${
        this.pairing
          ? msg(
              'Data from your other device is encrypted with this passphrase as it arrives. It may differ from the passphrase there.',
            )
          : msg('Everything on this device is encrypted with your passphrase, which never leaves it.')
      }</p>
      <form @submit=${this.#submit}>
        <div class="field">
          <label for="device">${msg('Device name')}</label>
          <input id="device" name="device" autocomplete="off" maxlength="80" .defaultValue=${guessDeviceName(navigator.userAgent)}>
        </div>
        <input class="visually-hidden" name="username" autocomplete="username" value="Tessera" tabindex="-1" aria-hidden="true" readonly>
        ${passphraseField({
          id: 'passphrase',
          label: msg('Passphrase'),
          autocomplete: 'new-password',
          shown: this.shown,
          toggle,
          problem: this.#problem('passphrase'),
          describedBy: 'strength',
          typed: (text) => {
            this.passphrase = text
          },
        })}
        <tessera-strength-hint .passphrase=${this.passphrase}></tessera-strength-hint>
        ${passphraseField({ id: 'again', label: msg('Repeat passphrase'), autocomplete: 'new-password', shown: this.shown, toggle, problem: this.#problem('again') })}
        <p class="note warn">${icon(triangleAlert)}<span>${msg('A forgotten passphrase cannot be recovered: without it nobody can open this device, not even us. Write it down or save it in your password manager.')}</span></p>
        ${this.problem?.at === 'form' ? html`<p class="note bad" role="alert">${icon(triangleAlert)}<span>${this.problem.text}</span></p>` : nothing}
        <button class="button primary large" aria-disabled=${String(this.working)}>${this.working ? msg('Locking…') : msg('Continue')}</button>
      </form>
    </main>`
  }
}
