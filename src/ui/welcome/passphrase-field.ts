import { msg } from '@lit/localize'
import { css, html, nothing, type TemplateResult } from 'lit'
import eye from 'lucide-static/icons/eye.svg?raw'
import eyeOff from 'lucide-static/icons/eye-off.svg?raw'
import { icon } from '../theme/icon.ts'

interface PassphraseField {
  readonly id: string
  readonly label: string
  readonly autocomplete: 'new-password' | 'current-password'
  readonly shown: boolean
  readonly toggle: () => void
  readonly problem?: string | undefined
  readonly typed?: (text: string) => void
  readonly describedBy?: string
  readonly autofocus?: boolean
}

export const passphraseStyles = css`
  .passphrase { position: relative }
  .passphrase input { padding-inline-end: calc(var(--target) + 10px) }
  .passphrase .square { position: absolute; inset-inline-end: 2px; inset-block-start: 2px; }
`

/** A field for a passphrase that can be shown. It is a template, not an element, so that password managers find the input in its form. */
export const passphraseField = (field: PassphraseField): TemplateResult => html`<div class="field">
  <label for=${field.id}>${field.label}</label>
  <div class="passphrase">
    <input id=${field.id} name=${field.id} type=${field.shown ? 'text' : 'password'} autocomplete=${field.autocomplete} autocapitalize="none" spellcheck="false" required
      ?autofocus=${field.autofocus ?? false} aria-invalid=${field.problem ? 'true' : 'false'}
      aria-describedby=${[field.problem ? `${field.id}-problem` : '', field.describedBy ?? ''].join(' ').trim() || nothing}
      @input=${(event: Event) => field.typed?.((event.target as HTMLInputElement).value)}>
    <button type="button" class="square" aria-pressed=${String(field.shown)} aria-label=${msg('Show passphrase')} title=${msg('Show passphrase')} @click=${field.toggle}>
      ${icon(field.shown ? eyeOff : eye)}</button>
  </div>
  ${field.problem ? html`<p class="problem" id="${field.id}-problem">${field.problem}</p>` : nothing}
</div>`
