import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../test/support/property-runs.ts'
import { fromUtf8, toHex, utf8 } from '../bytes/encoding.ts'
import { acceptBackend } from './backends/backend.acceptance.ts'
import type { Backend } from './backends/backend.ts'
import { memoryBackend } from './backends/memory-backend.ts'
import { HEADER } from './header.ts'
import { createVault, hasProfile, openVault } from './open-vault.ts'
import { PROFILE } from './vault.ts'

acceptBackend('a backend in memory', async () => ({ backend: memoryBackend() }))

// The weakest parameters that Argon2id allows, since these tests are not about its cost.
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }
const aVault = async (backend: Backend = memoryBackend()) => ({
  backend,
  vault: await createVault(backend, 'correct horse', QUICK),
})
/** Like a disk: answers asynchronously, and rejects reads after it is closed. */
const slowBackend = (): Backend => {
  const backend = memoryBackend()
  let isClosed = false
  const later = async <T>(work: () => Promise<T>): Promise<T> => {
    await new Promise((resolve) => setImmediate(resolve))
    if (isClosed) throw new Error('The backend was used after it was closed.')
    return work()
  }
  return {
    get: (name) => later(() => backend.get(name)),
    range: (prefix) => later(() => backend.range(prefix)),
    names: (prefix) => later(() => backend.names(prefix)),
    write: (write) => later(() => backend.write(write)),
    async close() {
      isClosed = true
    },
  }
}
const textAt = async (vault: Awaited<ReturnType<typeof openVault>>, area: string, key: string[]) => {
  const bytes = await vault.get(area, key)
  return bytes && fromUtf8(bytes)
}

const found = async (vault: Awaited<ReturnType<typeof openVault>>) => [...(await vault.check())]

describe('a vault', () => {
  it('opens with its passphrase and rejects another', async () => {
    const { backend, vault } = await aVault()
    await vault.addArea('lumen')
    await vault.write([{ area: 'lumen', key: ['a', '1'], value: utf8('Briar') }])
    await vault.close()
    expect(await hasProfile(backend)).toBe(true)
    expect(await textAt(await openVault(backend, 'correct horse'), 'lumen', ['a', '1'])).toBe('Briar')
    await expect(openVault(backend, 'wrong horse')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(createVault(backend, 'another')).rejects.toMatchObject({ code: 'profile-exists' })
    await expect(openVault(memoryBackend(), 'any')).rejects.toMatchObject({ code: 'no-profile' })
  })

  it('can be created if an earlier version left a header and nothing else', async () => {
    const { backend, vault } = await aVault()
    const header = await backend.get(HEADER)
    await vault.close()
    if (!header) throw new Error('the vault wrote no header')
    const cutShort = memoryBackend()
    await cutShort.write({ put: [[HEADER, header]], remove: [] })
    expect(await hasProfile(cutShort)).toBe(false)
    await aVault(cutShort)
    expect(await hasProfile(cutShort)).toBe(true)
  })

  it('rejects every call after it was closed, and completes calls in progress', async () => {
    const { vault } = await aVault(slowBackend())
    await vault.addArea('lumen')
    await vault.write([{ area: 'lumen', key: ['a'], value: utf8('Briar') }])
    const begun = [
      vault.get('lumen', ['a']),
      vault.range('lumen', []),
      vault.write([{ area: 'lumen', key: ['b'], value: utf8('Kim') }]),
      vault.check(['lumen']),
    ]
    await vault.close()
    await Promise.all(begun)
    const refused = [
      () => vault.get('lumen', ['a']),
      () => vault.range(PROFILE, []),
      () => vault.write([{ area: PROFILE, key: ['a'], value: utf8('x') }]),
      () => vault.addArea('workshop'),
      () => vault.removeArea('lumen'),
      () => vault.changePassphrase('correct horse', 'x'),
      () => vault.check(),
    ]
    for (const call of refused) await expect(call()).rejects.toMatchObject({ name: 'VaultError', code: 'closed' })
    await vault.close()
  })

  it('stores nothing readable', async () => {
    const { backend, vault } = await aVault()
    await vault.addArea('lumen')
    await vault.write([{ area: 'lumen', key: ['members', 'Briar'], value: utf8('they/them') }])
    await vault.write([{ area: PROFILE, key: ['network'], value: utf8('turn:turn.example.org') }])
    const words = fromUtf8((await vault.get(PROFILE, ['words'])) ?? new Uint8Array())
    expect(words.split(' ')).toHaveLength(24)
    const all = (await backend.range([]))
      .flatMap(([name, bytes]) => [...name, bytes])
      .map(toHex)
      .join(' ')
    for (const secret of ['Briar', 'they/them', 'members', 'lumen', 'turn.example.org', words])
      expect(all).not.toContain(toHex(utf8(secret)))
  })

  it('opens with the new passphrase after a change, and no longer with the old one', async () => {
    const { backend, vault } = await aVault()
    await vault.changePassphrase('correct horse', 'battery staple')
    await expect(vault.changePassphrase('correct horse', 'x')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(openVault(backend, 'correct horse')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await openVault(backend, 'battery staple')
  })

  it('detects when any byte of any value was altered, removed or put back', async () => {
    const { backend, vault } = await aVault()
    const write = (text: string) => vault.write([{ area: PROFILE, key: ['a'], value: utf8(text) }])
    const others = (await backend.range([])).map(([name]) => name.map(toHex).join())
    await write('older')
    const [name, older] = (await backend.range([])).find(([each]) => !others.includes(each.map(toHex).join())) ?? []
    if (!name || !older) throw new Error('nothing was written')
    await write('newer')
    expect(await found(vault)).toEqual([])
    const newer = (await backend.get(name)) as Uint8Array

    await fc.assert(
      fc.asyncProperty(fc.nat(newer.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const altered = newer.map((byte, index) => (index === at ? byte ^ flip : byte))
        await backend.write({ put: [[name, altered]], remove: [] })
        await expect(vault.get(PROFILE, ['a'])).rejects.toMatchObject({ code: 'damaged' })
        expect(await found(vault)).toEqual([PROFILE])
      }),
      { numRuns: propertyRuns(60) },
    )
    await backend.write({ put: [[name, older]], remove: [] })
    expect(await found(vault)).toEqual([PROFILE])
    await backend.write({ put: [], remove: [name] })
    expect(await found(vault)).toEqual([PROFILE])
    await backend.write({ put: [[name, newer]], remove: [] })
    expect(await found(vault)).toEqual([])
  })

  it('reports which area was altered, even during writes', async () => {
    const { backend, vault } = await aVault()
    const profile = new Set((await backend.names([])).map(([area]) => String(area)))
    for (const area of ['lumen', 'workshop']) {
      await vault.addArea(area)
      await vault.write([{ area, key: ['a'], value: utf8('older') }])
    }
    const older = await backend.range([])
    await vault.write(['lumen', 'workshop'].map((area) => ({ area, key: ['a'], value: utf8('newer') })))
    const putBack = older.find(([name]) => name.length === 2 && !profile.has(String(name[0])))
    if (!putBack) throw new Error('nothing was written')
    await backend.write({ put: [putBack], remove: [] })
    let writes = 0
    const busy = async () => {
      if (writes++ < 10)
        await vault.write(['lumen', 'workshop'].map((area) => ({ area, key: ['b', String(writes)], value: utf8('x') })))
    }
    const differing = await vault.check([], busy)
    expect(differing.size).toBe(1)
    expect(['lumen', 'workshop']).toContain([...differing][0])
    expect(writes).toBeGreaterThan(10)
  })

  it('detects values that were added', async () => {
    const { backend, vault } = await aVault()
    await backend.write({ put: [[[new Uint8Array(16)], new Uint8Array(60)]], remove: [] })
    expect(await found(vault)).toEqual([PROFILE])
  })

  it('writes concurrent writes together and keeps the newest value of a key', async () => {
    const { vault } = await aVault()
    await Promise.all(['one', 'two', 'three'].map((text) => vault.write([{ area: PROFILE, key: ['a'], value: utf8(text) }])))
    expect(await textAt(vault, PROFILE, ['a'])).toBe('three')
    expect(await found(vault)).toEqual([])
  })
})
