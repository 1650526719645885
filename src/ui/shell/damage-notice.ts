import { msg, str } from '@lit/localize'
import { LitElement, nothing } from 'lit'
import { customElement } from 'lit/decorators.js'
import { navigate } from '../router.ts'
import { Watched } from '../watched.ts'
import { damageSentence } from '../words/damage.ts'
import { showMessage } from './message.ts'

/** Tells once of each space that does not match what Tessera stored; the settings say more. */
@customElement('tessera-damage-notice')
export class DamageNotice extends LitElement {
  #told = ''
  #spaces = new Watched(
    this,
    'spaces',
    () => undefined,
    () => this.#tell(),
  )
  #integrity = new Watched(
    this,
    'integrity',
    () => undefined,
    () => this.#tell(),
  )

  #tell(): void {
    const names = (this.#spaces.value ?? []).filter(({ damaged }) => damaged).map(({ name }) => name)
    const profile = this.#integrity.value?.profile ?? false
    const found = JSON.stringify([names, profile])
    if (found === this.#told) return
    this.#told = found
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
