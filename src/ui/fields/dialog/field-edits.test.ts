import { expect, it } from 'vitest'
import { anActor, NOW } from '../../../../test/support/replicas.ts'
import type { Field, OptionId, TableId } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { commitAlone } from '../../../space/answer-lookups.ts'
import { createSpace } from '../../../space/space.ts'
import { changeFieldEdits, createFieldEdits, duplicateOption, type FieldForm, isNameTaken } from './field-edits.ts'

const [people, books] = [newId<TableId>(), newId<TableId>()]

/** A space with two tables, the second one in the trash, and one field made from a form. */
const withField = (form: FieldForm) => {
  const { space } = createSpace(anActor(), 'Lumen House', NOW)
  const does = (edits: Parameters<typeof commitAlone>[1]) => commitAlone(space, edits, NOW)
  does([
    { do: 'create-table', id: people, name: 'People', fields: [{ name: 'Name', type: 'text' }] },
    { do: 'create-table', id: books, name: 'Books', fields: [{ name: 'Title', type: 'text' }] },
  ])
  does(createFieldEdits(people, form))
  const field = () => space.schema.tables.find(({ id }) => id === people)?.fields.at(-1) as Field
  return { does, field }
}

const link = { name: 'Reads', type: 'link', options: [], link: { target: books, many: true } } as const
const option = (name: string, colour = 1) => ({ id: newId<OptionId>(), name, colour })

it('renames a link without touching its target, which is in the trash or purged', () => {
  const { does, field } = withField(link)
  does([{ do: 'delete', what: { table: books } }])
  does(changeFieldEdits(field(), { ...link, name: 'Has read' }))
  expect(field()).toMatchObject({ name: 'Has read', target: books, many: true })
  does([{ do: 'purge', what: { table: books } }])
  const edits = changeFieldEdits(field(), { ...link, name: 'Read', link: { target: undefined, many: true } })
  expect(edits).toEqual([{ do: 'update-field', field: field().id, name: 'Read' }])
  does(edits)
  expect(field()).toMatchObject({ name: 'Read', target: books })
})

it('makes no edit of what is unchanged', () => {
  const { field } = withField(link)
  expect(changeFieldEdits(field(), link)).toEqual([])
})

it('adds, renames, recolours, exchanges and deletes choices', () => {
  const [red, blue, green] = [option('Red', 1), option('Blue', 2), option('Green', 3)]
  const form: FieldForm = { name: 'Colour', type: 'choice', options: [red, blue, green], link: undefined }
  const { does, field } = withField(form)
  does(
    changeFieldEdits(field(), {
      ...form,
      options: [
        { ...red, name: 'Blue' },
        { ...blue, name: 'red', colour: 5 },
      ],
    }),
  )
  expect(field().options).toEqual([
    { ...red, name: 'Blue' },
    { ...blue, name: 'red', colour: 5 },
  ])
  const again = option('Green', 4)
  does(changeFieldEdits(field(), { ...form, options: [again] }))
  expect(field().options).toEqual([again])
})

it('gives the name of a deleted choice to a new one in the same step', () => {
  const blue = option('Blue')
  const form: FieldForm = { name: 'Colour', type: 'choice', options: [blue], link: undefined }
  const { does, field } = withField(form)
  const other = option('blue', 7)
  does(changeFieldEdits(field(), { ...form, options: [other] }))
  expect(field().options).toEqual([other])
})

it('finds names that are there twice', () => {
  expect(duplicateOption(['Red', '', ' ', 'Blue', 'BLUE '])).toEqual({ at: 4, name: 'BLUE' })
  expect(duplicateOption(['Red', '', ''])).toBeUndefined()
  const { field } = withField(link)
  expect(isNameTaken([field()], ' reads ')).toBe(true)
  expect(isNameTaken([field()], 'Reads', field().id)).toBe(false)
})
