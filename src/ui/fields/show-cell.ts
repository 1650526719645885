import { msg, str } from '@lit/localize'
import { css, html, nothing, type TemplateResult } from 'lit'
import square from 'lucide-static/icons/square.svg?raw'
import squareCheck from 'lucide-static/icons/square-check-big.svg?raw'
import star from 'lucide-static/icons/star.svg?raw'
import type { Cell, Field, FieldType } from '../../engine/api/engine.ts'
import { hueOf, hueStyle } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'
import { deviceZone, formatDateTime } from '../words/date-times.ts'
import { formatDate } from '../words/dates.ts'
import { editableDuration, formatDuration } from '../words/durations.ts'
import { editableNumber, formatNumber, formatNumberOf, shiftDecimal } from '../words/numbers.ts'
import { editableDateTime } from '../words/typed-date-times.ts'
import { ratingMax } from './rating.ts'

export const cellStyles = css`
  .check { display: inline-flex; color: var(--ink-3) }
  .check.on { color: var(--accent) }
  .stars { display: inline-flex; vertical-align: middle; gap: 1px; color: var(--accent); --icon: 15px }
  .stars .on svg { fill: currentColor }
  .stars .off { color: var(--line-strong) }
  .swatch-of { display: inline-flex; vertical-align: middle; align-items: center; gap: 8px; min-inline-size: 0 }
  .swatch-of i { flex: none; inline-size: 18px; block-size: 18px; border-radius: 5px; border: 1px solid color-mix(in oklab, var(--ink) 18%, transparent) }
  .unfit { color: var(--ink-2); text-decoration: underline dotted var(--warn); text-underline-offset: .2em }
`

/** The content of a cell that is not edited. */
export const showCell = (field: Field, cell: Cell | undefined): TemplateResult | string | typeof nothing => {
  if (field.type === 'checkbox' && cell?.kind !== 'unfit') return checkbox(cell?.kind === 'value' && cell.value === true)
  if (!cell) return nothing
  if (cell.kind === 'unfit')
    return html`<span class="unfit" title=${msg('This text does not fit the column’s type. It is kept as typed.')}>${cell.text}</span>`
  if (cell.kind === 'links') return html`${cell.links.map(linkChip)}`
  if (cell.kind === 'options') return html`${cell.options.map(({ name, colour }) => chip(name, colour))}`
  if (cell.kind === 'parent') return linkChip(cell.parent)
  if (cell.kind !== 'value') return cell.text
  switch (field.type) {
    case 'choice':
      return choiceChip(field, String(cell.value))
    case 'rating':
      return stars(Number(cell.value), ratingMax(field))
    case 'colour':
      return html`<span class="swatch-of"><i style="background:${cell.value}"></i><span class="ellipsis">${cell.value}</span></span>`
    default:
      return textOf(field, cell)
  }
}

/** Types whose cells are shown as chips or pictures, without the ellipsis of a text. */
export const isPictured = ({ type }: Field): boolean => PICTURED.has(type)

const PICTURED: ReadonlySet<FieldType> = new Set(['link', 'choice', 'choices', 'checkbox', 'rating', 'tree'])

const stars = (count: number, max: number): TemplateResult =>
  html`<span class="stars" role="img" aria-label=${msg(str`${count} of ${max}`)}>${Array.from(
    { length: max },
    (_, at) => html`<span class=${at < count ? 'on' : 'off'}>${icon(star)}</span>`,
  )}</span>`

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

const chip = (name: string, hue: number): TemplateResult =>
  html`<span class="chip" style=${hueStyle(hue)}><span>${name}</span></span>`

const choiceChip = (field: Field, value: string): TemplateResult | string => {
  const option = field.options.find(({ id }) => id === value)
  return option ? chip(option.name, option.colour) : ''
}

/** A cell as plain text: to copy it, to name a record, and for screen readers. */
export const textOf = (field: Field, cell: Cell | undefined): string => {
  if (!cell) return ''
  if (cell.kind === 'unfit') return cell.text
  if (cell.kind === 'links') return cell.links.map(({ label }) => label ?? '').join(', ')
  if (cell.kind !== 'value') return cell.text
  return SHOWN[field.type]?.(field, cell.value) ?? plainText(cell.value)
}

type Scalar = Extract<Cell, { kind: 'value' }>['value']

/** A computed value, of whatever type its formula gives. */
const plainText = (value: Scalar): string =>
  typeof value === 'number' ? formatNumber(value) : typeof value === 'boolean' ? (value ? msg('Yes') : msg('No')) : value

const momentText = (_: Field, value: Scalar): string => formatDateTime(String(value))

const numberText = (field: Field, value: Scalar): string =>
  typeof value === 'number' ? formatNumberOf(field, value) : String(value)

const SHOWN: Readonly<Partial<Record<FieldType, (field: Field, value: Scalar) => string>>> = {
  text: (_, value) => String(value),
  'long-text': (_, value) => String(value),
  number: numberText,
  date: (_, value) => formatDate(String(value)),
  'date-time': momentText,
  created: momentText,
  changed: momentText,
  duration: (_, value) => formatDuration(Number(value)),
  choice: (field, value) => field.options.find(({ id }) => id === value)?.name ?? '',
  checkbox: (_, value) => (value ? msg('Yes') : msg('No')),
  rating: (_, value) => String(value),
  'auto-number': (_, value) => String(value),
}

/** The text that an edit of a cell begins with; `readValue` reads it back. */
export const editableText = (field: Field, cell: Cell | undefined): string => {
  if (cell?.kind !== 'value') return textOf(field, cell)
  const { value } = cell
  if (typeof value === 'number') {
    if (field.type === 'duration') return editableDuration(value)
    return editableNumber(field.settings.format === 'percent' ? shiftDecimal(value, 2) : value)
  }
  return field.type === 'date-time' ? editableDateTime(String(value), deviceZone()) : textOf(field, cell)
}
