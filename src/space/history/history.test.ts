import { beforeEach, describe, expect, it } from 'vitest'
import { anActor, meet, NOW, twin } from '../../../test/support/replicas.ts'
import { commitAlone } from '../answer-lookups.ts'
import { cellOf } from '../cells/cell.ts'
import type { Edit } from '../edits/edits.ts'
import { type FieldId, newId, type RecordId, type TableId } from '../ids.ts'
import { readRecord } from '../read-records.ts'
import { closeSpace, createSpace, type Space, undoStep } from '../space.ts'
import { changesOf, readChange } from './changes.ts'
import { compareSpaces, recordDifferences } from './compare.ts'
import { changesAt, changesUntil, pastSpace } from './past.ts'
import { differencesTo, putBackTo, restoreCounts } from './restore.ts'

const [PEOPLE, NAME, STORY] = [newId<TableId>(), newId<FieldId>(), newId<FieldId>()]
const [ASH, BRIAR] = [newId<RecordId>(), newId<RecordId>()]
let space: Space
let first: string
let time: number

/** Each change is one minute after the previous one. */
const does = (...edits: Edit[]) => {
  time += 60
  return commitAlone(space, edits, time)
}
const past = (when: number) => pastSpace(space, changesUntil(space.resident.handle, when), first, anActor())
const shown = (of: Space, record: RecordId) => {
  const stored = readRecord(of, PEOPLE, record)
  const fields = of.schema.tables.find(({ id }) => id === PEOPLE)?.fields ?? []
  return (
    stored &&
    fields.flatMap((field) => {
      const cell = cellOf(field, stored.flat)
      return cell?.kind === 'value' ? [cell.value] : cell?.kind === 'text' ? [cell.text] : []
    })
  )
}

beforeEach(() => {
  time = NOW
  ;({ space, first } = createSpace(anActor(), 'Lumen House', NOW))
  does({
    do: 'create-table',
    id: PEOPLE,
    name: 'People',
    fields: [
      { id: NAME, name: 'Name', type: 'text' },
      { id: STORY, name: 'Story', type: 'long-text' },
    ],
  })
  does({ do: 'create-record', id: ASH, table: PEOPLE, values: { Name: 'Ash', Story: 'Once.' } })
  does({ do: 'set', table: PEOPLE, record: ASH, field: 'Name', value: 'Ashe' })
  does({ do: 'create-record', id: BRIAR, table: PEOPLE, values: { Name: 'Briar' } })
  does({ do: 'splice', table: PEOPLE, record: ASH, field: 'Story', at: 5, remove: 0, insert: ' Twice.' })
  does({ do: 'delete', what: { table: PEOPLE, record: BRIAR } })
})

describe('history', () => {
  it('lists for each change who, when, what, and in which record and field', () => {
    const { handle } = space.resident
    const entries = changesOf(handle).map((change) => readChange(handle, change))
    expect(entries.map(({ what, time }) => [what, (time - NOW) / 60])).toEqual([
      ['create-space', 0],
      ['create-table', 1],
      ['create-record', 2],
      ['set', 3],
      ['create-record', 4],
      ['splice', 5],
      ['delete', 6],
    ])
    const about = (record: RecordId) =>
      entries.flatMap(({ places }) =>
        places.filter(({ place }) => place.in === 'record' && place.record === record).map(({ did, fields }) => [did, fields]),
      )
    expect(about(ASH)).toEqual([
      ['made', [NAME, STORY]],
      ['changed', [NAME]],
      ['changed', [STORY]],
    ])
    expect(about(BRIAR)).toEqual([
      ['made', [NAME]],
      ['deleted', []],
    ])
  })

  it('reads messages of other programs', () => {
    space.resident.handle.put(space.containers.info, 'x', 1)
    space.resident.handle.commit('{"what":7,"as":"me"', NOW)
    const [change] = changesOf(space.resident.handle).slice(-1)
    expect(readChange(space.resident.handle, change as Uint8Array)).toMatchObject({ what: '', as: [], batch: undefined })
  })

  it('can be read as of any time', () => {
    expect([1, 2, 3, 4, 5].map((minute) => shown(past(NOW + minute * 60), ASH))).toEqual([
      undefined,
      ['Ash', 'Once.'],
      ['Ashe', 'Once.'],
      ['Ashe', 'Once.'],
      ['Ashe', 'Once. Twice.'],
    ])
  })

  it('leaves changes out of a past state that depend on later ones, whatever their timestamps', () => {
    const other = twin(space, first)
    commitAlone(other, [{ do: 'set', table: PEOPLE, record: ASH, field: 'Name', value: 'Early' }], NOW + 60)
    meet(space, other)
    expect(shown(past(NOW + 180), ASH)).toEqual(['Ashe', 'Once.'])
    expect(shown(past(NOW + 3_600), ASH)).toEqual(['Early', 'Once. Twice.'])
  })

  it('can be read as of given heads', () => {
    const heads = space.resident.handle.getHeads()
    does({ do: 'set', table: PEOPLE, record: ASH, field: 'Name', value: 'Later' })
    const then = pastSpace(space, changesAt(space.resident.handle, { heads }), first, anActor())
    expect(shown(then, ASH)).toEqual(['Ashe', 'Once. Twice.'])
    expect(then.resident.handle.getHeads()).toEqual(heads)
  })

  it('compares two times by record and cell', () => {
    const differences = recordDifferences(compareSpaces(past(NOW + 120), space), space)
    expect(
      differences.map(({ record, kind, fields }) => [
        record,
        kind,
        fields.map(({ field, before, after }) => [field.name, before, after]),
      ]),
    ).toEqual([
      [
        ASH,
        'changed',
        [
          ['Name', { kind: 'value', value: 'Ash' }, { kind: 'value', value: 'Ashe' }],
          ['Story', expect.objectContaining({ text: 'Once.' }), expect.objectContaining({ text: 'Once. Twice.' })],
        ],
      ],
      [BRIAR, 'made', [['Name', undefined, { kind: 'value', value: 'Briar' }]]],
    ])
  })

  it('restores a record as a new change that can be undone, and changes nothing else', () => {
    const before = shown(space, BRIAR)
    const step = putBackTo(space, differencesTo(past(NOW + 120), space, { table: PEOPLE, record: ASH }), time)?.step
    expect(shown(space, ASH)).toEqual(['Ash', 'Once.'])
    expect(shown(space, BRIAR)).toEqual(before)
    if (step) undoStep(space, step, time)
    expect(shown(space, ASH)).toEqual(['Ashe', 'Once. Twice.'])
  })

  it('restores a whole space with tables and fields, and counts the differences first', () => {
    does(
      { do: 'create-table', name: 'Late' },
      { do: 'update-field', field: 'Name', name: 'Called' },
      { do: 'update-space', name: 'Hut' },
    )
    const then = past(NOW + 180)
    const differences = differencesTo(then, space, 'space')
    expect(restoreCounts(differences)).toEqual({ records: 2, tables: 1, fields: 1, views: 0, purged: 0 })
    putBackTo(space, differences, time)
    expect(space.schema).toMatchObject({
      name: 'Lumen House',
      tables: [{ fields: [{ name: 'Name' }, { name: 'Story' }] }],
      deleted: { tables: [{ name: 'Late' }] },
    })
    expect(shown(space, ASH)).toEqual(['Ashe', 'Once.'])
    expect(readRecord(space, PEOPLE, BRIAR)?.flat['~deleted']).toBeDefined()
    expect(
      putBackTo(
        space,
        differencesTo(then, space, 'space').filter(({ place }) => place.in === 'record' && place.record === ASH),
        time,
      ),
    ).toBeUndefined()
    closeSpace(then)
  })

  it('does not restore what was purged', () => {
    does({ do: 'purge', what: { table: PEOPLE, record: BRIAR } })
    const differences = differencesTo(past(NOW + 240), space, 'space')
    expect(restoreCounts(differences)).toMatchObject({ purged: 1 })
    putBackTo(space, differences, time)
    expect(readRecord(space, PEOPLE, BRIAR)).toBeUndefined()
  })
})
