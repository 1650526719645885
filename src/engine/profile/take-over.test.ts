import { afterEach, describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import type { RecordId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'
import type { SharedUnlock } from './unlock-sharing.ts'

const engines: NodeEngine[] = []
afterEach(() => {
  for (const engine of engines.splice(0)) engine.close()
})

/** Tabs of one browser profile: each engine inherits what the previous one shared. */
const browserProfile = () => {
  const backend = memoryBackend()
  const handed: (SharedUnlock | undefined)[] = []
  let locks = 0
  return {
    handed,
    async tab(inherited?: SharedUnlock): Promise<NodeEngine> {
      const engine = await nodeEngine({
        backend,
        sharing: {
          inherited,
          readLocks: async () => locks,
          async countLock() {
            locks += 1
          },
          share: (unlock) => void handed.push(unlock),
        },
      })
      engines.push(engine)
      return engine
    },
  }
}

const stateOf = async (engine: NodeEngine) => (await engine.until('profile', undefined, () => true)).kind

const opened = async () => {
  const profile = browserProfile()
  const leader = await profile.tab()
  await leader.call('createProfile', { name: 'Laptop', passphrase: 'correct horse' })
  return { ...profile, leader }
}

describe('a tab that takes over', () => {
  it('opens the profile that the closed tab had open, and does not repeat calls', async () => {
    const { leader, tab, handed } = await opened()
    const { space } = await leader.call('createSpace', { name: 'Lumen House' })
    const [table, record] = [newId<TableId>(), newId<RecordId>()]
    await leader.call('commit', { space, edits: [{ do: 'create-table', id: table, name: 'Members', fields: [] }] })
    await leader.call('commit', { space, edits: [{ do: 'create-record', id: record, table }] })

    const next = await tab(handed.at(-1))
    expect(await stateOf(next)).toBe('open')
    await next.until('schema', { space }, ({ ready }) => ready)
    const window = await next.until('window', { space, table, offset: 0, limit: 10 }, () => true)
    expect(window.rows.map(({ id }) => id)).toEqual([record])
  })

  it('asks for the passphrase when nothing was shared', async () => {
    const { tab } = await opened()
    expect(await stateOf(await tab())).toBe('locked')
  })

  it('asks for the passphrase after locking, even when it still has the key', async () => {
    const { leader, tab, handed } = await opened()
    const shared = handed.at(-1)
    await leader.call('lock')
    expect(await stateOf(leader)).toBe('locked')
    expect(handed.at(-1)).toBeUndefined()
    const next = await tab(shared)
    expect(await stateOf(next)).toBe('locked')
    await next.call('unlock', { passphrase: 'correct horse' })
    expect(await stateOf(next)).toBe('open')
  })

  it('receives the new key after the passphrase was changed; the old key does not open the vault', async () => {
    const { leader, tab, handed } = await opened()
    const before = handed.at(-1)
    await leader.call('changePassphrase', { from: 'correct horse', to: 'battery staple' })
    expect(await stateOf(await tab(before))).toBe('locked')
    expect(await stateOf(await tab(handed.at(-1)))).toBe('open')
  })

  it('shares only a non-extractable key', async () => {
    const { handed } = await opened()
    const key = handed.at(-1)?.key
    expect(key?.extractable).toBe(false)
    expect(key?.algorithm.name).toBe('AES-GCM')
  })
})
