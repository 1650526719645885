import { msg } from '@lit/localize'
import { css, html, type TemplateResult } from 'lit'
import { LEAST_CHARACTERS, type Strength, strengthOf } from './passphrase-strength.ts'

const words = (passphrase: string, strength: Strength): string => {
  if (!passphrase) return msg('Four or more unrelated words are easy to remember and hard to guess.')
  if (passphrase.length < LEAST_CHARACTERS) return msg('Too short: at least 8 characters.')
  const hints: Record<Strength, string> = {
    0: msg('Easy to guess. Add a few unrelated words.'),
    1: msg('Fair. One or two more words would make it good.'),
    2: msg('Good.'),
    3: msg('Strong. Hard to guess even with many computers.'),
  }
  return hints[strength]
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

/** The strength of a passphrase, as a sentence and four bars. */
export const strengthHint = (id: string, passphrase: string): TemplateResult => {
  const strength = passphrase.length < LEAST_CHARACTERS ? 0 : strengthOf(passphrase)
  return html`<div class="strength">
    <div class="bars s${strength}" aria-hidden="true">${[0, 1, 2, 3].map((step) => html`<i class=${passphrase && step <= strength ? 'on' : ''}></i>`)}</div>
    <p class="hint" id=${id} aria-live="polite">${words(passphrase, strength)}</p>
  </div>`
}
