import { msg, str } from '@lit/localize'
import { html, nothing, type TemplateResult } from 'lit'
import type { Conversion } from '../../../engine/api/engine.ts'
import { formatNumber } from '../../words/numbers.ts'

/** Example values shown that do not fit a new type. */
const EXAMPLES = 3

/** How the values of a field convert to another type; undefined while they are counted. */
export const conversionNote = (conversion: Conversion | undefined): TemplateResult => {
  const kept = msg('They stay in their cells, marked, and fit again when you change the type back.')
  if (!conversion) return html`<p class="note">${msg('Values that do not fit the new type are kept.')} ${kept}</p>`
  const { filled, fits, unfitTexts } = conversion
  const missing = filled - fits
  if (missing === 0) return html`<p class="note">${msg('All values fit the new type.')}</p>`
  const examples = unfitTexts.slice(0, EXAMPLES).map(({ text }) => `“${text.length > 30 ? `${text.slice(0, 30)}…` : text}”`)
  const counts = msg(str`Values that do not fit: ${formatNumber(missing)} of ${formatNumber(filled)}.`)
  return html`<p class="note warn" role="status"><span>${counts} ${examples.length > 0 ? msg(str`For example ${examples.join(', ')}.`) : nothing} ${kept}</span></p>`
}
