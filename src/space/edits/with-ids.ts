import { newId, type RecordId, type TableId, type ViewId } from '../ids.ts'
import type { Edit, FieldInput } from './edits.ts'

/**
 * Assigns ids to everything that edits create. A transaction that needs lookups runs again with the answers, and must then refer to
 * the same tables, fields and records.
 */
export const withIds = (edits: readonly Edit[]): Edit[] => edits.map(editWithIds)

const editWithIds = (edit: Edit): Edit => {
  switch (edit.do) {
    case 'create-table':
      return { ...edit, id: edit.id ?? newId<TableId>(), ...(edit.fields && { fields: edit.fields.map(fieldWithIds) }) }
    case 'create-field':
    case 'create-attribute':
      return fieldWithIds(edit)
    case 'create-view':
      return { ...edit, id: edit.id ?? newId<ViewId>() }
    case 'create-record':
      return { ...edit, id: edit.id ?? newId<RecordId>() }
    case 'update-field':
      return edit.option ? { ...edit, option: { ...edit.option, id: edit.option.id ?? newId() } } : edit
    default:
      return edit
  }
}

const fieldWithIds = <Input extends Omit<FieldInput, 'twoWay'> & Pick<FieldInput, 'twoWay'>>(input: Input): Input => ({
  ...input,
  id: input.id ?? newId(),
  ...(input.options && { options: input.options.map((option) => ({ ...option, id: option.id ?? newId() })) }),
  ...(input.twoWay && { twoWay: { ...input.twoWay, id: input.twoWay.id ?? newId() } }),
  ...(input.attributes && { attributes: input.attributes.map(fieldWithIds) }),
})
