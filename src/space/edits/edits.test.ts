import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { anActor, deliver, meet, NOW, twin } from '../../../test/support/replicas.ts'
import { commitAlone } from '../answer-lookups.ts'
import type { Hash } from '../automerge.ts'
import { type Cell, cellOf, cellsOf } from '../cells/cell.ts'
import { deletedRecords, edgesOf } from '../deletion.ts'
import { type FieldId, newId, type OptionId, type RecordId, type SpaceId, type TableId } from '../ids.ts'
import { readRecord, readTable } from '../read-records.ts'
import { everyTable, type Field, type Table } from '../schema.ts'
import { adoptSpace, createSpace, type Space, undoStep } from '../space.ts'
import { resolveTree } from '../tree.ts'
import type { Edit, FieldInput } from './edits.ts'

let space: Space
let first: Hash
const people = newId<TableId>()
const groups = newId<TableId>()

const does = (...edits: Edit[]) => commitAlone(space, edits, NOW)
const refuses = (...edits: Edit[]) => {
  const heads = space.resident.handle.getHeads()
  let code: string | undefined
  try {
    commitAlone(space, edits, NOW)
  } catch (error) {
    code = (error as { code?: string }).code
  }
  expect(space.resident.handle.getHeads()).toEqual(heads)
  return code
}
const table = (id: TableId, of = space): Table => everyTable(of.schema).find((each) => each.id === id) as Table
const field = (name: string, of = space): Field => {
  const found = everyTable(of.schema)
    .flatMap(({ fields }) => fields)
    .find((each) => each.name === name)
  if (!found) throw new Error(`There is no field ${name}.`)
  return found
}
const cell = (record: RecordId, name: string, of = space) => {
  const wanted = field(name, of)
  const stored = readRecord(of, wanted.table, record)
  return stored && cellOf(wanted, stored.flat)
}
const make = (name: string, values: Record<string, unknown> = {}, into: TableId = people): RecordId => {
  const id = newId<RecordId>()
  does({ do: 'create-record', id, table: into, values: { Name: name, ...(values as object) } })
  return id
}
const withField = (input: Omit<FieldInput, 'name'> & { name?: string; before?: string }, into: TableId = people) =>
  does({ do: 'create-field', table: into, name: 'It', ...input })

beforeEach(() => {
  ;({ space, first } = createSpace(anActor(), 'Lumen House', NOW))
  does(
    { do: 'create-table', id: people, name: 'People', fields: [{ name: 'Name', type: 'text' }] },
    { do: 'create-table', id: groups, name: 'Groups', fields: [{ name: 'Name', type: 'text' }] },
  )
})

afterEach(() => {
  // Edits reread only what they wrote. The result must equal a full read.
  expect(space.schema).toEqual(adoptSpace(space.resident, first, space.knows).schema)
})

describe('a cell', () => {
  it.each([
    ['date-time', '2026-11-21 10:30+01:00[Europe/Berlin]', '2026-11-21T09:30:00Z[Europe/Berlin]'],
    ['duration', '1h 30m', 5400],
    ['duration', '1:30:05', 5405],
    ['duration', 90, 90],
    ['rating', 4, 4],
    ['colour', '4A7C59', '#4a7c59'],
    ['url', 'example.org/a', 'https://example.org/a'],
    ['url', 'mailto:a@b.example', 'mailto:a@b.example'],
    ['email', ' a@b.example ', 'a@b.example'],
    ['phone', '+49 30 1234-56', '+49 30 1234-56'],
    ['number', '1,234.5', 1234.5],
    ['date', '2026-11', '2026-11'],
  ] as const)('of type %s accepts %j and stores %j', (type, input, held) => {
    withField({ type })
    const record = make('Ash', { It: input })
    expect(cell(record, 'It')).toEqual({ kind: 'value', value: held })
  })

  it.each([
    ['date-time', '2026-11-21'],
    ['date-time', '2026-02-30T00:00Z'],
    ['date-time', '2026-11-21T00:00Z[Mars/Olympus]'],
    ['duration', 'soon'],
    ['rating', 6],
    ['rating', 1.5],
    ['colour', 'reddish'],
    ['url', 'javascript:alert(1)'],
    ['url', 'no address'],
    ['email', 'a@b'],
    ['phone', 'call me'],
    ['number', Number.NaN],
    ['number', Number.POSITIVE_INFINITY],
    ['number', true],
    ['checkbox', 'yes'],
    ['text', ['a']],
    ['formula', 1],
    ['auto-number', 7],
    ['created', NOW],
    ['tree', 'x'],
    ['link', 'nobody'],
  ] as const)('of type %s rejects %j and writes nothing', (type, input) => {
    withField({ type })
    expect(refuses({ do: 'create-record', table: people, values: { It: input as never } })).toMatch(/bad-value|wrong-type/)
  })

  it('is addressed by names, like tables and fields, if they are unique', () => {
    does({ do: 'create-record', table: 'people', values: { name: 'Ash' } })
    expect(refuses({ do: 'create-record', table: 'Persons' })).toBe('not-found')
    withField({ type: 'text', name: 'Note' })
    withField({ type: 'text', name: 'Note' })
    expect(refuses({ do: 'create-record', table: 'People', values: { Note: 'x' } })).toBe('not-found')
  })

  it('of a new record gets the default, computed when the record is created', () => {
    withField({ type: 'number', name: 'Age', default: 30 })
    withField({ type: 'date', name: 'Since', default: { from: 'today' } })
    withField({ type: 'choice', name: 'Crew', options: [{ name: 'Day' }], default: 'Day' })
    const record = make('Ash')
    expect(cell(record, 'Age')).toEqual({ kind: 'value', value: 30 })
    expect(cell(record, 'Since')).toMatchObject({ kind: 'value', value: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
    expect(cell(record, 'Crew')).toEqual({ kind: 'value', value: field('Crew').options[0]?.id })
    expect(cell(make('Briar', { Age: null }), 'Age')).toBeUndefined()
  })

  it('that is required can be neither left out nor emptied', () => {
    withField({ type: 'text', name: 'Role', required: true })
    expect(refuses({ do: 'create-record', table: people, values: { Name: 'Ash' } })).toBe('bad-value')
    const record = make('Ash', { Role: 'cook' })
    expect(refuses({ do: 'set', table: people, record, field: 'Role', value: null })).toBe('bad-value')
  })

  it('that is unique is compared without surrounding spaces, letter case and composition; remote duplicates stay', () => {
    withField({ type: 'text', name: 'Badge', unique: true })
    const ash = make('Ash', { Badge: 'Caf\u00e9' })
    expect(refuses({ do: 'create-record', table: people, values: { Badge: ' CAFE\u0301 ' } })).toBe('not-unique')
    does({ do: 'set', table: people, record: ash, field: 'Badge', value: 'cafe\u0301' })
    const other = twin(space, first)
    commitAlone(other, [{ do: 'create-record', table: people, values: { Badge: 'x' } }], NOW)
    make('Briar', { Badge: 'X' })
    meet(space, other)
    expect([...readTable(space, people)].flat()).toHaveLength(3)
    // One record releases the value that the other takes in the same transaction.
    does({ do: 'set', table: people, record: ash, field: 'Badge', value: 'free' })
    does(
      { do: 'set', table: people, record: ash, field: 'Badge', value: 'new' },
      { do: 'create-record', table: people, values: { Badge: 'free' } },
    )
  })

  it('of an auto-number field gets the next number', () => {
    withField({ type: 'auto-number', name: 'No' })
    const [one, two] = [make('Ash'), make('Briar')]
    does({ do: 'delete', what: { table: people, record: two } })
    const three = make('Calla')
    expect([one, two, three].map((each) => cell(each, 'No'))).toEqual([1, 2, 3].map((value) => ({ kind: 'value', value })))
  })

  it('of several choices merges concurrent choices', () => {
    withField({ type: 'choices', name: 'Likes', options: [{ name: 'Tea' }, { name: 'Rain' }, { name: 'Moss' }] })
    const record = make('Ash', { Likes: ['Tea'] })
    const other = twin(space, first)
    const likes = (value: string): Edit => ({ do: 'add', table: people, record, field: 'Likes', value })
    does(likes('Moss'))
    commitAlone(other, [likes('Rain'), { do: 'remove', table: people, record, field: 'Likes', value: 'Tea' }], NOW)
    meet(space, other)
    const [, rain, moss] = field('Likes').options.map(({ id }) => id)
    expect(cell(record, 'Likes')).toEqual({ kind: 'options', options: [rain, moss] })
    expect(cell(record, 'Likes', other)).toEqual(cell(record, 'Likes'))
    does({ do: 'set', table: people, record, field: 'Likes', value: ['Tea'] })
    expect(cell(record, 'Likes')).toEqual({ kind: 'options', options: [field('Likes').options[0]?.id] })
  })

  it('keeps a concurrent removal when an option is chosen that is already chosen', () => {
    withField({ type: 'choices', name: 'Likes', options: [{ name: 'Tea' }] })
    const record = make('Ash', { Likes: ['Tea'] })
    const other = twin(space, first)
    expect(does({ do: 'add', table: people, record, field: 'Likes', value: 'Tea' })).toBeUndefined()
    commitAlone(other, [{ do: 'remove', table: people, record, field: 'Likes', value: 'Tea' }], NOW)
    meet(space, other)
    expect(cell(record, 'Likes')).toBeUndefined()
  })

  it('stores each file once, by its hash', () => {
    withField({ type: 'file', name: 'Papers' })
    const record = make('Ash')
    const paper = { hash: 'ab'.repeat(32), name: 'a.pdf', mime: 'application/pdf', size: 7 }
    does({ do: 'add', table: people, record, field: 'Papers', value: paper })
    does({ do: 'add', table: people, record, field: 'Papers', value: { ...paper, alt: 'a letter' } })
    expect(cell(record, 'Papers')).toMatchObject({ kind: 'files', files: [{ ...paper, alt: 'a letter' }] })
    does({ do: 'remove', table: people, record, field: 'Papers', value: paper.hash })
    expect(cell(record, 'Papers')).toBeUndefined()
    expect(refuses({ do: 'add', table: people, record, field: 'Papers', value: { ...paper, hash: '../x' } })).toBe('bad-value')
  })
})

describe('a long text', () => {
  let record: RecordId
  beforeEach(() => {
    withField({ type: 'long-text', name: 'Story' })
    record = make('Ash', { Story: 'The house by the sea.' })
  })
  const write = (at: number, remove: number, insert: string): Edit => ({
    do: 'splice',
    table: people,
    record,
    field: 'Story',
    at,
    remove,
    insert,
  })

  it('merges concurrent edits', () => {
    const other = twin(space, first)
    does(write(4, 0, 'old '))
    commitAlone(other, [write(20, 1, ', at night.')], NOW)
    meet(space, other)
    expect(cell(record, 'Story')).toMatchObject({ kind: 'text', text: 'The old house by the sea, at night.', others: [] })
  })

  it('replaces only the part that differs when it is set as a whole', () => {
    const other = twin(space, first)
    does({ do: 'set', table: people, record, field: 'Story', value: 'The house by the river.' })
    commitAlone(other, [write(0, 0, '# ')], NOW)
    meet(space, other)
    expect(cell(record, 'Story')).toMatchObject({ text: '# The house by the river.' })
  })

  it('that two devices created concurrently shows both and joins them', () => {
    const fresh = make('Briar')
    const other = twin(space, first)
    does({ do: 'set', table: people, record: fresh, field: 'Story', value: 'One.' })
    commitAlone(other, [{ do: 'set', table: people, record: fresh, field: 'Story', value: 'Two.' }], NOW)
    meet(space, other)
    const seen = cell(fresh, 'Story') as Extract<Cell, { kind: 'text' }>
    expect([seen.text, ...seen.others.map(({ text }) => text)].sort()).toEqual(['One.', 'Two.'])
    does({ do: 'join', table: people, record: fresh, field: 'Story' })
    expect(cell(fresh, 'Story')).toMatchObject({ text: `${seen.text}\n\n${seen.others[0]?.text}`, others: [] })
  })

  it('is undone character by character, keeping the edits of others', () => {
    const step = does(write(4, 5, 'cottage'))?.step
    const other = twin(space, first)
    commitAlone(other, [write(8, 0, '–green–')], NOW)
    meet(space, other)
    expect(cell(record, 'Story')).toMatchObject({ text: 'The cott–green–age by the sea.' })
    if (step) undoStep(space, step, NOW)
    expect(cell(record, 'Story')).toMatchObject({ text: expect.stringMatching(/^The (house–green–|–green–house) by the sea\.$/) })
  })

  it('edits and undoes characters of two UTF-16 units', () => {
    const step = does(write(3, 1, '🌊🌊'))?.step
    expect(cell(record, 'Story')).toMatchObject({ text: 'The🌊🌊house by the sea.' })
    const back = step && undoStep(space, step, NOW).committed?.step
    expect(cell(record, 'Story')).toMatchObject({ text: 'The house by the sea.' })
    if (back) undoStep(space, back, NOW)
    expect(cell(record, 'Story')).toMatchObject({ text: 'The🌊🌊house by the sea.' })
  })

  it('rejects a position out of range', () => {
    expect(refuses(write(22, 0, 'x'))).toBe('bad-value')
    expect(refuses(write(0, -1, 'x'))).toBe('bad-value')
    expect(refuses({ do: 'set', table: people, record, field: 'Story', value: 'x'.repeat(1_000_001) })).toBe('too-large')
  })

  it('keeps its content through every change of type', () => {
    for (const type of ['number', 'choices', 'link', 'text', 'long-text'] as const)
      does({ do: 'update-field', field: 'Story', type })
    expect(cell(record, 'Story')).toMatchObject({ kind: 'text', text: 'The house by the sea.' })
  })
})

describe('a link', () => {
  it('with an inverse is edited from either side and stored on one', () => {
    withField({ type: 'link', name: 'Groups', target: groups, twoWay: { name: 'Members' } })
    const [ash, choir] = [make('Ash'), make('Choir', {}, groups)]
    does({ do: 'link', table: groups, record: choir, field: 'Members', to: ash })
    expect(cell(ash, 'Groups')).toMatchObject({ to: [choir] })
    const briar = make('Briar')
    does({ do: 'set', table: groups, record: choir, field: 'Members', value: [briar] })
    expect(cell(ash, 'Groups')).toBeUndefined()
    expect(cell(briar, 'Groups')).toMatchObject({ to: [choir] })
  })

  it('has attributes, which are removed with it', () => {
    withField({
      type: 'link',
      name: 'Groups',
      target: groups,
      attributes: [
        { name: 'Role', type: 'text' },
        { name: 'Since', type: 'date' },
      ],
    })
    const [ash, choir] = [make('Ash'), make('Choir', {}, groups)]
    const at = { table: people, record: ash, field: 'Groups', to: choir }
    does({ do: 'link', ...at, attributes: { Role: 'alto', Since: '2026' } })
    const [role, since] = field('Groups').attributes.map(({ id }) => id) as [FieldId, FieldId]
    expect(cell(ash, 'Groups')).toMatchObject({
      links: [{ to: choir, attributes: { [role]: { value: 'alto' }, [since]: { value: '2026' } } }],
    })
    expect(refuses({ do: 'link', ...at, attributes: { Since: 'then' } })).toBe('bad-value')
    expect(refuses({ do: 'link', ...at, attributes: { Pay: 1 } })).toBe('not-found')
    does({ do: 'unlink', ...at })
    does({ do: 'link', ...at })
    expect(cell(ash, 'Groups')).toMatchObject({ links: [{ to: choir, attributes: {} }] })
  })

  it('keeps its order, and can be put before another', () => {
    withField({ type: 'link', name: 'Groups', target: groups })
    const ash = make('Ash')
    const [one, two, three] = ['1', '2', '3'].map((name) => make(name, {}, groups)) as [RecordId, RecordId, RecordId]
    for (const to of [one, two]) does({ do: 'link', table: people, record: ash, field: 'Groups', to })
    does({ do: 'link', table: people, record: ash, field: 'Groups', to: three, before: two })
    expect(cell(ash, 'Groups')).toMatchObject({ to: [one, three, two] })
    does({ do: 'link', table: people, record: ash, field: 'Groups', to: one, before: null })
    expect(cell(ash, 'Groups')).toMatchObject({ to: [three, two, one] })
  })

  it('that allows one link per target rejects a second; concurrent ones both stay', () => {
    withField({ type: 'link', name: 'Leads', target: groups, one: true })
    const [ash, briar, choir] = [make('Ash'), make('Briar'), make('Choir', {}, groups)]
    const other = twin(space, first)
    const lead = (record: RecordId): Edit => ({ do: 'link', table: people, record, field: 'Leads', to: choir })
    does(lead(ash))
    expect(refuses(lead(briar))).toBe('not-unique')
    commitAlone(other, [lead(briar)], NOW)
    meet(space, other)
    expect([ash, briar].map((each) => cell(each, 'Leads'))).toMatchObject([{ to: [choir] }, { to: [choir] }])
  })

  it('may point to a record of another space that is not on this device', () => {
    const elsewhere = newId<SpaceId>()
    withField({ type: 'link', name: 'Friends', space: elsewhere })
    const [ash, far] = [make('Ash'), newId<RecordId>()]
    does({ do: 'link', table: people, record: ash, field: 'Friends', to: far })
    expect(cell(ash, 'Friends')).toMatchObject({ links: [{ to: far, space: elsewhere }] })
  })

  it('rejects a target that does not exist', () => {
    withField({ type: 'link', name: 'Groups', target: groups })
    expect(refuses({ do: 'link', table: people, record: make('Ash'), field: 'Groups', to: newId<RecordId>() })).toBe('not-found')
  })

  it('to one record keeps it when the field allows several', () => {
    withField({ type: 'link', name: 'Group', target: groups, many: false })
    const [ash, choir, team] = [make('Ash'), make('Choir', {}, groups), make('Team', {}, groups)]
    does({ do: 'set', table: people, record: ash, field: 'Group', value: choir })
    does({ do: 'update-field', field: 'Group', many: true })
    does({ do: 'link', table: people, record: ash, field: 'Group', to: team })
    expect(cell(ash, 'Group')).toMatchObject({ to: [choir, team] })
    expect(refuses({ do: 'update-field', field: 'Group', onDelete: 'explode' as never })).toBe('bad-value')
  })
})

describe('a tree', () => {
  beforeEach(() => {
    withField({ type: 'tree', name: 'Outline' })
  })
  const below = (record: RecordId, parent: RecordId | null, before?: RecordId): Edit => ({
    do: 'move',
    table: people,
    record,
    field: 'Outline',
    parent,
    ...(before !== undefined && { before }),
  })
  const shown = (of = space) => resolveTree(edgesOf(field('Outline', of), [...readTable(of, people)].flat()))

  it('moves branches and rejects a move below itself', () => {
    const [a, b, c] = [make('a'), make('b'), make('c')]
    does(below(b, a), below(c, b))
    expect(refuses(below(a, c))).toBe('cycle')
    expect(refuses(below(a, a))).toBe('cycle')
    does(below(c, null))
    expect(shown()).toEqual(
      new Map([
        [a, ''],
        [b, a],
        [c, ''],
      ]),
    )
  })

  it('keeps every branch when two concurrent moves would close a cycle', () => {
    const [a, b] = [make('a'), make('b')]
    const other = twin(space, first)
    does(below(a, b))
    commitAlone(other, [below(b, a)], NOW)
    meet(space, other)
    expect(shown()).toEqual(shown(other))
    expect([...shown().values()].filter((parent) => parent === '')).toHaveLength(1)
    // A later move must not change the position of any other record.
    const before = shown()
    const c = make('c')
    does(below(c, a))
    expect(shown().get(a)).toBe(before.get(a))
    expect(shown().get(b)).toBe(before.get(b))
    expect(shown().get(c)).toBe(a)
  })

  it('places new records below their parent, in order', () => {
    const a = make('a')
    const [b, c] = [make('b', { Outline: a }), make('c', { Outline: a })]
    const d = make('d')
    does(below(d, a, c))
    const children = [...readTable(space, people)]
      .flat()
      .filter(({ id }) => shown().get(id) === a)
      .sort((one, two) =>
        String(one.flat[`${field('Outline').id}/order`]) < String(two.flat[`${field('Outline').id}/order`]) ? -1 : 1,
      )
      .map(({ id }) => id)
    expect(children).toEqual([b, d, c])
  })
})

describe('the trash', () => {
  const gone = (of = space) =>
    deletedRecords(everyTable(of.schema).map((each) => ({ table: each, records: [...readTable(of, each.id)].flat() })))

  it('takes a record along when all its cascading links point there, and restores it', () => {
    withField({ type: 'link', name: 'Groups', target: groups, onDelete: 'cascade' })
    const [choir, team] = [make('Choir', {}, groups), make('Team', {}, groups)]
    const ash = make('Ash', { Groups: [choir, team] })
    does({ do: 'delete', what: { table: groups, record: choir } })
    expect(gone()).toEqual(new Set([`${groups}/${choir}`]))
    does({ do: 'delete', what: { table: groups, record: team } })
    expect(gone().has(`${people}/${ash}`)).toBe(true)
    does({ do: 'restore', what: { table: groups, record: choir } })
    expect(gone()).toEqual(new Set([`${groups}/${team}`]))
  })

  it('rejects a record that a restricting link protects; a concurrent deletion stays', () => {
    withField({ type: 'link', name: 'Groups', target: groups, onDelete: 'restrict' })
    const choir = make('Choir', {}, groups)
    const other = twin(space, first)
    const ash = make('Ash', { Groups: [choir] })
    expect(refuses({ do: 'delete', what: { table: groups, record: choir } })).toBe('restricted')
    commitAlone(other, [{ do: 'delete', what: { table: groups, record: choir } }], NOW)
    meet(space, other)
    expect(gone().has(`${groups}/${choir}`)).toBe(true)
    expect(cell(ash, 'Groups')).toMatchObject({ to: [choir] })
    does({ do: 'restore', what: { table: groups, record: choir } })
    does({ do: 'delete', what: { table: people, record: ash } }, { do: 'delete', what: { table: groups, record: choir } })
  })

  it('is emptied permanently, and purges nothing else', () => {
    withField({ type: 'link', name: 'Groups', target: groups, onDelete: 'cascade' })
    const choir = make('Choir', {}, groups)
    const ash = make('Ash', { Groups: [choir] })
    const what = { table: groups, record: choir }
    expect(refuses({ do: 'purge', what })).toBe('not-deleted')
    const step = does({ do: 'delete', what })?.step
    const other = twin(space, first)
    commitAlone(other, [{ do: 'set', table: groups, record: choir, field: 'Name', value: 'Quire' }], NOW)
    does({ do: 'purge', what })
    meet(space, other)
    for (const each of [space, other]) {
      expect(readRecord(each, groups, choir)).toBeUndefined()
      expect(readRecord(each, people, ash)).toBeUndefined()
    }
    expect(step && undoStep(space, step, NOW).kept).toBe(1)
  })

  it('takes and restores tables, fields, views and options', () => {
    does({ do: 'create-view', table: people, name: 'All', kind: 'grid', filter: { all: [] } })
    withField({ type: 'choice', name: 'Crew', options: [{ name: 'Day' }] })
    const view = table(people).views[0]?.id as never
    const day = field('Crew').options[0]?.id as OptionId
    does({ do: 'delete', what: { view } }, { do: 'delete', what: { field: 'Crew', option: day } })
    expect(table(people).views).toEqual([])
    expect(field('Crew').options).toEqual([])
    does({ do: 'restore', what: { view } }, { do: 'restore', what: { field: 'Crew', option: day } })
    expect(table(people).views).toMatchObject([{ name: 'All', filter: { all: [] } }])
    expect(field('Crew').options).toMatchObject([{ id: day, name: 'Day' }])
    does({ do: 'delete', what: { table: people } })
    does({ do: 'purge', what: { table: people } })
    expect(everyTable(space.schema).map(({ id }) => id)).not.toContain(people)
    expect(refuses({ do: 'create-record', table: people })).toBe('not-found')
  })
})

describe('a text that does not fit its field', () => {
  it.each([
    ['number', 'twelve'],
    ['number', '9007199254740993'],
    ['date', 'next week'],
    ['checkbox', 'banana'],
  ] as const)('is rejected in a field of type %s, and stored as unfit with `keep`: %s', (type, text) => {
    withField({ type })
    const record = make('Ash')
    const set = { do: 'set', table: people, record, field: 'It', value: text } as const
    expect(refuses(set)).toBe('bad-value')
    does({ ...set, keep: true })
    expect(cell(record, 'It')).toEqual({ kind: 'unfit', text })
    does({ ...set, value: null })
    expect(cell(record, 'It')).toBeUndefined()
  })

  it('becomes a value if it fits', () => {
    withField({ type: 'number' })
    const record = make('Ash')
    does({ do: 'set', table: people, record, field: 'It', value: '12', keep: true })
    expect(cell(record, 'It')).toEqual({ kind: 'value', value: 12 })
  })

  it('is rejected with the nearest number that can be stored', () => {
    withField({ type: 'number' })
    const record = make('Ash')
    expect(() => does({ do: 'set', table: people, record, field: 'It', value: '9007199254740993' })).toThrow(
      /"9007199254740993" exactly.*nearest is 9007199254740992/,
    )
  })
})

describe('a schema', () => {
  it('keeps the target that one device chose while another renamed the link', () => {
    withField({ type: 'link', name: 'Reads', target: people, many: true })
    const other = twin(space, first)
    commitAlone(other, [{ do: 'update-field', field: 'Reads', target: groups, many: false }], NOW)
    const { id } = field('Reads')
    for (const name of ['Read', 'Has', 'Has read']) does({ do: 'update-field', field: id, name })
    meet(space, other)
    for (const each of [space, other]) expect(field('Has read', each)).toMatchObject({ target: groups, many: false })
  })

  it('merges a rename and a concurrent change of type', () => {
    withField({ type: 'text', name: 'Age' })
    const record = make('Ash', { Age: '31' })
    const other = twin(space, first)
    does({ do: 'update-field', field: 'Age', name: 'Years' })
    commitAlone(other, [{ do: 'update-field', field: 'Age', type: 'number', unit: 'a' }], NOW)
    meet(space, other)
    expect(field('Years')).toMatchObject({ type: 'number', settings: { unit: 'a' } })
    expect(cell(record, 'Years')).toEqual({ kind: 'value', value: 31 })
  })

  it('reorders tables, fields, options and the columns of a view', () => {
    withField({ type: 'text', name: 'A' })
    withField({ type: 'text', name: 'B', before: 'A' })
    does({ do: 'update-table', table: groups, before: people })
    expect(space.schema.tables.map(({ id }) => id)).toEqual([groups, people])
    expect(table(people).fields.map(({ name }) => name)).toEqual(['Name', 'B', 'A'])
    does({ do: 'update-field', field: 'A', table: people, before: 'Name' })
    expect(table(people).fields.map(({ name }) => name)).toEqual(['A', 'Name', 'B'])
    does({
      do: 'create-view',
      table: people,
      name: 'V',
      kind: 'grid',
      columns: { B: { before: 'A', width: 200 }, Name: { hidden: true } },
    })
    const nameOf = new Map(table(people).fields.map(({ id, name }) => [id, name]))
    expect(table(people).views[0]?.columns.map((each) => [nameOf.get(each.field), each.width, each.hidden])).toEqual([
      ['B', 200, false],
      ['A', undefined, false],
      ['Name', undefined, true],
    ])
  })

  it.each(['__proto__', 'constructor', '😀', 'שלום', 'a\u0000b', '\ud800lone'])('accepts %j as a name and a value', (name) => {
    withField({ type: 'text', name })
    const stored = table(people).fields.at(-1) as Field
    const record = make('Ash', { [stored.id]: name })
    expect(cellsOf(table(people).fields, readRecord(space, people, record)?.flat ?? {}).get(stored.id)).toEqual({
      kind: 'value',
      value: name.replace('\ud800', '\ufffd'),
    })
    const other = twin(space, first)
    deliver(space, other)
    expect(other.schema).toEqual(space.schema)
  })

  it('rejects what exceeds a limit', { timeout: 30_000 }, () => {
    expect(refuses({ do: 'create-field', table: people, name: 'x', type: 'sound' as never })).toBe('wrong-type')
    expect(refuses({ do: 'create-field', table: people, name: 'x', type: 'number', precision: 11 })).toBe('bad-value')
    expect(refuses({ do: 'create-field', table: people, name: 'x', type: 'number', currency: 'Euro' })).toBe('bad-value')
    expect(refuses({ do: 'create-field', table: people, name: ' ', type: 'text' })).toBe('bad-name')
    const duplicate: Edit = {
      do: 'create-field',
      table: people,
      name: 'x',
      type: 'choice',
      options: [{ name: 'a' }, { name: 'A ' }],
    }
    expect(refuses(duplicate)).toBe('already-there')
    expect(() => commitAlone(space, [duplicate], NOW)).toThrow(expect.objectContaining({ detail: { option: 'A' } }))
    expect(refuses({ do: 'create-field', table: people, name: 'x', type: 'checkbox', unique: true })).toBe('wrong-type')
    expect(
      refuses(
        ...Array.from({ length: 501 }, (_, at): Edit => ({ do: 'create-field', table: people, name: `f${at}`, type: 'text' })),
      ),
    ).toBe('too-many')
    expect(refuses({ do: 'dance' } as never)).toBe('bad-value')
    const record = make('Ash')
    expect(refuses({ do: 'set', table: people, record, field: 'Name', value: 'x'.repeat(10_000_000) })).toBe('too-large')
  })
})
