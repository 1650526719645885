import { msg, str } from '@lit/localize'
import { html, nothing, type TemplateResult } from 'lit'
import maximize from 'lucide-static/icons/maximize-2.svg?raw'
import type { Cell, Field, Row, SpaceId } from '../../engine/api/engine.ts'
import { saveOf } from '../fields/cell-saves.ts'
import { conflictMark } from '../fields/conflict-mark.ts'
import { isPictured, showCell } from '../fields/show-cell.ts'
import { icon } from '../theme/icon.ts'
import { formatNumber } from '../words/numbers.ts'
import { type ColumnStretch, columnWidth } from './column.ts'

interface GridRow {
  readonly space: SpaceId
  readonly index: number
  readonly row: Row
  readonly fields: readonly Field[]
  readonly columns: ColumnStretch
  readonly cellOf: (field: Field) => Cell | undefined
  /** The selected column, when the cursor is in this row. */
  readonly at: number | undefined
  /** The open editor and its column. */
  readonly editor: { readonly column: number; readonly content: TemplateResult } | undefined
  /** A new record without any value. */
  readonly draft: boolean
  /** The index does not have it yet, so it cannot be opened. */
  readonly fresh: boolean
  readonly open: () => void
}

const cell = ({ space, index, row, at, editor, cellOf, columns }: GridRow, field: Field, column: number): TemplateResult => {
  const skipped = column === columns.first && columns.before > 0 ? `;margin-inline-start:${columns.before}px` : ''
  const editing = editor?.column === column
  const state = saveOf(row.id, field.id)?.state
  const classes = `cell of-${field.type} ${column === 0 ? 'name stuck' : ''} ${at === column ? 'at' : ''} ${editing ? 'editing' : ''} ${state === 'saved' || state === 'failed' ? state : ''}`
  return html`<div role="gridcell" id="cell-${index}-${column}" data-column=${column} aria-colindex=${column + 2} aria-selected=${at === column ? 'true' : nothing} title=${state === 'failed' ? msg('Not stored. Edit it again, or press Esc to discard it.') : nothing}
      class=${classes} style="inline-size:${columnWidth(field, column)}px${skipped}">${
        editing
          ? editor.content
          : isPictured(field)
            ? showCell(field, cellOf(field))
            : html`<span class="words">${showCell(field, cellOf(field))}</span>`
      }${editing ? nothing : conflictMark(space, row, field, true)}</div>`
}

/** One record as a row of the grid. */
export const gridRow = (given: GridRow): TemplateResult => html`
  <div role="gridcell" class="cell stuck index" aria-colindex="1" data-column="-1">
    <span>${given.draft ? '' : formatNumber(given.index + 1)}</span>
    ${given.fresh ? nothing : html`<button class="open" tabindex="-1" aria-label=${msg(str`Open record ${given.index + 1}`)} title=${msg('Open record')} @click=${given.open}>${icon(maximize)}</button>`}
  </div>
  ${given.fields.slice(0, 1).map((field) => cell(given, field, 0))}
  ${given.fields.slice(given.columns.first, given.columns.end).map((field, at) => cell(given, field, given.columns.first + at))}`

/** A row that is not loaded yet: only its number. */
export const placeholder = (index: number): TemplateResult =>
  html`<div class="cell stuck index"><span>${formatNumber(index + 1)}</span></div>`
