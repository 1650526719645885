import { msg } from '@lit/localize'
import { css, html, LitElement, type PropertyValues } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Strength } from './passphrase-strength.ts'

/** Fewer characters than this are refused. */
export const LEAST_CHARACTERS = 8

/** An estimate takes some 10 ms: typing does not wait for one per character. */
const PAUSE_MS = 150

const words = (passphrase: string, strength: Strength | undefined): string => {
  if (!passphrase) return msg('Four or more unrelated words are easy to remember and hard to guess.')
  if (passphrase.length < LEAST_CHARACTERS) return msg('Too short: at least 8 characters.')
  switch (strength) {
    case undefined:
      return msg('Four or more unrelated words are easy to remember and hard to guess.')
    case 0:
      return msg('Easy to guess. Add a few unrelated words.')
    case 1:
      return msg('Fair. One or two more words would make it good.')
    case 2:
      return msg('Good.')
    case 3:
      return msg('Strong. Hard to guess even with many computers.')
  }
}

export const strengthStyles = css`
  .strength { display: grid; gap: 6px }
  /* Some hints have two lines on a phone: reserve them, so that nothing below moves. */
  @media (width < 480px) { .strength .hint { min-block-size: 2lh } }
  .bars { display: grid; grid-template-columns: repeat(4, 1fr); gap: 4px }
  .bars i { block-size: 4px; border-radius: 2px; background: var(--line); transition: background var(--quick) }
  .bars i.on { background: var(--control) }
  .bars.s1 i.on { background: var(--warn) }
  .bars.s2 i.on, .bars.s3 i.on { background: var(--good) }
  @media (forced-colors: active) { .bars i.on { background: CanvasText } .bars i { border: 1px solid CanvasText } }
`

/**
 * The strength of a passphrase, as a sentence and four bars. It renders into its host's tree, so that the field can refer to the hint
 * `strength` as its description; the host has `strengthStyles`.
 */
@customElement('tessera-strength-hint')
export class StrengthHint extends LitElement {
  @property() passphrase = ''
  @state() private strength: Strength | undefined
  /** Loaded before the first character is typed. Undefined when that fails: the general advice stays. */
  readonly #estimator = import('./passphrase-strength.ts').catch(() => undefined)
  #pause: ReturnType<typeof setTimeout> | undefined

  override createRenderRoot(): this {
    return this
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#pause)
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('passphrase')) return
    clearTimeout(this.#pause)
    if (this.passphrase.length < LEAST_CHARACTERS) this.strength = undefined
    else this.#pause = setTimeout(() => void this.#estimate(this.passphrase), PAUSE_MS)
  }

  async #estimate(passphrase: string): Promise<void> {
    const estimator = await this.#estimator
    if (passphrase === this.passphrase) this.strength = estimator?.strengthOf(passphrase)
  }

  override render() {
    const { passphrase, strength } = this
    const lit = passphrase ? (strength ?? 0) : -1
    return html`<div class="strength">
      <div class="bars s${Math.max(0, lit)}" aria-hidden="true">${[0, 1, 2, 3].map((step) => html`<i class=${step <= lit ? 'on' : ''}></i>`)}</div>
      <p class="hint" id="strength" aria-live="polite">${words(passphrase, strength)}</p>
    </div>`
  }
}
