import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { anActor, NOW } from '../../../test/support/replicas.ts'
import { commitAlone } from '../answer-lookups.ts'
import { cellOf } from '../cells/cell.ts'
import { type FieldId, newId, type TableId } from '../ids.ts'
import { readTable } from '../read-records.ts'
import { everyTable, type FieldType } from '../schema.ts'
import { closeSpace, createSpace, type Space } from '../space.ts'
import { type Conversion, previewConversion } from './conversion.ts'
import type { Edit } from './edits.ts'

const [THINGS, IT] = [newId<TableId>(), newId<FieldId>()]

const aSpace = (type: FieldType, values: readonly string[]): Space => {
  const { space } = createSpace(anActor(), 'House', NOW)
  const options = { options: [{ name: 'Tea' }, { name: '12' }] }
  const fields = [{ id: IT, name: 'It', type, ...((type === 'choice' || type === 'choices') && options) }]
  commitAlone(space, [{ do: 'create-table', id: THINGS, name: 'Things', fields }], NOW)
  for (const value of values) {
    try {
      const many = type === 'choices' ? [value] : value
      commitAlone(space, [{ do: 'create-record', table: THINGS, values: { It: many } }], NOW)
    } catch {
      // Not every value is valid for every type.
      commitAlone(space, [{ do: 'create-record', table: THINGS }], NOW)
    }
  }
  return space
}

const preview = (space: Space, edits: readonly Edit[]): Conversion => {
  const looking = previewConversion(space, IT, edits, NOW)
  for (;;) {
    const { done, value } = looking.next()
    if (done) return value
  }
}

const cells = (space: Space) => {
  const field = everyTable(space.schema)
    .flatMap(({ fields }) => fields)
    .find(({ id }) => id === IT)
  if (!field) throw new Error('The field is gone.')
  return new Map([...readTable(space, THINGS)].flat().map(({ id, flat }) => [id, cellOf(field, flat)]))
}

const STORED: readonly FieldType[] = ['text', 'long-text', 'number', 'checkbox', 'date', 'choice', 'choices', 'rating', 'email']
const TO: readonly FieldType[] = [...STORED, 'date-time', 'duration', 'colour', 'url', 'phone', 'link', 'file', 'created']
const VALUES = ['', 'Tea', 'Rain', '12', '3', 'yes', 'true', '2026-02-28', '2026-02-30', 'a@b.example', '#ff8800', 'שלום']

describe('the preview of a conversion', { timeout: propertyTime(60_000) }, () => {
  it('predicts the result of the conversion between any two types, and writes nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STORED),
        fc.constantFrom(...TO),
        fc.array(fc.constantFrom(...VALUES), { maxLength: 12 }),
        (from, to, values) => {
          const space = aSpace(from, values)
          const edits: Edit[] = [{ do: 'update-field', field: IT, type: to }]
          const [heads, before] = [space.resident.handle.getHeads(), cells(space)]
          const predicted = preview(space, edits)
          expect(space.resident.handle.getHeads()).toEqual(heads)
          expect(cells(space)).toEqual(before)
          commitAlone(space, edits, NOW)
          const after = [...cells(space)].filter(([id]) => before.get(id) !== undefined).map(([, cell]) => cell)
          const unfit = after.flatMap((cell) => (cell?.kind === 'unfit' ? [cell.text] : []))
          expect(predicted).toMatchObject({
            filled: after.length,
            unfit: unfit.length,
            hidden: after.filter((cell) => cell === undefined).length,
            fits: after.filter((cell) => cell !== undefined && cell.kind !== 'unfit').length,
          })
          expect(predicted.unfitTexts.flatMap(({ text, count }) => Array.from({ length: count }, () => text)).sort()).toEqual(
            unfit.sort(),
          )
          closeSpace(space)
        },
      ),
      { numRuns: propertyRuns(60) },
    )
  })

  it('includes options from the same edits, leaves out the trash, and lists the texts that would not fit', () => {
    const space = aSpace('text', ['Tea', 'Rain', 'Rain', 'Moss', ''])
    const [first] = [...readTable(space, THINGS)].flat()
    if (!first) throw new Error('There is no record.')
    const shown = cells(space).get(first.id)
    commitAlone(space, [{ do: 'delete', what: { table: THINGS, record: first.id } }], NOW)
    const predicted = preview(space, [
      { do: 'update-field', field: IT, type: 'choice' },
      { do: 'update-field', field: IT, option: { name: 'Tea' } },
      { do: 'update-field', field: IT, option: { name: 'Rain' } },
      { do: 'update-field', field: IT, option: { name: 'Moss' } },
    ])
    expect(predicted).toMatchObject({ filled: shown === undefined ? 4 : 3, unfit: 0, hidden: 0, unfitTexts: [] })
    expect(preview(space, [{ do: 'update-field', field: IT, type: 'number' }]).unfitTexts.length).toBeGreaterThan(0)
  })

  it('throws what the commit would throw, and for an unknown field', () => {
    const space = aSpace('text', ['Tea'])
    expect(() => preview(space, [{ do: 'update-field', field: IT, type: 'poem' as never }])).toThrow(/poem/)
    expect(() => [...previewConversion(space, newId<FieldId>(), [], NOW)]).toThrow(/No table of this space has the field/)
    expect(space.resident.handle.pendingOps()).toBe(0)
  })
})
