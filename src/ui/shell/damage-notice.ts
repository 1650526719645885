import { msg, str } from '@lit/localize'
import { LitElement, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { navigate } from '../router.ts'
import { Watched } from '../watched.ts'
import { damageSentence } from '../words/damage.ts'
import { showMessage } from './message.ts'

/** Shows a message once for each damaged space; the settings have the details. */
@customElement('tessera-damage-notice')
export class DamageNotice extends LitElement {
  /** What the newest message was about. */
  #notified = ''
  #spaces = new Watched(
    this,
    'spaces',
    () => undefined,
    () => this.#notify(),
  )
  #integrity = new Watched(
    this,
    'integrity',
    () => undefined,
    () => this.#notify(),
  )

  #notify(): void {
    const names = (this.#spaces.value ?? []).filter(({ damaged }) => damaged).map(({ name }) => name)
    const profile = this.#integrity.value?.profile ?? false
    const found = JSON.stringify([names, profile])
    if (found === this.#notified) return
    this.#notified = found
    if (names.length === 0 && !profile) return
    const sentence = damageSentence(names)
    showMessage({
      text: names.length > 0 ? msg(str`${sentence} Your other spaces work as before.`) : sentence,
      tone: 'bad',
      stays: true,
      action: { label: msg('What to do'), run: async () => navigate({ kind: 'settings' }) },
    })
  }

  override render() {
    return nothing
  }
}
