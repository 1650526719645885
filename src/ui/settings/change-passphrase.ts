import { msg } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { engine } from '../engine.ts'
import { showMessage } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { passphraseField, passphraseStyles } from '../welcome/passphrase-field.ts'
import '../welcome/strength-hint.ts'
import { LEAST_CHARACTERS, strengthStyles } from '../welcome/strength-hint.ts'
import { codeOf, failureSentence } from '../words/failure.ts'

/** Changes the passphrase. Fires `done` when it is changed or cancelled. */
@customElement('tessera-change-passphrase')
export class ChangePassphrase extends LitElement {
  static override styles = [
    controls,
    passphraseStyles,
    strengthStyles,
    css`:host { display: block; inline-size: min(420px, 100%) } form { display: grid; gap: 16px } .ways { display: flex; gap: 10px }`,
  ]

  @state() private shown = false
  @state() private fresh = ''
  @state() private working = false
  @state() private problem: { readonly at: 'from' | 'to' | 'again' | 'form'; readonly text: string } | undefined

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const given = new FormData(event.target as HTMLFormElement)
    const [from, to] = [String(given.get('from')), String(given.get('to'))]
    if (to.length < LEAST_CHARACTERS) return this.#refuse('to', msg('Too short: at least 8 characters.'))
    if (to !== given.get('again')) return this.#refuse('again', msg('The two passphrases differ.'))
    this.problem = undefined
    this.working = true
    try {
      await engine().call('changePassphrase', { from, to })
      showMessage({ text: msg('Passphrase changed. The old one no longer opens this device.') })
      this.dispatchEvent(new Event('done'))
    } catch (error) {
      this.#refuse(codeOf(error) === 'wrong-passphrase' ? 'from' : 'form', failureSentence(error))
    } finally {
      this.working = false
    }
  }

  #refuse(at: 'from' | 'to' | 'again' | 'form', text: string): void {
    this.problem = { at, text }
    this.renderRoot.querySelector<HTMLInputElement>(`#${at}`)?.focus()
  }

  override render() {
    const problem = (at: 'from' | 'to' | 'again') => (this.problem?.at === at ? this.problem.text : undefined)
    const toggle = () => {
      this.shown = !this.shown
    }
    return html`<form @submit=${this.#submit}>
      <input class="visually-hidden" name="username" autocomplete="username" value="Tessera" tabindex="-1" aria-hidden="true" readonly>
      ${passphraseField({ id: 'from', label: msg('Current passphrase'), autocomplete: 'current-password', shown: this.shown, toggle, problem: problem('from'), autofocus: true })}
      ${passphraseField({
        id: 'to',
        label: msg('New passphrase'),
        autocomplete: 'new-password',
        shown: this.shown,
        toggle,
        problem: problem('to'),
        describedBy: 'strength',
        typed: (text) => {
          this.fresh = text
        },
      })}
      <tessera-strength-hint .passphrase=${this.fresh}></tessera-strength-hint>
      ${passphraseField({ id: 'again', label: msg('Repeat new passphrase'), autocomplete: 'new-password', shown: this.shown, toggle, problem: problem('again') })}
      ${this.problem?.at === 'form' ? html`<p class="problem" role="alert">${this.problem.text}</p>` : nothing}
      <div class="ways"><button class="button primary" aria-disabled=${String(this.working)}>${this.working ? msg('Changing…') : msg('Change passphrase')}</button>
        <button type="button" class="button plain" @click=${() => this.dispatchEvent(new Event('done'))}>${msg('Cancel')}</button></div>
    </form>`
  }
}
