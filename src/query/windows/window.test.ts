import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { type FieldId, newId, type OptionId, type RecordId, type TableId } from '../../space/ids.ts'
import { QueryError } from '../errors.ts'
import { foldLoosely } from '../index/fold.ts'
import { tablesShownIn } from '../index/shown-tables.ts'
import { search } from '../search/search.ts'
import { all, loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { type Followed, followedSpace } from '../testing/follow.ts'
import type { Filter } from './filter.ts'
import type { Operator } from './filter-operators.ts'
import { pathOf, readOutline } from './outline.ts'
import { planWindow, readWindow, type WindowRequest } from './read-window.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

/** Saturday, 21 November 2026, in the local time zone. */
const TODAY = new Date(2026, 10, 21, 12).getTime()

const NAMES = ['Ash', 'ash', 'Éowyn', 'eowyn 2', 'Zoë', 'zo_%', 'Bríar', '日本', '100', 'b\0c', '👩‍👩‍👧', 'שלום']
const DATES = ['2026', '2026-11', '2026-11-21', '2026-11-20~', '--11-21', '2025-12-31', '1999-01-01', '2026-11-23']
const TAGS = ['Red', 'Green', 'Blue']

interface Person {
  readonly id: RecordId
  readonly name: string | null
  readonly age: number | null
  readonly born: string | null
  readonly crew: number | null
  readonly tags: readonly number[]
  readonly here: boolean | null
  readonly friends: readonly number[]
}

const person = fc.record({
  name: fc.option(fc.constantFrom(...NAMES)),
  age: fc.option(fc.constantFrom(0, 1, 2.5, 9, 24, -3, 1e21)),
  born: fc.option(fc.constantFrom(...DATES)),
  crew: fc.option(fc.constantFrom(0, 1)),
  tags: fc.uniqueArray(fc.nat(2)),
  here: fc.option(fc.boolean()),
  friends: fc.uniqueArray(fc.nat(19), { maxLength: 3 }),
})

const world = (people: readonly Omit<Person, 'id'>[]) => {
  const table = newId<TableId>()
  const [name, age, born, crew, tags, here, friends] = Array.from({ length: 7 }, () => newId<FieldId>()) as [
    FieldId,
    FieldId,
    FieldId,
    FieldId,
    FieldId,
    FieldId,
    FieldId,
  ]
  const crews = [newId<OptionId>(), newId<OptionId>()]
  const colours = TAGS.map(() => newId<OptionId>())
  const back = newId<FieldId>()
  const followed = followedSpace(sqlite, {
    do: 'create-table',
    id: table,
    name: 'People',
    fields: [
      { id: name, name: 'Name', type: 'text' },
      { id: age, name: 'Age', type: 'number' },
      { id: born, name: 'Born', type: 'date' },
      { id: crew, name: 'Crew', type: 'choice', options: crews.map((id, at) => ({ id, name: ['Night', 'Day'][at] ?? '' })) },
      { id: tags, name: 'Tags', type: 'choices', options: colours.map((id, at) => ({ id, name: TAGS[at] ?? '' })) },
      { id: here, name: 'Here', type: 'checkbox' },
      { id: friends, name: 'Friends', type: 'link', twoWay: { id: back, name: 'Friend of' } },
    ],
  })
  const all = people.map((each) => ({ ...each, id: newId<RecordId>() }))
  followed.commit(
    ...all.map(
      ({ id, ...each }) =>
        ({
          do: 'create-record',
          id,
          table,
          values: Object.fromEntries(
            (
              [
                [name, each.name],
                [age, each.age],
                [born, each.born],
                [crew, each.crew === null ? null : (crews[each.crew] ?? null)],
                [here, each.here],
              ] as const
            ).filter(([, value]) => value !== null),
          ),
        }) as const,
    ),
  )
  followed.commit(
    ...all.flatMap(({ id, tags: chosen, friends: others }) => [
      ...chosen.map((tag) => ({ do: 'add', table, record: id, field: tags, value: colours[tag] ?? '' }) as const),
      ...others.flatMap((other) => {
        const to = all[other]?.id
        return to === undefined ? [] : [{ do: 'link', table, record: id, field: friends, to } as const]
      }),
    ]),
  )
  const fields = { name, age, born, crew, tags, here, friends, back }
  const ids = (request: Partial<WindowRequest>) =>
    readWindow(followed.index, { table, offset: 0, limit: 500, ...request }, TODAY).rows.map(({ id }) => id)
  return { ...followed, table, people: all, fields, crews, colours, ids }
}
type World = ReturnType<typeof world>

/** Whether a person meets a condition, in plain JavaScript. */
type Test = (each: Person, among: readonly Person[]) => boolean

const includes = (text: string | null, part: string) => text !== null && foldLoosely(text).includes(foldLoosely(part))
const firstDay = (date: string | null) =>
  date === null || date.startsWith('--') ? undefined : `${date.replace('~', '')}-01-01`.slice(0, 10)
const onDay = (date: string | null, test: (day: string) => boolean) => {
  const day = firstDay(date)
  return day !== undefined && test(day)
}

const conditions = ({ fields, crews, colours, people }: World): [keyof typeof fields, Operator, unknown, Test][] => {
  const first = people[0]?.id ?? ('' as RecordId)
  return [
    ['name', 'is', 'ash', ({ name }) => name !== null && foldLoosely(name) === 'ash'],
    ['name', 'is not', 'Ash', ({ name }) => !(name !== null && foldLoosely(name) === 'ash')],
    ['name', 'contains', 'E', ({ name }) => includes(name, 'e')],
    ['name', 'contains', '_%', ({ name }) => includes(name, '_%')],
    ['name', 'does not contain', 'o', ({ name }) => !includes(name, 'o')],
    ['name', 'starts with', 'zo', ({ name }) => name !== null && foldLoosely(name).startsWith('zo')],
    ['name', 'is empty', undefined, ({ name }) => name === null],
    ['name', 'is any of', ['ash', 'ZOE'], ({ name }) => name !== null && ['ash', 'zoe'].includes(foldLoosely(name))],
    ['age', 'is', 9, ({ age }) => age === 9],
    ['age', '<', 9, ({ age }) => age !== null && age < 9],
    ['age', '<=', 2.5, ({ age }) => age !== null && age <= 2.5],
    ['age', '>', 1, ({ age }) => age !== null && age > 1],
    ['age', '>=', 24, ({ age }) => age !== null && age >= 24],
    ['age', 'between', [0, 9], ({ age }) => age !== null && age >= 0 && age <= 9],
    ['age', 'is not empty', undefined, ({ age }) => age !== null],
    ['crew', 'is', crews[0], ({ crew }) => crew === 0],
    ['crew', 'is', 'day', ({ crew }) => crew === 1],
    ['crew', 'is none of', [crews[0]], ({ crew }) => crew !== 0],
    ['here', 'is', true, ({ here }) => here === true],
    ['here', 'is', false, ({ here }) => here !== true],
    ['tags', 'has any of', [colours[0], colours[1]], ({ tags }) => tags.includes(0) || tags.includes(1)],
    ['tags', 'has all of', [colours[0], colours[2]], ({ tags }) => tags.includes(0) && tags.includes(2)],
    ['tags', 'has none of', [colours[2]], ({ tags }) => !tags.includes(2)],
    ['tags', 'is empty', undefined, ({ tags }) => tags.length === 0],
    ['tags', 'contains', 're', ({ tags }) => tags.some((tag) => tag < 2)],
    ['born', 'is', '2026', ({ born }) => onDay(born, (day) => day.startsWith('2026'))],
    ['born', 'is', '--11-21', ({ born }) => born === '--11-21'],
    ['born', '<', '2026-11-20', ({ born }) => onDay(born, (day) => day < '2026-11-20')],
    ['born', '>', '2025', ({ born }) => onDay(born, (day) => day > '2025-12-31')],
    ['born', 'within', 'today', ({ born }) => onDay(born, (day) => day === '2026-11-21')],
    ['born', 'within', { this: 'week' }, ({ born }) => onDay(born, (day) => day >= '2026-11-16' && day <= '2026-11-22')],
    ['born', 'within', { last: 2, unit: 'day' }, ({ born }) => onDay(born, (day) => day >= '2026-11-20' && day <= '2026-11-21')],
    [
      'born',
      'within',
      { next: 1, unit: 'month' },
      ({ born }) => onDay(born, (day) => day >= '2026-11-21' && day <= '2026-12-20'),
    ],
    ['friends', 'links to', first, ({ friends }) => friends.includes(0)],
    ['friends', 'is empty', undefined, ({ friends }, among) => friends.every((at) => at >= among.length)],
    ['back', 'is empty', undefined, ({ id }, among) => !among.some(({ friends }) => friends.some((at) => among[at]?.id === id))],
    ['back', 'links to', first, ({ id }, among) => among[0]?.friends.some((at) => among[at]?.id === id) === true],
  ]
}

const many = fc.array(person, { minLength: 8, maxLength: 20 })

describe('filters', () => {
  it('match a plain JavaScript filter over all records, for any combination of conditions', {
    timeout: propertyTime(60_000),
  }, () => {
    fc.assert(
      fc.property(
        many,
        fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
        fc.constantFrom('all', 'any', 'none'),
        (list, picks, how) => {
          const made = world(list)
          const every = conditions(made)
          const filterOf = ([field, op, value]: (typeof every)[number]): Filter => ({
            field: made.fields[field],
            op,
            ...(value !== undefined && { value }),
          })
          const expected = (test: Test) => made.people.filter((each) => test(each, made.people)).map(({ id }) => id)
          for (const condition of every)
            expect(made.ids({ filter: filterOf(condition) }), condition.slice(0, 3).join(' ')).toEqual(expected(condition[3]))
          const chosen = picks.map((pick) => every[pick % every.length] ?? (every[0] as (typeof every)[number]))
          const tests = chosen.map(([, , , test]) => test)
          const joined = { [how]: chosen.map(filterOf) } as unknown as Filter
          const together: Test = (each, among) =>
            how === 'all' ? tests.every((test) => test(each, among)) : tests.some((test) => test(each, among)) === (how === 'any')
          // Twice: the second query uses an index.
          for (let time = 0; time < 2; time++) expect(made.ids({ filter: joined })).toEqual(expected(together))
        },
      ),
      { numRuns: propertyRuns(12), endOnFailure: true },
    )
  })

  it('name the unknown field, operator or value', () => {
    const { fields, ids } = world([])
    const refused: [unknown, string, RegExp][] = [
      [{ field: 'nobody', op: 'is', value: 1 }, 'unknown-field', /"nobody"/],
      [{ field: fields.age, op: 'resembles', value: 1 }, 'bad-operator', /"resembles"/],
      [{ field: fields.age, op: 'has any of', value: ['x'] }, 'bad-operator', /"has any of".*"Age"/],
      [{ field: fields.age, op: '<', value: 'many' }, 'bad-value', /"Age"/],
      [{ field: fields.born, op: 'within', value: { last: 0, unit: 'day' } }, 'bad-value', /is not a period/],
      [{ all: 'x' }, 'bad-filter', /list/],
      ['x', 'bad-filter', /object/],
      [null, '', /./],
    ]
    for (const [filter, code, message] of refused) {
      if (code === '') expect(ids({ filter })).toEqual([])
      else {
        const refusal = (() => {
          try {
            return ids({ filter })
          } catch (error) {
            return error
          }
        })()
        expect(refusal).toBeInstanceOf(QueryError)
        expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) })
      }
    }
    let deep: unknown = { field: fields.age, op: 'is', value: 1 }
    for (let depth = 0; depth < 50; depth++) deep = { any: [deep] }
    expect(() => ids({ filter: deep })).toThrow(QueryError)
  })

  it('count rows when no row is requested', () => {
    const { index, commit } = followedSpace(sqlite)
    const [table, field] = [newId<TableId>(), newId<FieldId>()]
    commit({ do: 'create-table', id: table, name: 'Things', fields: [{ id: field, name: 'Count', type: 'number' }] })
    commit(...[1, 3, 5].map((value) => ({ do: 'create-record', table, values: { [field]: value } }) as const))
    const wanted = { table, offset: 0, filter: { field, op: '>', value: 1 }, sort: { field } }
    expect([0, 9].map((limit) => readWindow(index, { ...wanted, limit }).total)).toEqual([2, 2])
  })

  it('keep counts up to date after edits', () => {
    const { index, table, fields, commit, people } = world(
      Array.from({ length: 30 }, (_, age) => ({ name: 'Ash', age, born: null, crew: null, tags: [], here: null, friends: [] })),
    )
    const total = () =>
      readWindow(index, { table, offset: 0, limit: 1, filter: { field: fields.age, op: '<', value: 10 } }, TODAY).total
    expect(total()).toBe(10)
    const [first, second] = people
    if (!first || !second) throw new Error('There are thirty.')
    commit({ do: 'set', table, record: first.id, field: fields.age, value: 90 })
    expect(total()).toBe(9)
    commit({ do: 'delete', what: { table, record: second.id } })
    expect(total()).toBe(8)
    commit({ do: 'restore', what: { table, record: second.id } }, { do: 'create-record', table, values: { Age: 3 } })
    expect(total()).toBe(10)
  })
})

describe('filters on a field whose type changed', () => {
  it('match values that do not fit by their displayed text', () => {
    const [table, page] = [newId<TableId>(), newId<FieldId>()]
    const { index, commit } = followedSpace(
      sqlite,
      {
        do: 'create-table',
        id: table,
        name: 'Pages',
        fields: [
          { name: 'Name', type: 'text' },
          { id: page, name: 'Page', type: 'text' },
        ],
      },
      { do: 'create-record', table, values: { [page]: 'Not a pâge' } },
    )
    const found = (op: Operator, value: string) =>
      readWindow(index, { table, offset: 0, limit: 9, filter: { field: page, op, value } }).total
    const outcomes = () =>
      (['is', 'is not', 'starts with', 'contains', '<', '>'] as const).map((op) => [
        op,
        found(op, 'not a page'),
        found(op, 'q'),
        found(op, 'a'),
      ])
    const before = outcomes()
    expect(before[0]).toEqual(['is', 1, 0, 0])
    commit({ do: 'update-field', field: page, type: 'url' })
    expect(outcomes()).toEqual(before)
    commit({ do: 'update-field', field: page, type: 'long-text' })
    expect(outcomes()).toEqual(before)
    commit({ do: 'update-field', field: page, type: 'email' })
    expect(outcomes()).toEqual(before)
  })
})

const compare = (one: string | number, other: string | number) => (one < other ? -1 : one > other ? 1 : 0)

describe('sorts and groups', () => {
  it('sort like a stable sort of plain values, empty cells last', { timeout: propertyTime(60_000) }, () => {
    fc.assert(
      fc.property(many, fc.boolean(), fc.boolean(), (list, down, up) => {
        const made = world(list)
        const { people, fields, ids } = made
        const keys: Partial<Record<keyof typeof fields, (each: Person) => string | number | null>> = {
          name: ({ name }) => (name === null ? null : foldLoosely(name)),
          age: ({ age }) => age,
          born: ({ born }) => born,
          crew: ({ crew }) => crew,
          tags: ({ tags }) => (tags.length === 0 ? null : Math.min(...tags)),
          friends: ({ friends }) => {
            const at = friends.find((each) => people[each] !== undefined)
            return at === undefined ? null : foldLoosely(people[at]?.name ?? '')
          },
        }
        const by = (field: keyof typeof fields, descending: boolean) => (one: Person, other: Person) => {
          const [a, b] = [keys[field]?.(one) ?? null, keys[field]?.(other) ?? null]
          return a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b) * (descending ? -1 : 1)
        }
        for (const field of Object.keys(keys) as (keyof typeof fields)[]) {
          const expected = [...people].sort(by(field, down)).map(({ id }) => id)
          for (let time = 0; time < 2; time++)
            expect(ids({ sort: { field: fields[field], descending: down } }), field).toEqual(expected)
        }
        const expected = [...people].sort((one, other) => by('crew', down)(one, other) || by('age', up)(one, other))
        const sort = [
          { field: fields.crew, descending: down },
          { field: fields.age, descending: up },
        ]
        for (let time = 0; time < 2; time++) expect(ids({ sort })).toEqual(expected.map(({ id }) => id))
      }),
      { numRuns: propertyRuns(12), endOnFailure: true },
    )
  })

  it('group with aggregates, and order rows by group', { timeout: propertyTime(60_000) }, () => {
    fc.assert(
      fc.property(many, (list) => {
        const { index, table, fields, people, crews } = world(list)
        const { groups = [], rows } = readWindow(
          index,
          {
            table,
            offset: 0,
            limit: 500,
            group: {
              by: [{ field: fields.crew }],
              aggregates: [
                { field: fields.age, aggregate: 'sum' },
                { field: fields.age, aggregate: 'max' },
                { field: fields.age, aggregate: 'count' },
                { field: fields.here, aggregate: 'checked' },
              ],
            },
          },
          TODAY,
        )
        const expected = [0, 1, null].flatMap((crew) => {
          const among = people.filter((each) => each.crew === crew)
          const ages = among.flatMap(({ age }) => age ?? [])
          if (among.length === 0) return []
          return [
            {
              key: [crew === null ? null : crews[crew]],
              count: among.length,
              aggregates: [
                expect.closeTo(ages.reduce((sum, age) => sum + age, 0)),
                ages.length === 0 ? null : Math.max(...ages),
                ages.length,
                expect.closeTo(among.filter(({ here }) => here === true).length / among.length),
              ],
            },
          ]
        })
        expect(groups).toMatchObject(expected)
        for (const { offset, count, key } of groups)
          for (const { cells } of rows.slice(offset, offset + count))
            expect((cells[fields.crew] as { value?: string } | undefined)?.value ?? null).toBe(key[0])
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(people.length)
      }),
      { numRuns: propertyRuns(10), endOnFailure: true },
    )
  })

  it('use an index from the second query on', () => {
    const { index, table, fields } = world([])
    const request = {
      table,
      offset: 0,
      limit: 10,
      sort: { field: fields.name, descending: true },
      filter: { field: fields.age, op: '<', value: 9 },
    } as const
    const made = () =>
      all(index.database, "SELECT name FROM sqlite_schema WHERE type = 'index' AND name GLOB 's_*'").map(([name]) => name)
    readWindow(index, request, TODAY)
    expect(made()).toEqual([])
    readWindow(index, request, TODAY)
    expect(made()).toHaveLength(1)
    const statements: string[] = []
    const { sql, bind } = planOf(index, request)
    for (const [, , , detail] of all(index.database, `EXPLAIN QUERY PLAN ${sql} LIMIT 10`, bind)) statements.push(String(detail))
    expect(statements.join()).toContain(`COVERING INDEX ${made()[0]}`)
    expect(statements.join()).not.toContain('TEMP B-TREE')
    for (const { id } of index.schema.tables[0]?.fields ?? [])
      for (const descending of [true, false])
        for (let time = 0; time < 4; time++) readWindow(index, { ...request, sort: { field: id, descending }, filter: undefined })
    expect(made().length).toBeLessThanOrEqual(16)
  })
})

const planOf = (index: Followed['index'], request: WindowRequest) => {
  const table = index.schema.tables.find(({ id }) => id === request.table)
  if (!table) throw new Error('The table is not there.')
  return planWindow(index, table, request, TODAY)
}

describe('the search', () => {
  it('finds prefixes and substrings, ignores diacritics, and follows edits', { timeout: propertyTime(60_000) }, () => {
    fc.assert(
      fc.property(many, fc.constantFrom('ash', 'EO', 'zo', 'b', 'riar', '100', '日', 'red'), (list, wanted) => {
        const { index, people, commit, table, fields } = world(list)
        const shown = (each: Person) =>
          [
            each.name,
            each.age,
            each.born,
            each.crew === null ? null : ['Night', 'Day'][each.crew],
            ...each.tags.map((tag) => TAGS[tag]),
          ]
            .filter((part) => part !== null)
            .join('\n')
        const words = (text: string) => foldLoosely(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
        const expected = () => {
          const begun = people.filter((each) => words(shown(each)).some((word) => word.startsWith(foldLoosely(wanted))))
          return begun.length > 0 ? begun : people.filter((each) => shown(each).toLowerCase().includes(wanted.toLowerCase()))
        }
        const found = () => new Set(search(index, wanted).map(({ record }) => record))
        expect(found()).toEqual(new Set(expected().map(({ id }) => id)))
        const [first] = people
        if (!first) return
        commit({ do: 'set', table, record: first.id, field: fields.name, value: 'wholly other' })
        expect(search(index, 'WHOLLY oth')).toMatchObject([{ record: first.id, label: 'wholly other' }])
        commit({ do: 'delete', what: { table, record: first.id } })
        expect(search(index, 'wholly')).toEqual([])
        commit({ do: 'purge', what: { table, record: first.id } })
        expect(search(index, 'wholly')).toEqual([])
      }),
      { numRuns: propertyRuns(12), endOnFailure: true },
    )
  })

  it('accepts any input', () => {
    const { index, ids } = world([{ name: 'Ash', age: 1, born: null, crew: null, tags: [], here: null, friends: [] }])
    for (const text of ['"', '* OR', 'label:x', 'a AND NOT', '\0', '👩', 'NEAR(a b)', "'; DROP TABLE x", '-', '(', '^ash', ' '])
      expect(() => search(index, text), text).not.toThrow()
    expect(ids({ search: 'as' })).toHaveLength(1)
    expect(ids({ search: 'xx' })).toHaveLength(0)
  })
})

describe('trees', () => {
  it('are read as outlines without collapsed branches, and by path', () => {
    const table = newId<TableId>()
    const [name, tree] = [newId<FieldId>(), newId<FieldId>()]
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(() => newId<RecordId>()) as [RecordId, RecordId, RecordId, RecordId]
    const { index, commit } = followedSpace(
      sqlite,
      {
        do: 'create-table',
        id: table,
        name: 'Parts',
        fields: [
          { id: name, name: 'Name', type: 'text' },
          { id: tree, name: 'In', type: 'tree' },
        ],
      },
      ...Object.entries({ a, b, c, d }).map(
        ([text, id]) => ({ do: 'create-record', id, table, values: { [name]: text } }) as const,
      ),
    )
    commit({ do: 'move', table, record: b, field: tree, parent: a })
    commit({ do: 'move', table, record: c, field: tree, parent: b })
    const outline = (more: object) =>
      readOutline(index, { table, tree, offset: 0, limit: 50, ...more }).rows.map(({ id, depth, children }) => [
        id,
        depth,
        children,
      ])
    expect(outline({})).toEqual([
      [a, 0, 1],
      [b, 1, 1],
      [c, 2, 0],
      [d, 0, 0],
    ])
    expect(outline({ collapsed: [b] })).toEqual([
      [a, 0, 1],
      [b, 1, 1],
      [d, 0, 0],
    ])
    expect(outline({ under: a, depth: 0 })).toEqual([[b, 0, 1]])
    expect(outline({ offset: 2, limit: 1 })).toEqual([[c, 2, 0]])
    expect(pathOf(index, { table, tree, record: c }).map(({ label }) => label)).toEqual(['a', 'b', 'c'])
    const below = { field: tree, op: 'below', value: a } as const
    expect(readWindow(index, { table, offset: 0, limit: 9, filter: below }).rows.map(({ id }) => id)).toEqual([b, c])
    commit({ do: 'delete', what: { table, record: b } })
    expect(outline({})).toEqual([
      [a, 0, 0],
      [d, 0, 0],
    ])
  })
})

describe('the tables shown in a table', () => {
  it('are those it links to, and those that they link to', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(() => newId<TableId>()) as [TableId, TableId, TableId, TableId]
    const link = (target: TableId) => ({ name: 'Link', type: 'link' as const, target })
    const { index } = followedSpace(
      sqlite,
      ...[a, b, c, d].map((id) => ({ do: 'create-table', id, name: id, fields: [{ name: 'Name', type: 'text' }] }) as const),
      { do: 'create-field', table: a, ...link(b), twoWay: { name: 'Back' } },
      { do: 'create-field', table: b, ...link(c) },
    )
    expect(tablesShownIn(index, a)).toEqual(new Set([a, b, c]))
    expect(tablesShownIn(index, b)).toEqual(new Set([a, b, c]))
    expect(tablesShownIn(index, c)).toEqual(new Set())
    expect(tablesShownIn(index, d)).toEqual(new Set())
  })
})
