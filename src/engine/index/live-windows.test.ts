import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { type FieldId, newId, type RecordId, type SpaceId, type TableId, type ViewId } from '../../space/ids.ts'
import type { Cell, Window } from '../api/engine.ts'

const [PEOPLE, GROUPS, NOTES] = [newId<TableId>(), newId<TableId>(), newId<TableId>()]
const [NAME, AGE, IN, TITLE, SUM, BACK] = Array.from({ length: 6 }, () => newId<FieldId>()) as [
  FieldId,
  FieldId,
  FieldId,
  FieldId,
  FieldId,
  FieldId,
]
const [ASH, CHOIR] = [newId<RecordId>(), newId<RecordId>()]
const VIEW = newId<ViewId>()

let engine: NodeEngine
let space: SpaceId
beforeEach(async () => {
  engine = await nodeEngine({})
  await engine.call('createProfile', { name: 'Laptop', passphrase: 'four words of sea' })
  space = (await engine.call('createSpace', { name: 'House' })).space
  await engine.call('commit', {
    space,
    edits: [
      { do: 'create-table', id: GROUPS, name: 'Groups', fields: [{ id: TITLE, name: 'Title', type: 'text' }] },
      {
        do: 'create-table',
        id: PEOPLE,
        name: 'People',
        fields: [
          { id: NAME, name: 'Name', type: 'text' },
          { id: AGE, name: 'Age', type: 'number' },
          { id: IN, name: 'In', type: 'link', target: GROUPS, twoWay: { id: BACK, name: 'Members' } },
        ],
      },
      { do: 'create-table', id: NOTES, name: 'Notes', fields: [{ name: 'Text', type: 'text' }] },
      { do: 'create-field', id: SUM, table: GROUPS, name: 'Years', type: 'rollup', via: BACK, of: 'Age', rollup: 'sum' },
      {
        do: 'create-view',
        id: VIEW,
        table: PEOPLE,
        name: 'Young',
        kind: 'grid',
        filter: { field: AGE, op: '<', value: 30 },
        sort: [{ field: NAME, descending: true }],
      },
      { do: 'create-record', id: CHOIR, table: GROUPS, values: { Title: 'Choir' } },
      { do: 'create-record', id: ASH, table: PEOPLE, values: { Name: 'Ash', Age: 24, In: [CHOIR] } },
      { do: 'create-record', table: PEOPLE, values: { Name: 'Briar', Age: 90 } },
      { do: 'create-record', table: PEOPLE, values: { Name: 'Calla', Age: 9 } },
    ],
  })
})
afterEach(() => engine.close())

const cellIn = (window: Window, record: RecordId, field: FieldId): Cell | undefined =>
  window.rows.find(({ id }) => id === record)?.cells[field]

describe('a live window', () => {
  it('applies the filter and the sort of a view', async () => {
    const { rows, total } = await engine.until(
      'window',
      { space, table: PEOPLE, offset: 0, limit: 10, view: VIEW },
      (window) => window.total === 2,
    )
    expect(total).toBe(2)
    expect(rows.map(({ cells }) => cells[NAME])).toEqual([
      { kind: 'value', value: 'Calla' },
      { kind: 'value', value: 'Ash' },
    ])
  })

  it('updates cells that depend on other tables: links in both directions and computed values', async () => {
    const sums: unknown[] = []
    const request = { space, table: GROUPS, offset: 0, limit: 10 }
    const updated = new Promise<Window>((resolve) =>
      engine.watch('window', request, (window) => {
        const cell = cellIn(window, CHOIR, SUM)
        if (cell?.kind === 'value') sums.push(cell.value)
        if (sums.at(-1) === 25) resolve(window)
      }),
    )
    await engine.until('window', request, (window) => cellIn(window, CHOIR, SUM) !== undefined)
    await engine.call('commit', { space, edits: [{ do: 'set', table: PEOPLE, record: ASH, field: AGE, value: 25 }] })
    expect(cellIn(await updated, CHOIR, BACK)).toEqual({ kind: 'links', links: [{ id: ASH, label: 'Ash' }] })
    expect(sums).toContain(24)
  })

  it('fails when its sort field is deleted, while other windows keep updating', async () => {
    const failures: unknown[] = []
    const request = { space, table: PEOPLE, offset: 0, limit: 10 }
    await engine.until('window', request, ({ total }) => total === 3)
    const failed = new Promise((resolve) =>
      engine.watch(
        'window',
        { ...request, sort: { field: AGE, descending: false } },
        () => undefined,
        (error) => {
          failures.push(error)
          resolve(error)
        },
      ),
    )
    await engine.call('commit', { space, edits: [{ do: 'delete', what: { field: AGE } }] })
    expect(await failed).toMatchObject({ code: 'unknown-field' })
    await engine.call('commit', { space, edits: [{ do: 'create-record', table: PEOPLE, values: { Name: 'Dale' } }] })
    await engine.until('window', request, ({ total }) => total === 4)
  })

  it('emits search hits of every table and updates them', async () => {
    expect(await engine.until('search', { space, text: 'CHO' }, (hits) => hits.length > 0)).toMatchObject([
      { table: GROUPS, record: CHOIR, label: 'Choir', snippet: expect.stringContaining('\u0001Choir\u0002') },
    ])
    const gone = engine.until('search', { space, text: 'cho' }, (hits) => hits.length === 0)
    await engine.call('commit', { space, edits: [{ do: 'delete', what: { table: GROUPS, record: CHOIR } }] })
    expect(await gone).toEqual([])
  })
})
