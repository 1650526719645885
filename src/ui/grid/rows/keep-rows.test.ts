import { expect, it } from 'vitest'
import type { FieldId, RecordId, Row } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { keepRows } from './keep-rows.ts'

const [id, name, other] = [newId<RecordId>(), newId<FieldId>(), newId<RecordId>()]
const row = (more: Partial<Row> = {}): Row => ({ id, cells: { [name]: { kind: 'value', value: 'Ash' } }, ...more })

it('keeps the object of an equal row', () => {
  const before = [row()]
  expect(keepRows(before, [row()])[0]).toBe(before[0])
})

it('takes the new row when only its marks of concurrent edits differ', () => {
  const marked = row({ conflicts: [name] })
  expect(keepRows([row()], [marked])[0]).toBe(marked)
  expect(keepRows([marked], [row()])[0]?.conflicts).toBeUndefined()
})

it('takes the new row when a linked record goes to the trash', () => {
  const linked = (state?: 'trashed'): Row => ({
    id,
    cells: { [name]: { kind: 'links', links: [{ id: other, label: 'Briar', ...(state && { state }) }] } },
  })
  const now = linked('trashed')
  expect(keepRows([linked()], [now])[0]).toBe(now)
})
