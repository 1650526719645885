import { afterEach, describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { type FieldId, newId, type RecordId, type SpaceId, type TableId } from '../../space/ids.ts'
import type { Backend } from '../../vault/backends/backend.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import { VaultError } from '../../vault/errors.ts'
import type { OpenSpace, Row } from '../api/engine.ts'

const PASSPHRASE = 'four words of sea'
const [PEOPLE, GROUPS] = [newId<TableId>(), newId<TableId>()]
const [NAME, BADGE, IN] = [newId<FieldId>(), newId<FieldId>(), newId<FieldId>()]

const engines: NodeEngine[] = []
const start = async (backend = memoryBackend()): Promise<NodeEngine> => {
  const engine = await nodeEngine({ backend })
  engines.push(engine)
  return engine
}
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close()
})

const begin = async (backend?: Backend) => {
  const engine = await start(backend)
  await engine.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
  const { space } = await engine.call('createSpace', { name: 'House' })
  await engine.call('commit', {
    space,
    edits: [
      { do: 'create-table', id: GROUPS, name: 'Groups', fields: [{ name: 'Title', type: 'text' }] },
      {
        do: 'create-table',
        id: PEOPLE,
        name: 'People',
        fields: [
          { id: NAME, name: 'Name', type: 'text' },
          { id: BADGE, name: 'Badge', type: 'text', unique: true },
          { id: IN, name: 'In', type: 'link', target: GROUPS, onDelete: 'cascade' },
          { name: 'No', type: 'auto-number' },
        ],
      },
    ],
  })
  return { engine, space }
}

const namesOf = (rows: readonly Row[]) => rows.map(({ cells }) => (cells[NAME]?.kind === 'value' ? cells[NAME].value : undefined))
const rowsOf = async (engine: NodeEngine, space: SpaceId, count: number, table = PEOPLE) =>
  (await engine.until('window', { space, table, offset: 0, limit: 100 }, ({ total }) => total === count)).rows

describe('a shown space', { timeout: 60_000 }, () => {
  it('answers the lookups of transactions from the index', async () => {
    const { engine, space } = await begin()
    const make = (name: string, badge: string) =>
      engine.call('commit', { space, edits: [{ do: 'create-record', table: PEOPLE, values: { Name: name, Badge: badge } }] })
    await Promise.all([make('Ash', '1'), make('Briar', '2'), make('Calla', '3')])
    await expect(make('Double', ' 2')).rejects.toMatchObject({ code: 'not-unique' })
    const rows = await rowsOf(engine, space, 3)
    expect(namesOf(rows)).toEqual(['Ash', 'Briar', 'Calla'])
  })

  it('previews the conversion of a field to another type', async () => {
    const { engine, space } = await begin()
    for (const badge of ['7', 'seven'])
      await engine.call('commit', { space, edits: [{ do: 'create-record', table: PEOPLE, values: { Badge: badge } }] })
    const edits = [{ do: 'update-field' as const, field: BADGE, type: 'number' as const }]
    const preview = await engine.call('previewConversion', { space, field: BADGE, edits })
    expect(preview).toEqual({ filled: 2, fits: 1, unfit: 1, hidden: 0, unfitTexts: [{ text: 'seven', count: 1 }] })
    await expect(engine.call('previewConversion', { space, field: newId<FieldId>(), edits })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('fails with not-found for a space that no own device lists', async () => {
    const { engine } = await begin()
    const unknown = 'a'.repeat(26) as SpaceId
    await expect(engine.until('schema', { space: unknown }, () => true)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('moves cascading records to the trash and restores them', async () => {
    const { engine, space } = await begin()
    const choir = newId<RecordId>()
    await engine.call('commit', {
      space,
      edits: [
        { do: 'create-record', id: choir, table: GROUPS },
        { do: 'create-record', table: PEOPLE, values: { Name: 'Ash', In: [choir] } },
        { do: 'create-record', table: PEOPLE, values: { Name: 'Briar' } },
      ],
    })
    await rowsOf(engine, space, 2)
    await engine.call('commit', { space, edits: [{ do: 'delete', what: { table: GROUPS, record: choir } }] })
    expect(namesOf(await rowsOf(engine, space, 1))).toEqual(['Briar'])
    await engine.call('undo', { space })
    expect(namesOf(await rowsOf(engine, space, 2))).toEqual(['Ash', 'Briar'])
  })

  it('shows the copy of its index before the document is loaded, then changes made since', async () => {
    const { engine, space } = await begin()
    for (let at = 0; at < 60; at++)
      await engine.call('commit', {
        space,
        edits: [{ do: 'create-record', table: PEOPLE, values: { Name: `n${at}`, Badge: `${at}` } }],
      })
    await rowsOf(engine, space, 60)
    await engine.call('lock')
    await engine.call('unlock', { passphrase: PASSPHRASE })
    await engine.call('commit', {
      space,
      edits: [
        { do: 'create-record', table: PEOPLE, values: { Name: 'Late' } },
        { do: 'update-table', table: PEOPLE, name: 'Persons' },
      ],
    })
    engine.close()

    const again = await start(engine.backend)
    await again.call('unlock', { passphrase: PASSPHRASE })
    const seen: OpenSpace[] = []
    again.watch('schema', { space }, (state) => seen.push(state))
    const rows = await rowsOf(again, space, 61)
    expect(namesOf(rows).at(-1)).toBe('Late')
    await again.until('schema', { space }, ({ ready }) => ready)
    // The copy is emitted first; it does not contain the new name.
    expect(seen.map(({ ready, schema }) => [ready, schema.tables.at(-1)?.name])).toEqual(
      expect.arrayContaining([
        [false, 'People'],
        [true, 'Persons'],
      ]),
    )
    const { entries } = await again.call('history', { space })
    expect(entries.filter(({ what }) => what === 'create-record')).toHaveLength(62)
  })

  it('locks and keeps every edit when storage has no space for the copy of its index', async () => {
    // The encrypted changes of this test have less than 10 kB each; the copy of the index has more than 40 kB.
    const room = 30_000
    const kept = memoryBackend()
    let refused = 0
    const full: Backend = {
      ...kept,
      async write(write) {
        if (write.put.some(([, bytes]) => bytes.length > room)) {
          refused += 1
          throw new VaultError('storage-full', 'There is no room left.')
        }
        await kept.write(write)
      },
    }
    const { engine, space } = await begin(full)
    for (let at = 0; at < 60; at++)
      await engine.call('commit', { space, edits: [{ do: 'create-record', table: PEOPLE, values: { Name: `n${at}` } }] })
    await rowsOf(engine, space, 60)
    await engine.call('lock')
    expect(refused).toBe(1)
    await engine.call('unlock', { passphrase: PASSPHRASE })
    await engine.until('schema', { space }, ({ ready }) => ready)
    await rowsOf(engine, space, 60)
  })

  it('accepts a pasted text of many pages as one undo step, and rejects one above the limit of a cell', async () => {
    const { engine, space } = await begin()
    const [record, story] = [newId<RecordId>(), newId<FieldId>()]
    await engine.call('commit', {
      space,
      edits: [
        { do: 'create-field', id: story, table: PEOPLE, name: 'Story', type: 'long-text' },
        { do: 'create-record', id: record, table: PEOPLE, values: { Name: 'Ash', Story: 'Once.' } },
      ],
    })
    const set = (value: string) =>
      engine.call('commit', { space, edits: [{ do: 'set', table: PEOPLE, record, field: 'Story', value }] })
    const pasted = '🌊 sea '.repeat(100_000).slice(0, 250_000)
    await set(pasted)
    const told = (fits: (text: string) => boolean) =>
      engine.until('record', { space, table: PEOPLE, record }, (row) => fits(JSON.stringify(row?.cells[story] ?? '')))
    await told((text) => text.length > 249_000)
    await engine.call('undo', { space })
    await told((text) => text.includes('Once.'))
    await expect(set('x'.repeat(10_000_000))).rejects.toMatchObject({ code: 'too-large' })
  })

  it('returns its history, queries the past by SQL, compares, and restores', async () => {
    const { engine, space } = await begin()
    const ash = newId<RecordId>()
    await engine.call('commit', { space, edits: [{ do: 'create-record', id: ash, table: PEOPLE, values: { Name: 'Ash' } }] })
    const { change } = await engine.call('commit', {
      space,
      edits: [{ do: 'set', table: PEOPLE, record: ash, field: 'Name', value: 'Ashe' }],
    })
    await engine.call('commit', { space, edits: [{ do: 'delete', what: { table: PEOPLE, record: ash } }] })
    const { entries } = await engine.call('history', { space, record: ash })
    expect(entries.map(({ what, did, fields }) => [what, did, fields])).toEqual([
      ['delete', 'deleted', []],
      ['set', 'changed', [NAME]],
      ['create-record', 'made', expect.arrayContaining([NAME])],
    ])
    const then = { heads: [change as string] }
    const differences = await engine.call('compare', { space, from: then })
    expect(differences).toMatchObject([{ record: ash, kind: 'deleted' }])
    expect(await engine.call('previewPutBack', { space, to: then, what: 'space' })).toMatchObject({ records: 1 })
    await engine.call('putBack', { space, to: then, what: { table: PEOPLE, record: ash } })
    expect(namesOf(await rowsOf(engine, space, 1))).toEqual(['Ashe'])
    await engine.call('undo', { space })
    await rowsOf(engine, space, 0)
    await expect(engine.call('compare', { space, from: { time: 1 } })).rejects.toMatchObject({ code: 'not-found' })
  })
})
