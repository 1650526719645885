import { describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import type { Backend } from '../../vault/backends/backend.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import type { SpaceId } from '../api/engine.ts'

const PASSPHRASE = 'correct horse battery'
const SOON = { after: 20, quiet: 0 }

const copyOf = async (backend: Backend): Promise<Backend> => {
  const copy = memoryBackend()
  await copy.write({ put: await backend.range([]), remove: [] })
  return copy
}

const namesIn = async (backend: Backend): Promise<Set<string>> => new Set((await backend.names([])).map(String))

const aSpace = async (engine: NodeEngine, name: string): Promise<SpaceId> => {
  const { space } = await engine.call('createSpace', { name })
  await engine.call('commit', { space, edits: [{ do: 'create-table', name: 'Members' }] })
  return space
}

/** A profile with two spaces, and the names of the stored values of the first. */
const twoSpaces = async () => {
  const backend = memoryBackend()
  const engine = await nodeEngine({ backend })
  await engine.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
  const before = await namesIn(backend)
  const damaged = await aSpace(engine, 'Lumen House')
  const stored = (await backend.names([])).filter((name) => !before.has(String(name)))
  const whole = await aSpace(engine, 'Workshop')
  engine.close()
  // Exclude new values in the areas of home and the profile: they do not belong to the space.
  const areas = new Set([...before].map((name) => name.split(',').slice(0, 16).join()))
  return { backend, damaged, whole, stored: stored.filter(([area]) => !areas.has(String(area))) }
}

const unlocked = async (backend: Backend): Promise<NodeEngine> => {
  const engine = await nodeEngine({ backend, check: SOON })
  await engine.call('unlock', { passphrase: PASSPHRASE })
  return engine
}

const checked = (engine: NodeEngine) => engine.until('integrity', undefined, ({ checked }) => checked !== undefined)

describe('the check of stored data', () => {
  it('runs after unlocking and reports undamaged data', async () => {
    const { backend } = await twoSpaces()
    const engine = await unlocked(backend)
    expect(await checked(engine)).toMatchObject({ spaces: [], profile: false })
    engine.close()
  })

  it('reports a space when any of its values was altered; the profile and the other space open', async () => {
    const { backend, stored, damaged, whole } = await twoSpaces()
    expect(stored.length).toBeGreaterThanOrEqual(3)
    for (const name of stored) {
      const altered = await copyOf(backend)
      const bytes = (await altered.get(name)) ?? new Uint8Array()
      const at = Math.floor(Math.random() * bytes.length)
      await altered.write({ put: [[name, bytes.map((byte, index) => (index === at ? byte ^ 1 : byte))]], remove: [] })
      const engine = await unlocked(altered)
      expect(await checked(engine)).toMatchObject({ spaces: [damaged], profile: false })
      await engine.until('schema', { space: whole }, ({ ready }) => ready)
      await expect(engine.until('schema', { space: damaged }, ({ ready }) => ready)).rejects.toMatchObject({ code: 'damaged' })
      const spaces = await engine.until('spaces', undefined, (all) => all.length === 2)
      expect(spaces.map(({ id, damaged, arriving }) => [id, damaged, arriving])).toEqual([
        [damaged, true, false],
        [whole, false, false],
      ])
      engine.close()
    }
  }, 180_000)

  it('reports a space when a value was removed, although the rest can be opened', async () => {
    const { backend, stored, damaged } = await twoSpaces()
    const parts = stored.filter((name) => name.length === 3)
    const sizes = await Promise.all(parts.map(async (name) => ({ name, size: (await backend.get(name))?.length ?? 0 })))
    const [newest] = sizes.sort((one, other) => one.size - other.size)
    if (!newest) throw new Error('nothing was stored')
    await backend.write({ put: [], remove: [newest.name] })
    const engine = await unlocked(backend)
    expect(await checked(engine)).toMatchObject({ spaces: [damaged], profile: false })
    engine.close()
  })

  it('reports a space when its key or its device keys were altered; the other space opens', async () => {
    const { backend, damaged, whole } = await twoSpaces()
    // The names of stored values are encrypted, so the test alters every value of the profile, one after the other.
    let isolated = 0
    for (const name of await backend.names([])) {
      if (name.length !== 3) continue
      const altered = await copyOf(backend)
      const bytes = (await altered.get(name)) ?? new Uint8Array()
      await altered.write({ put: [[name, bytes.map((byte, index) => (index === 30 ? byte ^ 1 : byte))]], remove: [] })
      const engine = await nodeEngine({ backend: altered, check: SOON, offline: true })
      const opened = await engine.call('unlock', { passphrase: PASSPHRASE }).then(
        () => true,
        () => false,
      )
      if (opened) {
        const { spaces, profile } = await checked(engine)
        expect(spaces.length + Number(profile)).toBeGreaterThan(0)
        if (spaces.includes(damaged) && profile) {
          isolated += 1
          await engine.until('schema', { space: whole }, ({ ready }) => ready)
        }
      }
      engine.close()
    }
    expect(isolated).toBe(2)
  }, 180_000)

  it('yields to edits and finishes after them', async () => {
    const { backend, whole } = await twoSpaces()
    const engine = await nodeEngine({ backend, check: { after: 200, quiet: 200 } })
    await engine.call('unlock', { passphrase: PASSPHRASE })
    let done = false
    const looked = checked(engine).then(() => {
      done = true
    })
    const end = Date.now() + 600
    for (let index = 0; Date.now() < end; index++) {
      await engine.call('commit', { space: whole, edits: [{ do: 'create-table', name: `Table ${index}` }] })
    }
    expect(done).toBe(false)
    await looked
    engine.close()
  })
})
