import { describe, expect, it } from 'vitest'
import { anActor, NOW } from '../../../test/support/replicas.ts'
import { answerLookups, commitAlone } from '../answer-lookups.ts'
import { newId, type RecordId, type TableId } from '../ids.ts'
import { type Answers, LookupsMissing } from '../lookups.ts'
import { readRecord, readTable } from '../read-records.ts'
import { commitEdits, createSpace, openSpace, type Space } from '../space.ts'
import { byOrder } from './order.ts'

const table = newId<TableId>()

const aSpace = () => {
  const { space, first } = createSpace(anActor(), 'Lumen House', NOW)
  commitAlone(space, [{ do: 'create-table', id: table, name: 'Members', fields: [{ name: 'Name', type: 'text' }] }], NOW)
  return { space, first }
}

const create = (space: Space, answers: Answers = new Map()): RecordId => {
  const id = newId<RecordId>()
  try {
    commitEdits(space, [{ do: 'create-record', id, table }], NOW, answers)
    return id
  } catch (error) {
    if (error instanceof LookupsMissing) return create(space, answerLookups(space, error.lookups))
    throw error
  }
}

const inOrder = (space: Space) =>
  [...readTable(space, table)]
    .flat()
    .map(({ id, flat }) => ({ id, order: String(flat['~order']) }))
    .sort(byOrder)

describe('records that are created one after the other', () => {
  it('have that order, even if only the first is read in between', () => {
    const { space } = aSpace()
    const one = create(space)
    readRecord(space, table, one)
    const made = [one, ...Array.from({ length: 30 }, () => create(space))]
    expect(inOrder(space).map(({ id }) => id)).toEqual(made)
  })

  it('are last, even if another record was read before', () => {
    const { space, first } = aSpace()
    const made = [create(space), create(space), create(space)]
    const reopened = openSpace([space.resident.handle.save()], first, anActor())
    readRecord(reopened, table, made[0] as RecordId)
    const last = create(reopened)
    expect(inOrder(reopened).map(({ id }) => id)).toEqual([...made, last])
  })
})
