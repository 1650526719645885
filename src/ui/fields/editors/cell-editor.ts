import { html, type TemplateResult } from 'lit'
import type { Cell, Field, RecordId, SpaceId, Table } from '../../../engine/api/engine.ts'
import type { CellChanged } from '../cell-changed.ts'
import type { CellChange } from '../change.ts'
import { keepText, setCell, writeText } from '../change.ts'
import type { DraftLeft, EditDone, Move, Outcome } from './edit-done.ts'
import type { LineValue } from './read-value.ts'
import './choice-editor.ts'
import './colour-editor.ts'
import './line-editor.ts'
import './link-editor.ts'
import './parent-editor.ts'
import './rating-editor.ts'

/** Inputs and callbacks of an editor. */
export interface CellEditing {
  readonly space: SpaceId
  readonly tables: readonly Table[]
  readonly field: Field
  readonly record: RecordId
  readonly cell: Cell | undefined
  readonly typed?: string | undefined
  readonly change: (change: CellChange) => void
  readonly done: (move: Move) => void
}

/** The editor for a field's type. Every editor element has `finish()`. */
export const cellEditor = (editing: CellEditing): TemplateResult => {
  const { space, tables, field, record, cell, typed } = editing
  const changed = (event: CellChanged) => editing.change(event.change)
  const save = (outcome: Outcome) =>
    editing.change(
      'kept' in outcome ? keepText(field, record, outcome.kept) : lineChange(field, record, cell, outcome.value as LineValue),
    )
  const done = ({ move, outcome }: EditDone) => {
    if (outcome !== undefined) save(outcome)
    editing.done(move)
  }
  if (field.type === 'choice' || field.type === 'choices')
    return html`<tessera-choice-editor .field=${field} .cell=${cell} .record=${record} .typed=${typed ?? ''} @cell-changed=${changed} @edit-done=${done}></tessera-choice-editor>`
  if (field.type === 'link')
    return html`<tessera-link-editor .space=${space} .tables=${tables} .field=${field} .cell=${cell} .record=${record} .typed=${typed ?? ''} @cell-changed=${changed} @edit-done=${done}></tessera-link-editor>`
  if (field.type === 'tree')
    return html`<tessera-parent-editor .space=${space} .tables=${tables} .field=${field} .cell=${cell} .record=${record} .typed=${typed ?? ''} @cell-changed=${changed} @edit-done=${done}></tessera-parent-editor>`
  if (field.type === 'rating')
    return html`<tessera-rating-editor .field=${field} .cell=${cell} .record=${record} .typed=${typed ?? ''} @cell-changed=${changed} @edit-done=${done}></tessera-rating-editor>`
  if (field.type === 'colour')
    return html`<tessera-colour-editor .field=${field} .cell=${cell} .record=${record} .typed=${typed ?? ''} @cell-changed=${changed} @edit-done=${done}></tessera-colour-editor>`
  return html`<tessera-line-editor .field=${field} .cell=${cell} .typed=${typed} @draft-left=${({ outcome }: DraftLeft) => save(outcome)} @edit-done=${done}></tessera-line-editor>`
}

/** What a line of text leaves in a cell. */
const lineChange = (field: Field, record: RecordId, cell: Cell | undefined, value: LineValue): CellChange =>
  field.type === 'long-text' && typeof value === 'string'
    ? writeText(field, record, cell?.kind === 'value' ? String(cell.value) : '', value)
    : setCell(field, record, value)

/** Whether a click toggles the cell instead of opening an editor. */
export const isToggled = (field: Field): boolean => field.type === 'checkbox'

/** Toggles a checkbox. */
export const toggled = (field: Field, record: RecordId, cell: Cell | undefined): CellChange =>
  setCell(field, record, cell?.kind === 'value' && cell.value === true ? null : true)
