import fc from 'fast-check'
import { expect, it } from 'vitest'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { anActor, deliver, NOW, twin } from '../../../test/support/replicas.ts'
import { commitAlone } from '../answer-lookups.ts'
import type { Edit } from '../edits/edits.ts'
import { type FieldId, newId, type RecordId, type TableId } from '../ids.ts'
import { readTable } from '../read-records.ts'
import { closeSpace, commit, createSpace, type Space } from '../space.ts'
import { byOrder, MOST_RENEWED } from './order.ts'

const [TABLE, TREE] = [newId<TableId>(), newId<FieldId>()]
const TREE_KEY = `${TREE}/order`

/** A space with a table of rows, all at the top level of a tree. */
const aSpace = (rows: number) => {
  const made = createSpace(anActor(), 'House', NOW)
  const fields = [{ id: TREE, name: 'In', type: 'tree' as const }]
  const records = Array.from({ length: rows }, (): Edit => ({ do: 'create-record', table: TABLE, values: { [TREE]: null } }))
  commitAlone(made.space, [{ do: 'create-table', id: TABLE, name: 'Rows', fields }, ...records], NOW)
  return made
}

type OrderKey = '~order' | typeof TREE_KEY
const rowsOf = (space: Space, key: OrderKey = '~order') =>
  [...readTable(space, TABLE)]
    .flat()
    .map(({ id, flat }) => ({ id, order: String(flat[key] ?? flat['~order']) }))
    .sort(byOrder)
const idsOf = (space: Space, key?: OrderKey): RecordId[] => rowsOf(space, key).map(({ id }) => id)

/** Writes order keys as another device could. */
const setKeys = (space: Space, key: OrderKey, orders: ReadonlyMap<RecordId, string>): void => {
  commit(space, 'move', NOW, (_, recorder) => {
    for (const [record, order] of orders) recorder.put({ in: 'record', table: TABLE, record }, key, order)
  })
}

interface Placement {
  readonly create: boolean
  readonly row: number
  readonly at: number
}
const placement = fc.record({ create: fc.boolean(), row: fc.nat(), at: fc.nat() })
const placements = fc.array(placement, { minLength: 1, maxLength: 4 })

/** Places rows in one change, and checks that each is at its position and that no other row moved. */
const place = (space: Space, list: readonly Placement[], key: OrderKey = '~order'): void => {
  let ids = idsOf(space, key)
  const edits = list.map(({ create, row, at }): Edit => {
    const record = create ? newId<RecordId>() : (ids[row % ids.length] as RecordId)
    const others = ids.filter((id) => id !== record)
    const before = others[at % (others.length + 1)] ?? null
    const index = before === null ? others.length : others.indexOf(before)
    ids = [...others.slice(0, index), record, ...others.slice(index)]
    if (create) return { do: 'create-record', table: TABLE, id: record, before }
    return { do: 'move', table: TABLE, record, before, ...(key === TREE_KEY && { field: TREE }) }
  })
  commitAlone(space, edits, NOW)
  expect(idsOf(space, key)).toEqual(ids)
}

/** Gives some rows the key of another one. */
const makeEqual = (space: Space, key: OrderKey, from: number, count: number): void => {
  const rows = rowsOf(space, key)
  const order = rows[from % rows.length]?.order ?? ''
  const some = rows.slice(from % rows.length).slice(0, count)
  setKeys(space, key, new Map(some.map(({ id }) => [id, order])))
}

it('places rows at their positions on three devices, also between equal keys', { timeout: propertyTime(60_000) }, () => {
  const step = fc.record({
    device: fc.nat(2),
    what: fc.constantFrom('place', 'place', 'equal', 'merge'),
    from: fc.nat(),
    count: fc.integer({ min: 2, max: 4 }),
    placements,
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 12 }), placements, (steps, last) => {
      const made = aSpace(5)
      const first = made.space
      const devices = [first, twin(first, made.first), twin(first, made.first)]
      try {
        for (const { device, what, from, count, placements: list } of steps) {
          const space = devices[device] as Space
          if (what === 'place') place(space, list)
          else if (what === 'equal') makeEqual(space, '~order', from, count)
          else for (const other of devices) if (other !== space) deliver(other, space)
        }
        for (const other of devices.slice(1)) deliver(other, first)
        for (const other of devices.slice(1)) deliver(first, other)
        expect(new Set(devices.map((space) => JSON.stringify(rowsOf(space)))).size).toBe(1)
        makeEqual(first, '~order', 0, 4)
        place(first, last)
      } finally {
        for (const space of devices) closeSpace(space)
      }
    }),
    { numRuns: propertyRuns(12), endOnFailure: true },
  )
})

it('places rows of a tree at their positions, also between equal keys', { timeout: propertyTime(60_000) }, () => {
  const moves = placements.map((list) => list.map((each) => ({ ...each, create: false })))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), moves), { minLength: 2, maxLength: 4 }), (steps) => {
      const { space } = aSpace(6)
      for (const [from, list] of steps) {
        makeEqual(space, TREE_KEY, from, 4)
        place(space, list, TREE_KEY)
      }
      closeSpace(space)
    }),
    { numRuns: propertyRuns(12), endOnFailure: true },
  )
})

it('rejects a position among too many equal keys, and accepts the positions next to them', () => {
  const { space } = aSpace(MOST_RENEWED + 3)
  makeEqual(space, '~order', 0, MOST_RENEWED + 3)
  const put = (at: number) => place(space, [{ create: true, row: 0, at }])
  expect(() => put(1)).toThrow('1,000')
  put(3)
  put(0)
  put(MOST_RENEWED + 5)
  closeSpace(space)
})
