import type { Containers } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import type { Ask } from '../lookups.ts'
import type { Schema } from '../schema.ts'
import type { Recorder } from '../steps.ts'
import type { Transaction } from '../write.ts'
import { addValue, removeValue, setCell } from './cells.ts'
import { type Draft, draftOf, tableOf, type Writing } from './draft.ts'
import type { Edit } from './edits.ts'
import { createAttribute, createField, updateField } from './fields.ts'
import { editLink } from './links.ts'
import { createRecord } from './records.ts'
import { createTable, createView, updateSpace, updateTable, updateView } from './tables.ts'
import { joinTexts, spliceText } from './texts.ts'
import { trash } from './trash.ts'
import { move } from './trees.ts'

export interface Editing {
  readonly transaction: Transaction
  readonly containers: Containers
  readonly recorder: Recorder
  /** The schema before the transaction. */
  readonly schema: Schema
  /** The format version that this program supports. */
  readonly knows: string
  /** Seconds since 1970. */
  readonly now: number
  readonly ask: Ask
}

/**
 * Writes edits, validating each one.
 * @returns the resulting tables, fields and views
 * @throws {SpaceError} for an invalid edit; the caller must then roll the transaction back
 */
export const applyEdits = (editing: Editing, edits: readonly Edit[]): Draft => {
  const writing: Writing = { ...editing, draft: draftOf(editing.schema) }
  for (const edit of edits) apply(writing, edit)
  return writing.draft
}

const apply = (writing: Writing, edit: Edit): void => {
  switch (edit.do) {
    case 'update-space':
      return updateSpace(writing, edit)
    case 'create-table':
      return createTable(writing, edit)
    case 'update-table':
      return updateTable(writing, edit)
    case 'create-field':
      createField(writing, tableOf(writing, edit.table).id, edit)
      return
    case 'create-attribute':
      return createAttribute(writing, edit)
    case 'update-field':
      return updateField(writing, edit)
    case 'create-view':
      return createView(writing, edit)
    case 'update-view':
      return updateView(writing, edit)
    case 'create-record':
      return createRecord(writing, edit)
    case 'set':
      return setCell(writing, edit)
    case 'add':
      return addValue(writing, edit)
    case 'remove':
      return removeValue(writing, edit)
    case 'link':
    case 'unlink':
      return editLink(writing, edit)
    case 'move':
      return move(writing, edit)
    case 'splice':
      return spliceText(writing, edit)
    case 'join':
      return joinTexts(writing, edit)
    case 'delete':
    case 'restore':
    case 'purge':
      return trash(writing, edit)
    default:
      throw new SpaceError('bad-value', `There is no edit "${(edit as { do?: unknown }).do}".`)
  }
}
