import { describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { testSpace } from '../../../test/support/sessions.ts'
import type { Backend } from '../../vault/backends/backend.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import { VaultError } from '../../vault/errors.ts'
import { createVault } from '../../vault/open-vault.ts'
import type { FieldId, SpaceId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'

const PASSPHRASE = 'correct horse battery'

/** A backend whose disk can be full; it then rejects every write. */
const fillable = (): Backend & { full: boolean } => {
  const inner = memoryBackend()
  return {
    ...inner,
    full: false,
    async write(write) {
      if (this.full) throw new VaultError('storage-full', 'The browser has no room left for this.')
      return inner.write(write)
    },
  }
}

const aTable = async (engine: NodeEngine) => {
  const { space } = await engine.call('createSpace', { name: 'Lumen House' })
  const [table, name] = [newId<TableId>(), newId<FieldId>()]
  await engine.call('commit', {
    space,
    edits: [{ do: 'create-table', id: table, name: 'Members', fields: [{ id: name, name: 'Name', type: 'text' }] }],
  })
  return { space, table, name }
}

const namesOf = async (engine: NodeEngine, space: SpaceId, table: TableId, name: FieldId, count: number) => {
  const { rows } = await engine.until('window', { space, table, offset: 0, limit: 50 }, ({ total }) => total === count)
  return rows.map(({ cells }) => (cells[name] as { value: string }).value)
}

describe('an engine', () => {
  it('has every committed change after a restart', async () => {
    const backend = memoryBackend()
    const first = await nodeEngine({ backend })
    await first.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    const { space, table, name } = await aTable(first)
    for (const text of ['Ash', 'Briar'])
      await first.call('commit', { space, edits: [{ do: 'create-record', table, values: { [name]: text } }] })
    first.close()

    const again = await nodeEngine({ backend })
    await expect(again.call('unlock', { passphrase: 'another' })).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await again.call('unlock', { passphrase: PASSPHRASE })
    await again.until('schema', { space }, ({ ready }) => ready)
    expect(await namesOf(again, space, table, name, 2)).toEqual(['Ash', 'Briar'])
    again.close()
  })

  it('completes a profile whose creation was interrupted', async () => {
    const backend = memoryBackend()
    await (await createVault(backend, PASSPHRASE, { salt: new Uint8Array(16), memory: 8, iterations: 1 })).close()
    const engine = await nodeEngine({ backend })
    await engine.call('unlock', { passphrase: PASSPHRASE })
    await aTable(engine)
    expect(await engine.until('devices', undefined, (devices) => devices.length === 1)).toMatchObject([
      { name: 'This device', here: true },
    ])
    engine.close()
  })

  it('rejects commits while storage is full, keeps earlier changes, and accepts commits once there is space', async () => {
    const backend = fillable()
    const engine = await nodeEngine({ backend })
    await engine.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    const { space, table, name } = await aTable(engine)
    const add = (text: string) =>
      engine.call('commit', { space, edits: [{ do: 'create-record', table, values: { [name]: text } }] })
    await engine.until('schema', { space }, ({ ready }) => ready)
    await add('Ash')
    backend.full = true
    await expect(add('Briar')).rejects.toMatchObject({ code: 'storage-full' })
    expect(await namesOf(engine, space, table, name, 1)).toEqual(['Ash'])
    backend.full = false
    await add('Calla')
    expect(await namesOf(engine, space, table, name, 2)).toEqual(['Ash', 'Calla'])
    engine.close()
  })

  it('reports a space that is damaged on disk and opens the others', async () => {
    const backend = memoryBackend()
    const first = await nodeEngine({ backend })
    await first.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    const before = new Set((await backend.range([])).map(([name]) => name.join()))
    const { space } = await aTable(first)
    const after = (await backend.range([])).filter(([name]) => !before.has(name.join()))
    const { space: other } = await aTable(first)
    first.close()
    const largest = after.sort(([, one], [, another]) => another.length - one.length)[0]
    if (!largest) throw new Error('a space was stored')
    await backend.write({ put: [[largest[0], largest[1].map((byte, index) => (index === 500 ? byte ^ 1 : byte))]], remove: [] })

    const again = await nodeEngine({ backend })
    await again.call('unlock', { passphrase: PASSPHRASE })
    await again.until('schema', { space: other }, ({ ready }) => ready)
    await expect(again.until('schema', { space }, ({ ready }) => ready)).rejects.toMatchObject({ code: 'damaged' })
    again.close()
  })

  it('delays attempts after wrong passphrases and reports the seconds to wait', async () => {
    const engine = await nodeEngine()
    await engine.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    const again = await nodeEngine({ backend: engine.backend })
    for (let index = 0; index < 3; index++) {
      await expect(again.call('unlock', { passphrase: 'another' })).rejects.toMatchObject({ code: 'wrong-passphrase' })
    }
    await expect(again.call('unlock', { passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'wait', detail: { seconds: 2 } })
    engine.close()
    again.close()
  }, 180_000)

  it('delays changes of the passphrase after wrong passphrases', async () => {
    const engine = await nodeEngine()
    await engine.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    const change = (from: string) => engine.call('changePassphrase', { from, to: 'battery staple' })
    for (let index = 0; index < 3; index++) await expect(change('another')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(change(PASSPHRASE)).rejects.toMatchObject({ code: 'wait', detail: { seconds: 2 } })
    engine.close()
  }, 180_000)

  it('executes a repeated commit call once, also after the space was opened again', async () => {
    const { holder, reopen } = await testSpace()
    const edits = [{ do: 'create-table', name: 'Members' }] as const
    const first = await holder.session.commit('one call', edits)
    expect(await holder.session.commit('one call', edits)).toEqual(first)
    const again = await reopen()
    expect(await again.session.commit('one call', edits)).toEqual(first)
    expect(again.session.space().schema.tables).toHaveLength(1)
  })

  it('removes everything of a cancelled import', async () => {
    const engine = await nodeEngine()
    await engine.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
    const { space } = await aTable(engine)
    const file = new Blob(['a;b\n', '1;2\n'.repeat(60_000)])
    const { guess } = await engine.call('previewCsv', { file })
    const controller = new AbortController()
    const importing = engine.call(
      'importCsv',
      { space, file, table: 'Numbers', guess },
      { signal: controller.signal, onProgress: () => controller.abort() },
    )
    await expect(importing).rejects.toMatchObject({ name: 'AbortError' })
    const { schema } = await engine.until('schema', { space }, ({ ready }) => ready)
    expect(schema).toMatchObject({ tables: [{ name: 'Members' }], deleted: { tables: [] }, unfinished: [] })
    engine.close()
  }, 180_000)
})
