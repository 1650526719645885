import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { anActor, deliver, meet, NOW, twin } from '../../../test/support/replicas.ts'
import { randomBytes } from '../../bytes/encoding.ts'
import { commitAlone } from '../answer-lookups.ts'
import { cellsOf } from '../cells/cell.ts'
import { allConflicts, conflictsOf } from '../conflicts.ts'
import { deviceOf } from '../device-of.ts'
import { addBulk, beginBulk, endBulk } from '../edits/bulk.ts'
import type { Edit } from '../edits/edits.ts'
import { lastChanges } from '../history/last-changes.ts'
import { type FieldId, newId, type RecordId, type TableId } from '../ids.ts'
import { readTable } from '../read-records.ts'
import { everyTable } from '../schema.ts'
import { adoptSpace, createSpace, openSpace, type Space } from '../space.ts'
import { carryEdits } from './carry.ts'
import { type FoldedState, foldHistory, foldState, lostKey } from './fold-history.ts'

const [PEOPLE, NAME, STORY] = [newId<TableId>(), newId<FieldId>(), newId<FieldId>()]
const ENTRY = randomBytes(32)

const aSpace = () => {
  const made = createSpace(anActor(), 'Lumen House', NOW)
  commitAlone(
    made.space,
    [
      {
        do: 'create-table',
        id: PEOPLE,
        name: 'People',
        fields: [
          { id: NAME, name: 'Name', type: 'text' },
          { id: STORY, name: 'Story', type: 'long-text' },
        ],
      },
    ],
    NOW,
  )
  return made
}
const make = (space: Space, values: Record<string, string>): RecordId => {
  const id = newId<RecordId>()
  commitAlone(space, [{ do: 'create-record', id, table: PEOPLE, values }], NOW)
  return id
}
const shown = (space: Space) => {
  const { version: _, ...schema } = space.schema
  return {
    schema,
    records: everyTable(space.schema).map(({ id, fields }) =>
      [...readTable(space, id)]
        .flat()
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((record) => [
          record.id,
          record.flat['~deleted'],
          record.flat['~order'],
          [...cellsOf(fields, record.flat)].map(([field, cell]) => [field, cell.kind === 'text' ? cell.text : cell]),
        ]),
    ),
  }
}
const open = (folded: ReturnType<typeof foldHistory>) => openSpace([...folded.changes], folded.first, anActor())
const deviceIn = (space: Space) => space.resident.handle.getActorId().slice(0, 32)

describe('a folded history', () => {
  it('shows the same as the old document, in fewer bytes, and accepts edits', () => {
    const { space } = aSpace()
    const ash = make(space, { Name: 'Ash', Story: 'Once 🌊.' })
    const gone = make(space, { Name: 'Gone' })
    commitAlone(
      space,
      [
        { do: 'delete', what: { table: PEOPLE, record: gone } },
        { do: 'purge', what: { table: PEOPLE, record: gone } },
      ],
      NOW,
    )
    for (let count = 0; count < 300; count++)
      commitAlone(space, [{ do: 'set', table: PEOPLE, record: ash, field: 'Name', value: `Ash ${count}` }], NOW + count)
    const folded = foldHistory(space, ENTRY)
    const next = open(folded)
    expect(shown(next)).toEqual(shown(space))
    expect(next.resident.handle.save().length).toBeLessThan(space.resident.handle.save().length)
    const flat = [...readTable(next, PEOPLE)].flat()[0]?.flat
    expect(flat).toMatchObject({ '~by': deviceIn(space), '~changer': deviceIn(space), '~changed': NOW + 299, '~created': NOW })
    commitAlone(next, [{ do: 'set', table: PEOPLE, record: ash, field: 'Name', value: 'On' }], NOW)
    expect(next.resident.handle.getHeads()).not.toEqual([folded.last])
    expect(next.resident.handle.get(next.containers.records, PEOPLE)).toBeDefined()
  })

  it('has the same bytes on every device with the same changes, in any order of arrival', () => {
    const { space, first } = aSpace()
    const others = [twin(space, first), twin(space, first)] as const
    make(space, { Name: 'Ash', Story: 'a' })
    make(others[0], { Name: 'Briar' })
    make(others[1], { Name: 'Calla' })
    meet(space, others[1])
    meet(others[0], space)
    deliver(space, others[1])
    const [one, two, three] = [space, ...others].map((each) => foldHistory(each, ENTRY))
    expect(two).toEqual(one)
    expect(three).toEqual(one)
    expect(foldHistory(space, randomBytes(32)).last).not.toBe(one?.last)
  })

  it('keeps the values that lost a conflict', () => {
    const { space, first } = aSpace()
    const ash = make(space, { Name: 'Ash' })
    const other = twin(space, first)
    const name = (value: string): Edit => ({ do: 'set', table: PEOPLE, record: ash, field: 'Name', value })
    commitAlone(space, [name('Here')], NOW)
    commitAlone(other, [name('There')], NOW)
    meet(space, other)
    const next = open(foldHistory(space, ENTRY))
    const flat = [...readTable(next, PEOPLE)].flat()[0]?.flat ?? {}
    const lost = flat[NAME] === 'Here' ? 'There' : 'Here'
    expect(flat[lostKey(NAME, lost)]).toBe(lost)
    expect(conflictsOf(next, PEOPLE, ash)).toHaveLength(1)
    commitAlone(next, [name('Both')], NOW)
    expect(conflictsOf(next, PEOPLE, ash)).toEqual([])
  })

  it('consists of changes within the limits', () => {
    const { space } = aSpace()
    const { bulk } = beginBulk(
      space,
      'Many',
      Array.from({ length: 10 }, (_, at) => ({ name: `f${at}`, type: 'text' as const })),
      NOW,
    )
    for (let part = 0; part < 4; part++)
      addBulk(
        space,
        bulk,
        Array.from({ length: 5_000 }, (_, row) => Array.from({ length: 10 }, (_, column) => `${row} ${column}`)),
        NOW,
      )
    endBulk(space, bulk, NOW)
    const folded = foldHistory(space, ENTRY)
    expect(folded.changes.length).toBeGreaterThan(1)
    for (const change of folded.changes) expect(change.length).toBeLessThan(4_000_000)
    expect([...readTable(open(folded), bulk.table)].flat()).toHaveLength(20_000)
  }, 180_000)

  it('is rejected by a program that does not know the whole format', () => {
    const { space } = aSpace()
    const newer: Space = { ...space, schema: { ...space.schema, version: '0.99.0' } }
    expect(() => foldHistory(newer, ENTRY)).toThrow('0.99.0')
  })
})

/** A copy with the smallest possible changes. */
const copyOf = (space: Space): FoldedState => {
  const steps = foldState(space, { actor: anActor(), what: 'copy', seconds: NOW + 5_000, operations: 1 })
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

describe('a copy, made like a fold', () => {
  it(
    'shows the same as the space, and who changed each record last, after any edits, also concurrent ones',
    () => {
      const word = fc.constantFrom('sea', 'moss 🌊', 'rain', '')
      const step = fc.record({ who: fc.nat(1), what: fc.nat(7), at: fc.nat(20), word })
      fc.assert(
        fc.property(fc.array(step, { maxLength: 14 }), fc.boolean(), (steps, again) => {
          const { space, first } = aSpace()
          const records = [make(space, { Name: 'Ash', Story: 'By the sea.' }), make(space, { Name: 'Briar' })]
          const other = twin(space, first)
          steps.forEach(({ who, what, at, word }, index) => {
            const record = records[at % 2] as RecordId
            const edits: Edit[] = [
              { do: 'set', table: PEOPLE, record, field: 'Name', value: word },
              { do: 'splice', table: PEOPLE, record, field: 'Story', at: 0, remove: 0, insert: word },
              { do: 'create-record', table: PEOPLE, values: { Name: word, Story: 'new' } },
              { do: 'delete', what: { table: PEOPLE, record } },
              { do: 'restore', what: { table: PEOPLE, record } },
              { do: 'purge', what: { table: PEOPLE, record } },
              { do: 'create-field', table: PEOPLE, name: `F${index}`, type: 'number' },
              { do: 'create-view', table: PEOPLE, name: `V${index}`, kind: 'grid' },
            ]
            try {
              commitAlone(who === 0 ? space : other, [edits[what] as Edit], NOW + index)
            } catch {
              // Not in the trash, or already purged: rejected.
            }
          })
          meet(space, other)
          const lastIn = (of: Space) => {
            const found = lastChanges(of.resident.handle)
            let next = found.next()
            while (!next.done) next = found.next()
            const there = new Set([...readTable(of, PEOPLE)].flat().map(({ id }) => id as string))
            return [...next.value]
              .filter(([id]) => there.has(id))
              .map(([id, { time, device }]) => [id, time, device].join())
              .sort()
          }
          const made = copyOf(space)
          const copy = adoptSpace(made.resident, made.first)
          const compared = again
            ? adoptSpace(...((state: FoldedState) => [state.resident, state.first] as const)(copyOf(copy)))
            : copy
          expect(shown(compared)).toEqual(shown(space))
          expect(lastIn(compared)).toEqual(lastIn(space))
          const shownLost = (of: Space) =>
            JSON.stringify(
              [...allConflicts(of)]
                .flat()
                .map(({ record }) => record)
                .sort(),
            )
          expect(shownLost(compared)).toBe(shownLost(space))
        }),
        { numRuns: propertyRuns(40) },
      )
    },
    propertyTime(300_000),
  )
})

describe('edits that a fold did not cover', () => {
  it(
    'are carried once, each by the device that made it, with the same result as if the fold had covered them',
    () => {
      const word = fc.constantFrom('sea', 'moss 🌊', 'rain', '')
      const step = fc.record({ who: fc.nat(1), what: fc.nat(6), at: fc.nat(20), word })
      fc.assert(
        fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
          const { space, first } = aSpace()
          const [ash, briar] = [
            make(space, { Name: 'Ash', Story: 'The house by the sea.' }),
            make(space, { Name: 'Briar', Story: 'B' }),
          ]
          const other = twin(space, first)
          const covered = space.resident.handle.getHeads()
          const folded = foldHistory(space, ENTRY)
          for (const { who, what, at, word } of steps) {
            const on = who === 0 ? space : other
            const record = at % 2 === 0 ? ash : briar
            const length = (cell(on, record) ?? '').length
            const place = Math.min(at, length)
            const edits: Edit[][] = [
              [{ do: 'set', table: PEOPLE, record, field: 'Name', value: word || 'x' }],
              [{ do: 'splice', table: PEOPLE, record, field: 'Story', at: place, remove: 0, insert: word }],
              [{ do: 'splice', table: PEOPLE, record, field: 'Story', at: 0, remove: Math.min(3, length), insert: '' }],
              [{ do: 'create-record', table: PEOPLE, values: { Name: word, Story: 'new' } }],
              [{ do: 'delete', what: { table: PEOPLE, record } }],
              [{ do: 'update-table', table: PEOPLE, name: word || 'People' }],
              [{ do: 'create-table', name: word || 'T', fields: [{ name: 'N', type: 'number' }] }],
            ]
            try {
              commitAlone(on, edits[what] as Edit[], NOW)
            } catch {
              // Splitting a surrogate pair is rejected, as it should be.
            }
          }
          const [here, there] = [open(folded), open(folded)]
          carryEdits(space, covered, here, deviceIn(space), 'own', NOW)
          // Either sequential or concurrent.
          if (steps.length % 2 === 0) deliver(here, there)
          carryEdits(other, covered, there, deviceIn(other), 'own', NOW)
          meet(here, there)
          expect(shown(here)).toEqual(shown(there))
          expect(carryEdits(space, covered, here, deviceIn(space), 'own', NOW)).toBeUndefined()
          if (new Set(steps.map(({ who }) => who)).size === 1) {
            const [only] = steps
            expect(contentOf(here)).toEqual(contentOf(only?.who === 0 ? space : other))
          }
          const words = JSON.stringify(contentOf(here))
          meet(space, other)
          for (const record of [...readTable(space, PEOPLE)].flat()) expect(words).toContain(record.id)
        }),
        { numRuns: propertyRuns(40) },
      )
    },
    propertyTime(300_000),
  )

  it('of a lost device are carried by admins, with text as an additional text, even if two carry it at once', () => {
    const { space, first } = aSpace()
    const ash = make(space, { Name: 'Ash', Story: 'One' })
    const lost = twin(space, first)
    const covered = space.resident.handle.getHeads()
    const folded = foldHistory(space, ENTRY)
    commitAlone(
      lost,
      [
        { do: 'splice', table: PEOPLE, record: ash, field: 'Story', at: 3, remove: 0, insert: ' and two' },
        { do: 'set', table: PEOPLE, record: ash, field: 'Name', value: 'Ashe' },
      ],
      NOW,
    )
    const [here, there] = [open(folded), open(folded)]
    for (const each of [here, there]) carryEdits(lost, covered, each, deviceIn(lost), 'other', NOW)
    meet(here, there)
    const flat = [...readTable(here, PEOPLE)].flat()[0]?.flat ?? {}
    const texts = Object.entries(flat)
      .filter(([key]) => key.startsWith(`${STORY}/text/`))
      .map(([, text]) => text)
    expect(texts.sort()).toEqual([' and two', ' and two', 'One'])
    expect(flat[NAME]).toBe('Ashe')
  })
})

const cell = (space: Space, record: RecordId): string | undefined => {
  const flat = [...readTable(space, PEOPLE)].flat().find(({ id }) => id === record)?.flat
  const seen = flat && cellsOf(everyTable(space.schema).find(({ id }) => id === PEOPLE)?.fields ?? [], flat).get(STORY)
  return seen?.kind === 'text' ? seen.text : undefined
}

const contentOf = (space: Space) => {
  const { schema, records } = shown(space)
  return { tables: schema.tables.map(({ name, fields }) => [name, fields.map((field) => field.name)]), records }
}

it('deviceOf returns the device of an operation', () => {
  expect(deviceOf(`12@${'ab'.repeat(16)}${'00'.repeat(8)}`)).toBe('ab'.repeat(16))
})
