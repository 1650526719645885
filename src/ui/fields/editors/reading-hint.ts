import { msg } from '@lit/localize'
import { css, html, nothing, type TemplateResult } from 'lit'
import type { Reading } from './read-value.ts'

/** Styles of the popover that contains the hint. */
export const hintStyles = css`
  .hint { position: fixed; inset: auto; margin: 0; padding: 6px; min-inline-size: min(200px, var(--anchor, 200px)); max-inline-size: min(340px, calc(100vw - 16px)); border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); color: var(--ink); box-shadow: var(--shadow); font-size: var(--text-s); font-weight: 400; line-height: 1.4; text-align: start; white-space: normal }
  .hint > :is(p, div) { padding: 4px 8px }
  .hint > [role='listbox'] { padding: 0 }
  .hint b { font-weight: 620; font-variant-numeric: tabular-nums }
  .hint .bad { color: var(--bad) }
  .hint [role='option'] { display: flex; justify-content: space-between; align-items: center; gap: 16px; min-block-size: var(--target); padding: 4px 8px; border-radius: var(--radius-s); cursor: pointer }
  .hint [aria-selected='true'] { background: var(--accent-soft) }
  .hint kbd { font: inherit; font-size: var(--text-xs); color: var(--ink-2) }
`

interface ReadingHint {
  readonly reading: Reading
  readonly text: string
  /** The highlighted one of several readings. */
  readonly way: number
  /** Whether a refused text is announced as an alert. */
  readonly isAlert: boolean
  readonly choose: (way: number) => void
}

/** How a typed text will be read: the value, a choice of several, or why it does not fit. Nothing when it is read as typed. */
export const readingHint = ({ reading, text, way, isAlert, choose }: ReadingHint): TemplateResult | typeof nothing => {
  if (reading.kind === 'unfit') return html`<p>${reading.problem} ${msg('It will stay here as text, marked.')}</p>`
  if (reading.kind === 'refused') return html`<p class="bad" role=${isAlert ? 'alert' : nothing}>${reading.problem}</p>`
  const [only, ...more] = reading.ways
  if (more.length === 0) return only.shown === text.trim() ? nothing : html`<p>${msg('Reads as')} <b>${only.shown}</b></p>`
  const keyOf = (at: number) => (at === way ? msg('Enter') : at > way ? '↓' : '↑')
  return html`<p id="which">${msg('This can be read in two ways:')}</p><div role="listbox" aria-labelledby="which">${reading.ways.map(
    ({ shown }, at) =>
      html`<div role="option" aria-selected=${String(at === way)} @click=${() => choose(at)}><b>${shown}</b><kbd>${keyOf(at)}</kbd></div>`,
  )}</div>`
}
