import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../test/support/property-runs.ts'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import { commitAlone } from './answer-lookups.ts'
import type { Handle } from './automerge.ts'
import { cellOf } from './cells/cell.ts'
import { addBulk, beginBulk, dropBulk, endBulk } from './edits/bulk.ts'
import { BUCKETS, type FieldId, newId, type OptionId, type RecordId, type TableId } from './ids.ts'
import { readTable } from './read-records.ts'
import { applyChanges, createSpace, openSpace, type Space, undoStep } from './space.ts'

const NOW = 1_780_000_000
const anActor = () => toHex(randomBytes(24))

const SINGLE = new Set(['text', 'number', 'checkbox', 'date', 'choice'])
const aSpace = () => {
  const { space, first } = createSpace(anActor(), 'Lumen House', NOW)
  const table = newId<TableId>()
  const [name, age, crew] = [newId<FieldId>(), newId<FieldId>(), newId<FieldId>()]
  const day = newId<OptionId>()
  commitAlone(
    space,
    [
      {
        do: 'create-table',
        id: table,
        name: 'Members',
        fields: [
          { id: name, name: 'Name', type: 'text' },
          { id: age, name: 'Age', type: 'number' },
          { id: crew, name: 'Crew', type: 'choice', options: [{ id: day, name: 'Day crew' }] },
        ],
      },
    ],
    NOW,
  )
  return { space, first, table, name, age, crew, day }
}

const twin = (space: Space, first: string) => openSpace([space.resident.handle.save()], first, anActor())

const exchange = (one: Space, other: Space) => {
  const [mine, theirs] = [one.resident.handle, other.resident.handle]
  const forOther = mine.getChanges(theirs.getHeads().filter((head) => mine.getChangeMetaByHash(head)))
  const forOne = theirs.getChanges(mine.getHeads().filter((head) => theirs.getChangeMetaByHash(head)))
  applyChanges(other, forOther)
  applyChanges(one, forOne)
}

const recordsOf = (space: Space, table: TableId) =>
  [...readTable(space, table)]
    .flat()
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, flat }) => ({ id, flat: { ...flat } }))

/** Throws if a method that commits pending operations is called during an open transaction. */
const guarded = (space: Space): Space => {
  const allowed = new Set([
    'put',
    'delete',
    'putObjectFromHydrate',
    'splice',
    'get',
    'getWithType',
    'getAll',
    'keys',
    'text',
    'length',
    'pendingOps',
    'commit',
    'rollback',
  ])
  const real = space.resident.handle
  const handle = new Proxy(real, {
    get(target, name: keyof Handle) {
      const member = target[name]
      if (typeof member !== 'function') return member
      return (...rest: unknown[]) => {
        if (!allowed.has(String(name)) && real.pendingOps() > 0)
          throw new Error(`${String(name)} was called inside a transaction`)
        return (member as (...rest: unknown[]) => unknown).apply(target, rest)
      }
    },
  })
  return { ...space, resident: { ...space.resident, handle } }
}

describe('a space', () => {
  it('shows the created tables, fields and options in order', () => {
    const { space, table, name, age, crew, day } = aSpace()
    expect(space.schema).toMatchObject({
      name: 'Lumen House',
      tables: [
        {
          id: table,
          name: 'Members',
          fields: [
            { id: name, type: 'text' },
            { id: age, type: 'number' },
            { id: crew, options: [{ id: day, name: 'Day crew', colour: 1 }] },
          ],
        },
      ],
    })
  })

  it('keeps typed values through every change of type', () => {
    const { space, table, age } = aSpace()
    const record = newId<RecordId>()
    commitAlone(space, [{ do: 'create-record', id: record, table, values: { [age]: 31 } }], NOW)
    const shown = () => {
      const field = space.schema.tables[0]?.fields.find(({ id }) => id === age)
      const stored = recordsOf(space, table)[0]?.flat
      return field && stored && cellOf(field, stored)
    }
    const seen = (['text', 'date', 'checkbox', 'number'] as const).map((type) => {
      commitAlone(space, [{ do: 'update-field', field: age, type }], NOW)
      return shown()
    })
    expect(seen).toEqual([
      { kind: 'value', value: '31' },
      { kind: 'unfit', text: '31' },
      { kind: 'unfit', text: '31' },
      { kind: 'value', value: 31 },
    ])
  })

  it('rejects a whole transaction for one invalid edit and stays unchanged', () => {
    const { space, table, name, age } = aSpace()
    const heads = space.resident.handle.getHeads()
    expect(() =>
      commitAlone(
        space,
        [
          { do: 'create-record', table, values: { [name]: 'Ash' } },
          { do: 'create-record', table, values: { [age]: 'many' } },
        ],
        NOW,
      ),
    ).toThrow('"Age" takes a number, got "many".')
    expect(space.resident.handle.getHeads()).toEqual(heads)
    expect(recordsOf(space, table)).toEqual([])
  })

  it.each([
    ['1e21', 1e21],
    ['2⁵³', 2 ** 53],
    ['2⁵³−1', 2 ** 53 - 1],
    ['-0.1', -0.1],
  ])('stores %s exactly, in a new record and in an existing one', (_, number) => {
    const { space, table, age } = aSpace()
    const [made, set] = [newId<RecordId>(), newId<RecordId>()]
    commitAlone(
      space,
      [
        { do: 'create-record', id: made, table, values: { [age]: number } },
        { do: 'create-record', id: set, table },
      ],
      NOW,
    )
    commitAlone(space, [{ do: 'set', table, record: set, field: age, value: number }], NOW)
    expect(recordsOf(space, table).map(({ flat }) => flat[age])).toEqual([number, number])
  })

  it('replaces lone surrogates and rejects NaN and texts above the limit', () => {
    const { space, table, name, age } = aSpace()
    commitAlone(space, [{ do: 'create-record', table, values: { [name]: 'a\uD800b' } }], NOW)
    expect(recordsOf(space, table)[0]?.flat[name]).toBe('a\uFFFDb')
    expect(() => commitAlone(space, [{ do: 'create-record', table, values: { [age]: Number.NaN } }], NOW)).toThrow('finite')
    expect(() => commitAlone(space, [{ do: 'create-record', table, values: { [name]: 'x'.repeat(1_500_000) } }], NOW)).toThrow(
      '1,500,000',
    )
  })

  it('does not commit accidentally inside a transaction', () => {
    const { space, table, name, crew, day } = aSpace()
    const watched = guarded(space)
    const record = newId<RecordId>()
    commitAlone(watched, [{ do: 'create-record', id: record, table, values: { [name]: 'Ash', [crew]: day } }], NOW)
    commitAlone(watched, [{ do: 'create-field', table, name: 'Friends', type: 'link', many: true }], NOW)
    const friends = watched.schema.tables[0]?.fields[3]?.id as FieldId
    const linked = commitAlone(watched, [{ do: 'link', table, record, field: friends, to: record }], NOW)
    expect(linked?.step.written).toHaveLength(1)
    expect(() => commitAlone(watched, [{ do: 'set', table, record: newId(), field: name, value: 'x' }], NOW)).toThrow(
      'There is no record',
    )
  })

  it('reads as little of the document for the hundredth table as for the tenth', () => {
    const { space } = createSpace(anActor(), 'Lumen House', NOW)
    const readsOf = (work: () => void): number => {
      let reads = 0
      const { handle } = space.resident
      const names = ['getWithType', 'getAll', 'materialize'] as const
      const methods = names.map((name) => [name, handle[name]] as const)
      for (const [name, method] of methods) {
        handle[name] = (...given: unknown[]) => {
          reads += 1
          return (method as (...given: unknown[]) => never).apply(handle, given)
        }
      }
      work()
      for (const [name, method] of methods) handle[name] = method as never
      return reads
    }
    const makeTable = (name: string) =>
      commitAlone(space, [{ do: 'create-table', name, fields: [{ name: 'Name', type: 'text' }] }], NOW)
    for (let at = 1; at < 10; at++) makeTable(`Table ${at}`)
    const tenth = readsOf(() => makeTable('Table 10'))
    for (let at = 11; at < 100; at++) makeTable(`Table ${at}`)
    expect(readsOf(() => makeTable('Table 100'))).toBe(tenth)
    expect(space.schema.tables.map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, at) => `Table ${at + 1}`))
  })

  it('creates containers only under fresh ids', () => {
    const { space, table } = aSpace()
    const { handle } = space.resident
    for (const change of handle.getChanges([])) void change
    expect(handle.keys('/').sort()).toEqual(['fields', 'format', 'info', 'records', 'tables', 'views'])
    expect(handle.keys(handle.getWithType(space.containers.records, table)?.[1] as string).sort()).toEqual([...BUCKETS])
  })
})

describe('undo', () => {
  it('restores previous values, moves a created record to the trash, and can be redone', () => {
    const { space, table, name } = aSpace()
    const record = newId<RecordId>()
    const made = commitAlone(space, [{ do: 'create-record', id: record, table, values: { [name]: 'Ash' } }], NOW)
    const set = commitAlone(space, [{ do: 'set', table, record, field: name, value: 'Briar' }], NOW)
    if (!made || !set) throw new Error('nothing was committed')

    const undone = undoStep(space, set.step, NOW)
    expect(recordsOf(space, table)[0]?.flat[name]).toBe('Ash')
    if (!undone.committed) throw new Error('nothing was undone')
    undoStep(space, undone.committed.step, NOW)
    expect(recordsOf(space, table)[0]?.flat[name]).toBe('Briar')

    expect(undoStep(space, made.step, NOW).kept).toBe(0)
    expect(recordsOf(space, table)[0]?.flat['~deleted']).toBe(NOW)
  })

  it('moves a record that was created with values to the trash, and redo restores it with them', () => {
    const { space, table, name } = aSpace()
    const record = newId<RecordId>()
    const edits = [
      { do: 'create-record', id: record, table },
      { do: 'set', table, record, field: name, value: 'Ash' },
    ] as const
    const added = commitAlone(space, edits, NOW)
    if (!added) throw new Error('nothing was committed')
    const undone = undoStep(space, added.step, NOW)
    expect(recordsOf(space, table)[0]?.flat).toMatchObject({ '~deleted': NOW, [name]: 'Ash' })
    if (!undone.committed) throw new Error('nothing was undone')
    undoStep(space, undone.committed.step, NOW)
    expect(recordsOf(space, table)[0]?.flat[name]).toBe('Ash')
    expect(recordsOf(space, table)[0]?.flat['~deleted']).toBeUndefined()
  })

  it('keeps what somebody else changed since', () => {
    const { space, first, table, name } = aSpace()
    const record = newId<RecordId>()
    commitAlone(space, [{ do: 'create-record', id: record, table, values: { [name]: 'Ash' } }], NOW)
    const other = twin(space, first)
    const mine = commitAlone(space, [{ do: 'set', table, record, field: name, value: 'Briar' }], NOW)
    exchange(space, other)
    commitAlone(other, [{ do: 'set', table, record, field: name, value: 'Calla' }], NOW)
    exchange(space, other)
    if (!mine) throw new Error('nothing was committed')
    expect(undoStep(space, mine.step, NOW)).toMatchObject({ kept: 1, committed: undefined })
    expect(recordsOf(space, table)[0]?.flat[name]).toBe('Calla')
  })
})

describe('an import', () => {
  it('is hidden until it ends, and is undone as one step', () => {
    const { space } = aSpace()
    const { bulk } = beginBulk(space, 'Characters', [{ name: 'Code', type: 'text' }], NOW)
    addBulk(space, bulk, [['0041'], ['0042']], NOW)
    expect(space.schema.tables).toHaveLength(1)
    const { step } = endBulk(space, bulk, NOW)
    expect(space.schema.tables[1]?.name).toBe('Characters')
    expect(recordsOf(space, bulk.table)).toHaveLength(2)
    undoStep(space, step, NOW)
    expect(space.schema.tables).toHaveLength(1)
    expect(space.schema.deleted.tables[0]?.name).toBe('Characters')
  })

  it('leaves nothing behind when it is cancelled', () => {
    const { space } = aSpace()
    const { bulk } = beginBulk(space, 'Characters', [{ name: 'Code', type: 'text' }], NOW)
    addBulk(space, bulk, [['0041']], NOW)
    dropBulk(space, bulk.table, NOW)
    expect(recordsOf(space, bulk.table)).toEqual([])
    expect(space.schema).toMatchObject({ tables: [{ name: 'Members' }], deleted: { tables: [], fields: [] } })
  })
})

describe('replicas', () => {
  const anEdit = fc.record({
    who: fc.nat(2),
    kind: fc.constantFrom('record', 'set', 'field', 'rename', 'retype', 'delete', 'restore', 'table', 'meet'),
    index: fc.nat(),
    text: fc.string({ unit: 'binary', maxLength: 12 }),
  })

  it(
    'show the same after syncing any concurrent edits',
    () => {
      fc.assert(
        fc.property(fc.array(anEdit, { maxLength: 40 }), (edits) => {
          const { space, first, table, name } = aSpace()
          const replicas = [space, twin(space, first), twin(space, first)]
          for (const { who, kind, index, text } of edits) {
            const replica = replicas[who] as Space
            const records = recordsOf(replica, table)
            const record = records[index % Math.max(1, records.length)]?.id
            const fields = replica.schema.tables.find(({ id }) => id === table)?.fields ?? []
            const field = fields[index % Math.max(1, fields.length)]
            const types = [...SINGLE]
            const isText = fields.find(({ id }) => id === name)?.type === 'text'
            if (kind === 'record')
              commitAlone(replica, [{ do: 'create-record', table, values: isText ? { [name]: text } : {} }], NOW)
            if (kind === 'set' && record && isText)
              commitAlone(replica, [{ do: 'set', table, record, field: name, value: text }], NOW)
            if (kind === 'field') commitAlone(replica, [{ do: 'create-field', table, name: `F${text}`, type: 'text' }], NOW)
            if (kind === 'rename' && field) commitAlone(replica, [{ do: 'update-field', field: field.id, name: `N${text}` }], NOW)
            if (kind === 'retype' && field)
              commitAlone(replica, [{ do: 'update-field', field: field.id, type: types[index % types.length] as 'text' }], NOW)
            if (kind === 'delete' && record) commitAlone(replica, [{ do: 'delete', what: { table, record } }], NOW + index)
            if (kind === 'restore' && record) commitAlone(replica, [{ do: 'restore', what: { table, record } }], NOW)
            if (kind === 'table') commitAlone(replica, [{ do: 'create-table', name: `T${text}` }], NOW)
            if (kind === 'meet') exchange(replica, replicas[(who + 1) % 3] as Space)
          }
          for (const [one, other] of [
            [0, 1],
            [1, 2],
            [0, 2],
            [0, 1],
          ] as const)
            exchange(replicas[one] as Space, replicas[other] as Space)
          const [a, b, c] = replicas.map((replica) => ({
            heads: replica.resident.handle.getHeads().sort(),
            schema: replica.schema,
            records: recordsOf(replica, table),
          }))
          expect(b).toEqual(a)
          expect(c).toEqual(a)
          for (const replica of replicas) replica.resident.handle.free()
        }),
        { numRuns: propertyRuns(60) },
      )
    },
    propertyTime(60_000),
  )
})
