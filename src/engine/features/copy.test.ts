import { afterEach, describe, expect, it, vi } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { pair } from '../../../test/support/pair-engines.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import type { Edit, FieldId, RecordId, SpaceId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'

const PASSPHRASE = 'correct horse battery'
const ends: (() => unknown)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const end of ends.splice(0).reverse()) await end()
})

const engineOver = async (backend = memoryBackend()): Promise<NodeEngine> => {
  const engine = await nodeEngine({ backend })
  ends.push(() => engine.close())
  return engine
}

const device = async (name: string, backend = memoryBackend()): Promise<NodeEngine> => {
  const engine = await engineOver(backend)
  await engine.call('createProfile', { name, passphrase: PASSPHRASE })
  return engine
}

const [PEOPLE, NAME, STORY, CHANGED] = [newId<TableId>(), newId<FieldId>(), newId<FieldId>(), newId<FieldId>()]

/** A space with a changed record, a record in the trash, and a purged record. */
const aSpace = async (engine: NodeEngine) => {
  const { space } = await engine.call('createSpace', { name: 'Lumen House' })
  const commit = (edits: readonly Edit[]) => engine.call('commit', { space, edits })
  const [ash, briar, gone] = [newId<RecordId>(), newId<RecordId>(), newId<RecordId>()]
  await commit([
    {
      do: 'create-table',
      id: PEOPLE,
      name: 'People',
      fields: [
        { id: NAME, name: 'Name', type: 'text' },
        { id: STORY, name: 'Story', type: 'long-text' },
        { id: CHANGED, name: 'Changed', type: 'changed' },
      ],
    },
    { do: 'create-record', id: ash, table: PEOPLE, values: { [NAME]: 'Ash', [STORY]: 'Once 🌊.' } },
    { do: 'create-record', id: briar, table: PEOPLE, values: { [NAME]: 'Briar' } },
    { do: 'create-record', id: gone, table: PEOPLE, values: { [NAME]: 'Gone' } },
  ])
  await commit([{ do: 'delete', what: { table: PEOPLE, record: briar } }])
  await commit([{ do: 'delete', what: { table: PEOPLE, record: gone } }])
  await commit([{ do: 'purge', what: { table: PEOPLE, record: gone } }])
  await commit([{ do: 'set', table: PEOPLE, record: ash, field: NAME, value: 'Ashe' }])
  return { space, ash, briar, gone }
}

const sql = (engine: NodeEngine, space: SpaceId, text: string) => engine.call('querySql', { space, sql: text })
const rows = (engine: NodeEngine, space: SpaceId, deleted = false) =>
  engine.until('window', { space, table: PEOPLE, offset: 0, limit: 100, deleted }, ({ total }) => total > 0)
const spaces = (engine: NodeEngine) => engine.until('spaces', undefined, () => true)

describe('a copy of a space', () => {
  it('has the content and the trash of the space, its own name, and no history', async () => {
    const engine = await device('Laptop')
    const { space, ash, briar } = await aSpace(engine)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const { space: copy } = await engine.call('copySpace', { space, name: 'Lumen House, bare' })
    expect(copy).not.toBe(space)
    expect((await spaces(engine)).map(({ name }) => name).sort()).toEqual(['Lumen House', 'Lumen House, bare'])

    const [was, is] = [
      await engine.until('schema', { space }, ({ ready }) => ready),
      await engine.until('schema', { space: copy }, ({ ready }) => ready),
    ]
    expect({ ...is.schema, name: '' }).toEqual({ ...was.schema, name: '' })
    expect(is.schema.name).toBe('Lumen House, bare')
    // The `history` call waits until the index has the history, which arrives in the background.
    await engine.call('history', { space })
    const { entries } = await engine.call('history', { space: copy })
    expect((await rows(engine, copy)).rows).toEqual((await rows(engine, space)).rows)
    expect((await rows(engine, copy, true)).rows.map(({ id }) => id)).toEqual([briar])
    const changed = 'SELECT Name, Story, Changed FROM People'
    expect((await sql(engine, copy, changed)).rows).toEqual((await sql(engine, space, changed)).rows)
    expect(entries.filter(({ place }) => place?.in === 'record' && place.record === ash)).toMatchObject([{ what: 'copy' }])
    // The copy does not contain overwritten values.
    expect(
      JSON.stringify(await engine.call('exportSpace', { space: copy, format: 'json' }).then(([file]) => file?.content.text())),
    ).not.toContain('"Ash"')
    expect((await engine.call('verify')).spaces.every(({ problems }) => problems.length === 0)).toBe(true)
  })

  it('can be edited, copied, synced, undone and opened after a restart', async () => {
    const backend = memoryBackend()
    const laptop = await device('Laptop', backend)
    const phone = await device('Phone')
    const { space, ash } = await aSpace(laptop)
    const { space: first } = await laptop.call('copySpace', { space, name: 'Copy' })
    const { space: copy } = await laptop.call('copySpace', { space: first, name: 'Copy of the copy' })
    await laptop.call('commit', { space: copy, edits: [{ do: 'set', table: PEOPLE, record: ash, field: NAME, value: 'Aspen' }] })
    await laptop.call('undo', { space: copy })
    expect((await sql(laptop, copy, 'SELECT Name FROM People')).rows).toEqual([['Ashe']])
    expect((await sql(laptop, space, 'SELECT Name FROM People')).rows).toEqual([['Ashe']])

    await pair(laptop, phone)
    await phone.until('schema', { space: copy }, ({ ready, schema }) => ready && schema.name === 'Copy of the copy')
    await phone.call('commit', { space: copy, edits: [{ do: 'set', table: PEOPLE, record: ash, field: NAME, value: 'Alder' }] })
    await laptop.until('window', { space: copy, table: PEOPLE, offset: 0, limit: 9 }, ({ rows }) =>
      rows.some(({ cells }) => JSON.stringify(cells).includes('Alder')),
    )
    await laptop.call('lock')
    const again = await engineOver(backend)
    await again.call('unlock', { passphrase: PASSPHRASE })
    expect((await sql(again, copy, 'SELECT Name FROM People')).rows).toEqual([['Alder']])
    expect((await sql(again, copy, 'SELECT count(*) FROM People')).rows).toEqual([[1]])
  }, 180_000)

  it('leaves nothing behind when it is cancelled', async () => {
    const engine = await device('Laptop')
    const { space } = await aSpace(engine)
    const before = (await engine.backend.names([])).length
    const cancelling = new AbortController()
    const copying = engine.call(
      'copySpace',
      { space, name: 'Copy' },
      { signal: cancelling.signal, onProgress: () => cancelling.abort() },
    )
    await expect(copying).rejects.toMatchObject({ name: 'AbortError' })
    expect(await spaces(engine)).toHaveLength(1)
    expect((await engine.backend.names([])).length).toBe(before)
  })

  it('is complete or absent when the program ends at any point of copying', async () => {
    for (let kept = 0, whole = false; !whole; kept++) {
      const backend = memoryBackend()
      const engine = await device('Laptop', backend)
      const { space } = await aSpace(engine)
      let writes = 0
      const { write: reallyWrite } = backend
      const write = vi.spyOn(backend, 'write').mockImplementation(async (given) => {
        // Simulates the end of the program: later writes never reach the disk.
        if (writes >= kept) return new Promise<never>(() => undefined)
        writes += 1
        return reallyWrite(given)
      })
      const done = engine.call('copySpace', { space, name: 'Copy' }).then(() => true)
      whole = await Promise.race([done, new Promise<false>((resolve) => setTimeout(() => resolve(false), 700))])
      write.mockRestore()
      const again = await engineOver(backend)
      await again.call('unlock', { passphrase: PASSPHRASE })
      const copies = (await spaces(again)).filter(({ name }) => name === 'Copy')
      expect(copies.length).toBeLessThanOrEqual(1)
      if (whole) expect(copies).toHaveLength(1)
      for (const { id } of copies)
        expect((await sql(again, id, 'SELECT Name, Story FROM People')).rows).toEqual([['Ashe', 'Once 🌊.']])
      expect((await again.call('verify')).problems).toEqual([])
      expect(kept).toBeLessThan(20)
    }
  }, 180_000)

  it('rejects an invalid name and an unknown space', async () => {
    const engine = await device('Laptop')
    const { space } = await aSpace(engine)
    await expect(engine.call('copySpace', { space, name: '  ' })).rejects.toMatchObject({ code: 'bad-name' })
    await expect(engine.call('copySpace', { space: newId<SpaceId>(), name: 'Copy' })).rejects.toMatchObject({ code: 'not-found' })
  })
})
