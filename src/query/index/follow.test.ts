import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { randomBytes, toHex } from '../../bytes/encoding.ts'
import { answerLookups, commitAlone } from '../../space/answer-lookups.ts'
import type { Edit } from '../../space/edits/edits.ts'
import { SpaceError } from '../../space/errors.ts'
import { type FieldId, newId, type OptionId, type RecordId, type TableId } from '../../space/ids.ts'
import { type Lookup, lookupKey } from '../../space/lookups.ts'
import { FIELD_TYPES } from '../../space/schema.ts'
import { type Committed, closeSpace, createSpace, type Space, undoStep } from '../../space/space.ts'
import { addTouched, newTouched } from '../../space/touched.ts'
import { all, loadSqlite, type Sqlite } from '../sqlite/sqlite.ts'
import { follow, NOW } from '../testing/follow.ts'
import { referenceOf, storedOnly } from '../testing/reference.ts'
import { countRecords, readWindow } from '../windows/read-window.ts'
import { answerLookup } from './answer-lookups.ts'
import { isFolded } from './define-schema.ts'
import { foldedColumn } from './fold.ts'
import { closeIndex, columnName, foldedName, openIndex, tableName } from './space-index.ts'

let sqlite: Sqlite
beforeAll(async () => {
  sqlite = await loadSqlite()
})

/** A random edit, as numbers. They are mapped to existing tables, fields and records when the edit runs. */
const wish = fc.record({
  what: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        'record',
        'set',
        'set',
        'set',
        'link',
        'link',
        'unlink',
        'move',
        'move',
        'add',
        'remove',
        'trash',
        'restore',
        'purge',
        'undo',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom('field', 'type', 'trash field', 'table') },
  ),
  one: fc.nat(),
  two: fc.nat(),
  three: fc.nat(),
  text: fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((text) => text.toWellFormed()),
})
type Wish = typeof wish extends fc.Arbitrary<infer Each> ? Each : never

/** Two tables with a field of every type, each linked to itself and to the other, and three records. */
const begin = (space: Space): Committed[] => {
  const [one, two] = [newId<TableId>(), newId<TableId>()]
  const fields = (target: TableId) => [
    { name: 'Name', type: 'text' as const },
    ...FIELD_TYPES.map((type) => ({
      name: type,
      type,
      ...((type === 'choice' || type === 'choices') && { options: [{ name: 'Day' }, { name: 'Night' }] }),
    })),
    { name: 'One', type: 'link' as const, many: false, target, onDelete: 'cascade' as const },
    { name: 'Others', type: 'link' as const, target, twoWay: { name: 'Back' } },
  ]
  const tables = [
    { do: 'create-table', id: one, name: 'One' },
    { do: 'create-table', id: two, name: 'Two' },
    ...[one, two].flatMap((table) =>
      fields(table === one ? two : one).map((field) => ({ do: 'create-field', table, ...field }) as const),
    ),
  ] as const
  const named = [one, two].map((table) => ({ do: 'update-table', table, primary: 'Name' }) as const)
  const records = [one, one, two].map((table) => ({ do: 'create-record', table }) as const)
  return [tables, named, records].flatMap((edits) => commitAlone(space, edits, NOW) ?? [])
}

const pick = <T>(list: readonly T[], number: number): T | undefined => list[number % Math.max(1, list.length)]

type Known = ReadonlyMap<TableId, ReadonlySet<RecordId>>

const editOf = (space: Space, known: Known, { what, one, two, three, text }: Wish): Edit | undefined => {
  const table = pick(space.schema.tables, one)
  if (!table || what === 'table') return { do: 'create-table', name: `T${one}`, fields: [{ name: 'Name', type: 'text' }] }
  // The primary field stays a text. Other tests cover labels of other types.
  const others = table.fields.filter(({ id }) => id !== table.primary)
  const field = pick(what === 'type' || what === 'trash field' ? others : table.fields, two)
  const recordsOf = (id: TableId) => [...(known.get(id) ?? [])]
  const record = pick(recordsOf(table.id), three)
  switch (what) {
    case 'record':
      return { do: 'create-record', table: table.id, ...(field?.type === 'text' && { values: { [field.id]: text } }) }
    case 'field': {
      const type = pick(FIELD_TYPES, three) ?? 'text'
      const options = [{ id: newId<OptionId>(), name: 'Day' }]
      return {
        do: 'create-field',
        table: table.id,
        name: `F${two}`,
        type,
        ...((type === 'choice' || type === 'choices') && { options }),
        many: three % 2 === 0,
      }
    }
    case 'type':
      return field && { do: 'update-field', field: field.id, type: pick(FIELD_TYPES, three) ?? 'text' }
    case 'trash field':
      return field && { do: 'delete', what: { field: field.id } }
    case 'trash':
    case 'restore':
    case 'purge':
      return record && { do: what === 'trash' ? 'delete' : what, what: { table: table.id, record } }
    case 'move': {
      const tree = table.fields.find(({ type }) => type === 'tree')
      const parent = three % 4 === 0 ? null : (pick(recordsOf(table.id), one) ?? null)
      return record && tree && { do: 'move', table: table.id, record, field: tree.id, parent }
    }
    case 'add':
    case 'remove': {
      const choices = table.fields.find(({ type }) => type === 'choices')
      const option = choices && pick(choices.options, one)
      return record && choices && option && { do: what, table: table.id, record, field: choices.id, value: option.id }
    }
    case 'link':
    case 'unlink': {
      const link = pick(
        table.fields.filter(({ type }) => type === 'link'),
        two,
      )
      const to = link?.target && pick(recordsOf(link.target), one + two)
      return record && link && to ? { do: what, table: table.id, record, field: link.id, to } : undefined
    }
    case 'set': {
      if (!record || !field) return undefined
      const values = {
        text,
        number: three / 7,
        checkbox: three % 2 === 0,
        date: '2026-11',
        choice: field.options[0]?.id ?? null,
        link: pick(recordsOf(field.target ?? table.id), one) ?? null,
      }
      const value =
        field.type === 'link' && field.many
          ? null
          : three % 5 === 0
            ? null
            : ((values as Record<string, string | number | boolean | null>)[field.type] ?? null)
      return { do: 'set', table: table.id, record, field: field.id as FieldId, value }
    }
    default:
      return undefined
  }
}

/** Every possible lookup for every record. */
const lookupsIn = (space: Space, known: Known): Lookup[] =>
  space.schema.tables.flatMap(({ id: table, fields }) =>
    [...(known.get(table) ?? [])].slice(0, 3).flatMap((record): Lookup[] => [
      { kind: 'cascading', table, record },
      { kind: 'last-order', table },
      { kind: 'last-order', table, before: record },
      { kind: 'rows-from', table, before: record },
      ...fields.flatMap((field): Lookup[] => {
        switch (field.type) {
          case 'tree':
            return [
              { kind: 'way-up', table, field: field.id, record },
              { kind: 'last-child', table, field: field.id, parent: '' },
              { kind: 'last-child', table, field: field.id, parent: record },
              { kind: 'rows-from', table, tree: { field: field.id, parent: '' }, before: record },
            ]
          case 'link':
            return field.settings.inverse === undefined ? [{ kind: 'linking', field: field.id, to: record }] : []
          case 'auto-number':
            return [{ kind: 'last-number', table, field: field.id }]
          case 'text':
          case 'number':
            return [{ kind: 'holding', table, field: field.id, folded: '2026-11' }]
          default:
            return []
        }
      }),
    ]),
  )

/** Sorts lists in answers, whose order is unspecified. */
const inOneOrder = (answer: unknown): unknown =>
  Array.isArray(answer) && typeof answer[0] === 'object' ? answer.map((each) => JSON.stringify(each)).sort() : answer

describe('an index that follows commits', () => {
  it('matches the document after edits, undo, trash and restore', {
    timeout: propertyTime(60_000),
  }, () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 20, maxLength: 40 }), (wishes) => {
        const { space } = createSpace(toHex(randomBytes(24)), 'Lumen House', NOW)
        const index = openIndex(sqlite)
        const steps: Committed['step'][] = []
        const known = newTouched()
        for (const committed of begin(space)) {
          follow(space, index, committed)
          addTouched(known, committed.touched)
        }
        for (const each of wishes) {
          let done: Committed | undefined
          try {
            const edit = editOf(space, known.records, each)
            const last = steps.at(-1)
            if (each.what === 'undo' && last) done = undoStep(space, last, NOW).committed
            else if (edit) done = commitAlone(space, [edit], NOW)
          } catch (error) {
            // Some random edits are invalid. The comparison below shows that they wrote nothing.
            if (!(error instanceof SpaceError)) throw error
          }
          if (!done) continue
          if (each.what === 'undo') steps.pop()
          else steps.push(done.step)
          follow(space, index, done)
          addTouched(known, done.touched)
        }
        const counts = countRecords(index)
        const reference = referenceOf(space, 'purged')
        for (const table of space.schema.tables) {
          for (const deleted of [false, true]) {
            const { rows, total } = readWindow(index, { table: table.id, offset: 0, limit: 500, deleted })
            expect(rows.map((row) => storedOnly(table, row))).toEqual(reference.rows(table, deleted))
            expect(total).toBe(rows.length)
            if (!deleted) expect(counts[table.id]).toBe(total)
          }
          for (const field of table.fields.filter(({ id }) => index.folded.get(table.id)?.has(id))) {
            const texts = all(
              index.database,
              `SELECT ${columnName(field.id)}, ${foldedName(field.id)} FROM ${tableName(table.id)}`,
            )
            for (const [text = null, folded] of texts)
              expect(folded, String(text)).toBe(isFolded(index, field) ? foldedColumn(text, field.type) : null)
          }
        }
        const lookups = lookupsIn(space, known.records)
        const answers = answerLookups(space, lookups)
        for (const lookup of lookups)
          expect(inOneOrder(answerLookup(index, lookup)), lookup.kind).toEqual(inOneOrder(answers.get(lookupKey(lookup))))
        closeIndex(index)
        closeSpace(space)
      }),
      { numRuns: propertyRuns(20), endOnFailure: true, interruptAfterTimeLimit: propertyTime(40_000) },
    )
  })
})
