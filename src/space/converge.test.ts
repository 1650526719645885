import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../test/support/property-runs.ts'
import { anActor, deliver, NOW, twin } from '../../test/support/replicas.ts'
import { commitAlone } from './answer-lookups.ts'
import { cellsOf } from './cells/cell.ts'
import { mapsOf, recordObject } from './containers.ts'
import { deletedRecords, edgesOf } from './deletion.ts'
import type { Edit } from './edits/edits.ts'
import { SpaceError } from './errors.ts'
import { type FieldId, newId, type RecordId, type TableId } from './ids.ts'
import { readTable } from './read-records.ts'
import { everyTable, FIELD_TYPES } from './schema.ts'
import { closeSpace, createSpace, type Space, undoStep } from './space.ts'
import type { Step } from './steps.ts'
import { resolveTree } from './tree.ts'

const RUNS = propertyRuns(60)

const PEOPLE = newId<TableId>()
const GROUPS = newId<TableId>()
const F = {
  name: newId<FieldId>(),
  age: newId<FieldId>(),
  likes: newId<FieldId>(),
  story: newId<FieldId>(),
  outline: newId<FieldId>(),
  groups: newId<FieldId>(),
  members: newId<FieldId>(),
  leads: newId<FieldId>(),
  role: newId<FieldId>(),
  title: newId<FieldId>(),
  number: newId<FieldId>(),
}

/** A space with a field for each storage form. */
const aSpace = () => {
  MADE.clear()
  const made = createSpace(anActor(), 'House', NOW)
  commitAlone(
    made.space,
    [
      { do: 'create-table', id: PEOPLE, name: 'People' },
      { do: 'create-table', id: GROUPS, name: 'Groups', fields: [{ id: F.title, name: 'Title', type: 'text' }] },
      { do: 'create-field', table: PEOPLE, id: F.name, name: 'Name', type: 'text' },
      { do: 'create-field', table: PEOPLE, id: F.age, name: 'Age', type: 'number' },
      {
        do: 'create-field',
        table: PEOPLE,
        id: F.likes,
        name: 'Likes',
        type: 'choices',
        options: [{ name: 'Tea' }, { name: 'Rain' }, { name: 'Moss' }],
      },
      { do: 'create-field', table: PEOPLE, id: F.story, name: 'Story', type: 'long-text' },
      { do: 'create-field', table: PEOPLE, id: F.outline, name: 'Outline', type: 'tree' },
      {
        do: 'create-field',
        table: PEOPLE,
        id: F.groups,
        name: 'Groups',
        type: 'link',
        target: GROUPS,
        onDelete: 'cascade',
        twoWay: { id: F.members, name: 'Members' },
        attributes: [{ id: F.role, name: 'Role', type: 'text' }],
      },
      {
        do: 'create-field',
        table: PEOPLE,
        id: F.leads,
        name: 'Leads',
        type: 'link',
        target: GROUPS,
        many: false,
        onDelete: 'restrict',
      },
      { do: 'create-field', table: PEOPLE, id: F.number, name: 'No', type: 'auto-number' },
    ],
    NOW,
  )
  return made
}

interface Move {
  readonly replica: number
  readonly kind: number
  readonly one: number
  readonly two: number
  readonly three: number
}

const move: fc.Arbitrary<Move> = fc.record({
  replica: fc.nat(4),
  kind: fc.nat(25),
  one: fc.nat(1_000),
  two: fc.nat(1_000),
  three: fc.nat(1_000),
})

const recordsIn = (space: Space, table: TableId) => [...readTable(space, table)].flat()
const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)]

/** An existing record, found without reading the whole table. */
const idIn = (space: Space, table: TableId, at: number): RecordId | undefined => {
  const { handle } = space.resident
  const there = [...(MADE.get(table) ?? [])].filter(
    (id) => recordObject(mapsOf(handle), space.containers, table, id) !== undefined,
  )
  return pick(there, at)
}

/** Every record created in a run, on any replica. */
const MADE = new Map<TableId, RecordId[]>()
const newRecord = (table: TableId): RecordId => {
  const id = newId<RecordId>()
  MADE.set(table, [...(MADE.get(table) ?? []), id])
  return id
}

const WORDS = ['', 'a', 'sea', '🌊', 'long words by the sea', 'שלום']

/** A random edit that fits the present space; undefined if there is nothing to edit. */
const editOf = (space: Space, { kind, one, two, three }: Move): Edit | undefined => {
  const person = idIn(space, PEOPLE, one)
  const other = idIn(space, PEOPLE, two)
  const group = idIn(space, GROUPS, two)
  const word = WORDS[three % WORDS.length] as string
  const at = { table: PEOPLE, record: person as RecordId }
  if (kind <= 3) return { do: 'create-record', id: newRecord(PEOPLE), table: PEOPLE, values: { [F.name]: word || 'x' } }
  if (kind === 4) return { do: 'create-record', id: newRecord(GROUPS), table: GROUPS, values: { [F.title]: word || 'y' } }
  if (person === undefined) return undefined
  switch (kind) {
    case 5:
      return { do: 'set', ...at, field: F.name, value: word }
    case 6:
      return { do: 'set', ...at, field: F.age, value: three / 7 }
    case 7:
    case 8: {
      const option = pick(
        space.schema.tables.flatMap(({ fields }) => fields).find(({ id }) => id === F.likes)?.options ?? [],
        two,
      )
      return option && { do: kind === 7 ? 'add' : 'remove', ...at, field: F.likes, value: option.id }
    }
    case 9:
      return { do: 'set', ...at, field: F.story, value: word }
    case 10:
      return { do: 'splice', ...at, field: F.story, at: 0, remove: 0, insert: word || '!' }
    case 11:
    case 12:
    case 13:
      return { do: 'move', ...at, field: F.outline, parent: three % 4 === 0 ? null : (other ?? null) }
    case 14:
      return (
        group && { do: 'link', ...at, field: F.groups, to: group, ...(three % 2 === 0 && { attributes: { Role: word || 'r' } }) }
      )
    case 15:
      return group && { do: 'unlink', ...at, field: F.groups, to: group }
    case 16:
      return group && { do: 'set', ...at, field: F.leads, value: three % 3 === 0 ? null : group }
    case 17:
      return group && { do: 'link', table: GROUPS, record: group, field: F.members, to: person }
    case 18:
      return { do: 'delete', what: { ...at } }
    case 19:
      return { do: 'restore', what: { ...at } }
    case 20:
      return group && { do: three % 2 === 0 ? 'delete' : 'restore', what: { table: GROUPS, record: group } }
    case 21:
      return { do: 'purge', what: { ...at } }
    case 22:
      return { do: 'move', ...at, before: other === person ? null : (other ?? null) }
    case 23:
      return {
        do: 'update-field',
        field: [F.name, F.age, F.story, F.likes][one % 4] as FieldId,
        type: FIELD_TYPES[three % FIELD_TYPES.length] as never,
      }
    case 24:
      return { do: three % 2 === 0 ? 'delete' : 'restore', what: { field: [F.age, F.likes][one % 2] as FieldId } }
    default:
      return { do: 'join', ...at, field: F.story }
  }
}

const UNFIT = new Set(['not-found', 'bad-value', 'wrong-type', 'cycle', 'restricted', 'not-deleted', 'not-unique'])

/** Tries an edit. An invalid one is rejected with a reason and writes nothing. */
const attempt = (space: Space, edit: Edit | undefined): Step | undefined => {
  if (edit === undefined) return undefined
  const before = space.resident.handle.getHeads()
  try {
    return commitAlone(space, [edit], NOW)?.step
  } catch (error) {
    if (!(error instanceof SpaceError) || !UNFIT.has(error.code)) throw error
    expect(space.resident.handle.getHeads()).toEqual(before)
    expect(space.resident.handle.pendingOps()).toBe(0)
    return undefined
  }
}

/** Everything that a space shows. */
const shown = (space: Space) => {
  const tables = everyTable(space.schema)
  return {
    schema: space.schema,
    cells: tables.map((table) =>
      recordsIn(space, table.id)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ id, flat }) => [id, { ...flat }, [...cellsOf(table.fields, flat)]]),
    ),
    deleted: [...deletedRecords(tables.map((table) => ({ table, records: recordsIn(space, table.id) })))].sort(),
    tree: [...treeOf(space)].sort(),
  }
}

/** The cells without their keys: a text that was created and emptied still exists, but is not shown. */
const cellsShown = (space: Space) => {
  const { cells, ...others } = shown(space)
  return { ...others, cells: cells.map((table) => table.map(([id, , seen]) => [id, seen])) }
}

const treeOf = (space: Space) => {
  const outline = everyTable(space.schema)
    .flatMap(({ fields }) => fields)
    .find(({ id }) => id === F.outline)
  return outline ? resolveTree(edgesOf(outline, recordsIn(space, PEOPLE))) : new Map<RecordId, RecordId | ''>()
}

const expectTree = (space: Space) => {
  const tree = treeOf(space)
  expect([...tree.keys()].sort()).toEqual(
    recordsIn(space, PEOPLE)
      .map(({ id }) => id)
      .sort(),
  )
  for (const record of tree.keys()) {
    let at: RecordId | '' = record
    for (let steps = 0; at !== ''; steps++) {
      expect(steps).toBeLessThanOrEqual(tree.size)
      at = tree.get(at) ?? ''
    }
  }
}

/** Containers must have fresh ids: if two devices could create one map or text, one of the two would be lost. */
const expectFreshContainers = (space: Space) => {
  const { handle } = space.resident
  const id = '[a-z2-7]{26}'
  const allowed = new RegExp(
    `^(format|info|tables|fields|views|records)$|^(tables|fields|views)/${id}$|^records/${id}(/[0-9a-f]{2}(/${id}(/${id}.text.${id})?)?)?$`,
  )
  const walk = (object: string, path: string[]) => {
    for (const key of handle.keys(object)) {
      const found = handle.getWithType(object, key)
      if (found?.[0] !== 'map' && found?.[0] !== 'text') continue
      const here = [...path, key]
      expect(here.join('/')).toMatch(allowed)
      expect(handle.getAll(object, key)).toHaveLength(1)
      if (found[0] === 'map') walk(found[1], here)
    }
  }
  walk('/', [])
}

describe('replicas', () => {
  it(
    'converge after concurrent edits in any order of delivery, with intact trees and no container created twice',
    () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 2, max: 5 }),
          fc.array(fc.oneof({ weight: 4, arbitrary: move }, { weight: 1, arbitrary: fc.tuple(fc.nat(4), fc.nat(4)) }), {
            minLength: 5,
            maxLength: 40,
          }),
          (count, moves) => {
            const { space, first } = aSpace()
            const replicas = [space, ...Array.from({ length: count - 1 }, () => twin(space, first))]
            const at = (index: number) => replicas[index % count] as Space
            for (const each of moves) {
              if (Array.isArray(each)) deliver(at(each[0]), at(each[1]))
              else attempt(at(each.replica), editOf(at(each.replica), each))
            }
            for (const one of replicas) for (const other of replicas) if (one !== other) deliver(one, other)
            for (const one of replicas) for (const other of replicas) if (one !== other) deliver(one, other)
            const wanted = shown(space)
            const heads = space.resident.handle.getHeads().sort()
            for (const each of replicas) {
              expect(each.resident.handle.getHeads().sort()).toEqual(heads)
              expect(shown(each)).toEqual(wanted)
              expectTree(each)
            }
            expectFreshContainers(space)
            for (const each of replicas) closeSpace(each)
          },
        ),
        { numRuns: RUNS, verbose: 1 },
      )
    },
    propertyTime(600_000),
  )

  it(
    'are unchanged after undo, and as before the undo after redo',
    () => {
      fc.assert(
        fc.property(fc.array(move, { minLength: 1, maxLength: 12 }), move, (moves, last) => {
          const { space } = aSpace()
          for (const each of moves) attempt(space, editOf(space, each))
          const before = cellsShown(space)
          const step = attempt(space, editOf(space, last))
          if (step && step.written.length > 0 && last.kind !== 21) {
            const after = cellsShown(space)
            const undone = undoStep(space, step, NOW)
            expect(undone.kept).toBe(0)
            if (last.kind > 4) expect(cellsShown(space)).toEqual(before)
            if (undone.committed) undoStep(space, undone.committed.step, NOW)
            expect(cellsShown(space)).toEqual(after)
          }
          closeSpace(space)
        }),
        { numRuns: RUNS, verbose: 1 },
      )
    },
    propertyTime(600_000),
  )
})
