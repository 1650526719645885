import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell, Field, FieldId, Option, OptionId, RecordId, TableId } from '../../engine/api/engine.ts'
import { newId } from '../../engine/api/new-id.ts'
import { toggleOption, writeText } from './change.ts'

const RECORD = newId<RecordId>()
const option = (name: string): Option => ({ id: newId<OptionId>(), name, colour: 1 })

const field = (type: 'long-text' | 'choices', options: readonly Option[] = []): Field => ({
  id: newId<FieldId>(),
  table: newId<TableId>(),
  name: 'Field',
  type,
  description: '',
  required: false,
  unique: false,
  options,
  many: false,
  settings: {},
  attributes: [],
})

describe('a long text', () => {
  const spliced = (before: string, text: string) => {
    const [edit] = writeText(field('long-text'), RECORD, before, text).edits
    if (edit?.do !== 'splice') throw new Error('The change must be one splice.')
    return { ...edit, result: before.slice(0, edit.at) + edit.insert + before.slice(edit.at + edit.remove) }
  }

  it('changes by one splice of what differs', () => {
    expect(spliced('The quick fox', 'The slow fox')).toMatchObject({ at: 4, remove: 5, insert: 'slow' })
  })

  it('is what was typed, and no surrogate pair is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀', '😁', 'é') })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { result, insert, at, remove } = spliced(before, after)
        expect(result).toBe(after)
        expect(insert.isWellFormed() && before.slice(at, at + remove).isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('several choices', () => {
  it('are kept in the order of the field, and the last one taken away leaves an empty cell', () => {
    const [red, blue] = [option('Red'), option('Blue')]
    const tags = field('choices', [red, blue])
    const one = toggleOption(tags, RECORD, undefined, blue)
    expect(one.edits).toEqual([{ do: 'add', table: tags.table, record: RECORD, field: tags.id, value: blue.id }])
    const both = toggleOption(tags, RECORD, one.cell, red)
    expect(both.cell).toMatchObject({ kind: 'options', text: 'Red, Blue' })
    const none = toggleOption(tags, RECORD, toggleOption(tags, RECORD, both.cell, blue).cell, red)
    expect(none.cell satisfies Cell | undefined).toBeUndefined()
    expect(none.edits[0]).toMatchObject({ do: 'remove', value: red.id })
  })

  it('include an option that is being created', () => {
    expect(toggleOption(field('choices'), RECORD, undefined, option('New')).cell).toMatchObject({ text: 'New' })
  })
})
