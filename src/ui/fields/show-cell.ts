import { msg, str } from '@lit/localize'
import { css, html, nothing, type TemplateResult } from 'lit'
import square from 'lucide-static/icons/square.svg?raw'
import squareCheck from 'lucide-static/icons/square-check-big.svg?raw'
import type { Cell, Field } from '../../engine/api/engine.ts'
import { hueOf, hueStyle } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'
import { formatDate } from '../words/dates.ts'
import { formatNumber } from '../words/numbers.ts'

export const cellStyles = css`
  .check { display: inline-flex; color: var(--ink-3) }
  .check.on { color: var(--accent) }
  .unfit { color: var(--ink-2); text-decoration: underline dotted var(--warn); text-underline-offset: .2em }
`

/** The content of a cell that is not edited. */
export const showCell = (field: Field, cell: Cell | undefined): TemplateResult | string | typeof nothing => {
  if (field.type === 'checkbox' && cell?.kind !== 'unfit') return checkbox(cell?.kind === 'value' && cell.value === true)
  if (!cell) return nothing
  if (cell.kind === 'unfit')
    return html`<span class="unfit" title=${msg('This text does not fit the column’s type. It is kept as typed.')}>${cell.text}</span>`
  if (cell.kind === 'links') return html`${cell.links.map(linkChip)}`
  if (cell.kind !== 'value') return cell.text
  if (field.type === 'choice') return choiceChip(field, String(cell.value))
  return textOf(field, cell)
}

const checkbox = (on: boolean): TemplateResult =>
  html`<span class="check ${on ? 'on' : ''}">${icon(on ? squareCheck : square)}<span class="visually-hidden">${on ? msg('Yes') : msg('No')}</span></span>`

type Link = Extract<Cell, { kind: 'links' }>['links'][number]

/** The name of a linked record, or why it has none here. */
export const linkLabel = ({ label, state, was }: Link): string => {
  if (label !== undefined) return label || msg('Unnamed')
  if (state === 'trashed') return was ? msg(str`${was} (in the trash)`) : msg('In the trash')
  return state === 'purged' ? msg('Deleted') : msg('Not arrived yet')
}

/** The chip of a linked record. */
export const linkChip = (link: Link): TemplateResult =>
  link.label === undefined
    ? html`<span class="chip"><span>${linkLabel(link)}</span></span>`
    : html`<span class="chip" style=${hueStyle(hueOf(link.id))}><span>${linkLabel(link)}</span></span>`

const choiceChip = (field: Field, value: string): TemplateResult | string => {
  const option = field.options.find(({ id }) => id === value)
  return option ? html`<span class="chip" style=${hueStyle(option.colour)}><span>${option.name}</span></span>` : ''
}

/** A cell as plain text, to copy or to edit it. */
export const textOf = (field: Field, cell: Cell | undefined): string => {
  if (!cell) return ''
  if (cell.kind === 'unfit') return cell.text
  if (cell.kind === 'links') return cell.links.map(({ label }) => label ?? '').join(', ')
  if (cell.kind !== 'value') return cell.text
  switch (field.type) {
    case 'number':
      return typeof cell.value === 'number' ? formatNumber(cell.value) : String(cell.value)
    case 'date':
      return formatDate(String(cell.value))
    case 'choice':
      return field.options.find(({ id }) => id === cell.value)?.name ?? ''
    default:
      return String(cell.value)
  }
}
