import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import '../parts/dialog.ts'
import type { Dialog } from '../parts/dialog.ts'
import { controls } from '../theme/controls.ts'

export interface NameQuestion {
  readonly heading: string
  readonly label: string
  readonly action: string
  readonly value?: string
  readonly hint?: string
  /** A warning about a name that is allowed but may be a mistake. */
  readonly warning?: (name: string) => string | undefined
}

/** Asks for one name. */
@customElement('tessera-ask-name')
class AskName extends LitElement {
  static override styles = [controls, css`form { padding-block-start: 4px }`]

  @property({ attribute: false }) question!: NameQuestion
  @property({ attribute: false }) answer: (name: string | undefined) => void = () => {}
  @state() private missing = false
  @state() private warning: string | undefined
  @query('tessera-dialog') private dialog!: Dialog
  @query('input') private input!: HTMLInputElement

  override firstUpdated(): void {
    void this.updateComplete.then(() => {
      this.dialog.open()
      this.input.select()
    })
  }

  #typed(): void {
    this.missing = false
    this.warning = this.question.warning?.(this.input.value.trim())
  }

  #submit(event: Event): void {
    event.preventDefault()
    const name = this.input.value.trim()
    this.missing = !name
    if (!name) return this.input.focus()
    this.answer(name)
    this.dialog.close()
  }

  override render() {
    const { heading, label, action, value = '', hint } = this.question
    return html`<tessera-dialog .heading=${heading} @closed=${() => this.answer(undefined)}>
      <form id="form" class="field" @submit=${this.#submit}>
        <label for="name">${label}</label>
        <input id="name" .value=${value} autocomplete="off" enterkeyhint="done" autofocus aria-invalid=${String(this.missing)} aria-describedby="hint" @input=${this.#typed}>
        <p id="hint" class=${this.missing ? 'problem' : 'hint'}>${this.missing ? msg('Give it a name first.') : (this.warning ?? hint)}</p>
      </form>
      <button slot="foot" class="button plain" @click=${() => this.dialog.close()}>${msg('Cancel')}</button>
      <button slot="foot" class="button primary" @click=${this.#submit}>${action}</button>
    </tessera-dialog>`
  }
}

/** Opens the dialog; resolves to the trimmed name, or undefined when it is cancelled. */
export const askName = (question: NameQuestion): Promise<string | undefined> =>
  new Promise((resolve) => {
    const element = new AskName()
    element.question = question
    element.answer = (name) => {
      resolve(name)
      // The dialog restores the focus first.
      setTimeout(() => element.remove())
    }
    document.body.append(element)
  })
