import { describe, expect, it } from 'vitest'
import { anActor, meet, NOW, twin } from '../../test/support/replicas.ts'
import { commitAlone } from './answer-lookups.ts'
import { allConflicts, conflictsOf } from './conflicts.ts'
import { type FieldId, newId, type RecordId, type TableId } from './ids.ts'
import { createSpace } from './space.ts'

const [PEOPLE, NAME, AGE, ASH] = [newId<TableId>(), newId<FieldId>(), newId<FieldId>(), newId<RecordId>()]

const editBoth = (here: Record<string, string | number>, there: Record<string, string | number>) => {
  const { space, first } = createSpace(anActor(), 'House', NOW)
  const fields = [
    { id: NAME, name: 'Name', type: 'text' as const },
    { id: AGE, name: 'Age', type: 'number' as const },
  ]
  commitAlone(space, [{ do: 'create-table', id: PEOPLE, name: 'People', fields }], NOW)
  commitAlone(space, [{ do: 'create-record', id: ASH, table: PEOPLE, values: { Name: 'Ash' } }], NOW)
  const other = twin(space, first)
  const set = (values: Record<string, string | number>) =>
    Object.entries(values).map(([field, value]) => ({ do: 'set' as const, table: PEOPLE, record: ASH, field, value }))
  expect([...allConflicts(space)]).toEqual([])
  commitAlone(space, set(here), NOW)
  commitAlone(other, set(there), NOW)
  meet(space, other)
  return { space, other }
}

describe('a cell with concurrent edits', () => {
  it('shows the same value on every device and lists the others', () => {
    const { space, other } = editBoth({ Name: 'Here', Age: 1 }, { Name: 'There', Age: 1 })
    const [conflict, ...more] = conflictsOf(space, PEOPLE, ASH)
    expect(more).toEqual([])
    expect(conflict).toMatchObject({ record: ASH, field: NAME })
    const values = [conflict?.shown, ...(conflict?.others.map(({ value }) => value) ?? [])]
    expect(values).toEqual(
      expect.arrayContaining([
        { kind: 'value', value: 'Here' },
        { kind: 'value', value: 'There' },
      ]),
    )
    expect(conflictsOf(other, PEOPLE, ASH)).toEqual([conflict])
    expect([...allConflicts(other)].flat()).toEqual([conflict])
  })

  it('is resolved by setting it again', () => {
    const { space, other } = editBoth({ Name: 'Here' }, { Name: 'There' })
    commitAlone(space, [{ do: 'set', table: PEOPLE, record: ASH, field: 'Name', value: 'Both' }], NOW)
    meet(space, other)
    expect(conflictsOf(other, PEOPLE, ASH)).toEqual([])
  })

  it('is resolved by keeping the shown value, and names who set it', () => {
    const { space, other } = editBoth({ Name: 'Here' }, { Name: 'There' })
    const [conflict] = conflictsOf(space, PEOPLE, ASH)
    expect(conflict?.device).toMatch(/^[0-9a-f]{32}$/)
    expect(conflict?.device).not.toBe(conflict?.others[0]?.device)
    const value = conflict?.shown.kind === 'value' ? conflict.shown.value : ''
    commitAlone(space, [{ do: 'set', table: PEOPLE, record: ASH, field: 'Name', value }], NOW)
    meet(space, other)
    expect(conflictsOf(space, PEOPLE, ASH)).toEqual([])
    expect(conflictsOf(other, PEOPLE, ASH)).toEqual([])
  })
})
