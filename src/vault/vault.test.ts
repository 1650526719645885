import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromUtf8, toHex, utf8 } from '../bytes/encoding.ts'
import { acceptBackend } from './backend.acceptance.ts'
import type { Backend } from './backend.ts'
import { memoryBackend } from './memory-backend.ts'
import { createVault, hasProfile, openVault, PROFILE } from './vault.ts'

acceptBackend('a backend in memory', async () => ({ backend: memoryBackend() }))

// As weak as Argon2id allows: the tests are not about how long it takes.
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }
const aVault = async (backend: Backend = memoryBackend()) => ({
  backend,
  vault: await createVault(backend, 'correct horse', QUICK),
})
const textAt = async (vault: Awaited<ReturnType<typeof openVault>>, area: string, key: string[]) => {
  const bytes = await vault.get(area, key)
  return bytes && fromUtf8(bytes)
}

describe('a vault', () => {
  it('opens with its passphrase, and says so when it is another', async () => {
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

  it('leaves nothing readable where it stores', async () => {
    const { backend, vault } = await aVault()
    await vault.addArea('lumen')
    await vault.write([{ area: 'lumen', key: ['members', 'Briar'], value: utf8('they/them') }])
    const words = fromUtf8((await vault.get(PROFILE, ['words'])) ?? new Uint8Array())
    expect(words.split(' ')).toHaveLength(24)
    const all = (await backend.range([]))
      .flatMap(([name, bytes]) => [...name, bytes])
      .map(toHex)
      .join(' ')
    for (const secret of ['Briar', 'they/them', 'members', 'lumen', words]) expect(all).not.toContain(toHex(utf8(secret)))
  })

  it('opens with the new passphrase after a change, and no longer with the old one', async () => {
    const { backend, vault } = await aVault()
    await vault.changePassphrase('correct horse', 'battery staple')
    await expect(vault.changePassphrase('correct horse', 'x')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(openVault(backend, 'correct horse')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await openVault(backend, 'battery staple')
  })

  it('finds out when any one byte of any value was altered, removed or put back', async () => {
    const { backend, vault } = await aVault()
    const write = (text: string) => vault.write([{ area: PROFILE, key: ['a'], value: utf8(text) }])
    const others = (await backend.range([])).map(([name]) => name.map(toHex).join())
    await write('older')
    const [name, older] = (await backend.range([])).find(([each]) => !others.includes(each.map(toHex).join())) ?? []
    if (!name || !older) throw new Error('nothing was written')
    await write('newer')
    expect(await vault.check()).toBe(true)
    const newer = (await backend.get(name)) as Uint8Array

    await fc.assert(
      fc.asyncProperty(fc.nat(newer.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const altered = newer.map((byte, index) => (index === at ? byte ^ flip : byte))
        await backend.write({ put: [[name, altered]], remove: [] })
        await expect(vault.get(PROFILE, ['a'])).rejects.toMatchObject({ code: 'damaged' })
      }),
      { numRuns: 60 },
    )
    await backend.write({ put: [[name, older]], remove: [] })
    expect(await vault.check()).toBe(false)
    await backend.write({ put: [], remove: [name] })
    expect(await vault.check()).toBe(false)
    await backend.write({ put: [[name, newer]], remove: [] })
    expect(await vault.check()).toBe(true)
  })

  it('writes what waits together, and keeps the newest of a key', async () => {
    const { vault } = await aVault()
    await Promise.all(['one', 'two', 'three'].map((text) => vault.write([{ area: PROFILE, key: ['a'], value: utf8(text) }])))
    expect(await textAt(vault, PROFILE, ['a'])).toBe('three')
    expect(await vault.check()).toBe(true)
  })

  it('has nothing left of an area that was removed', async () => {
    const { backend, vault } = await aVault()
    const before = (await backend.range([])).length
    await vault.addArea('lumen')
    await vault.write([{ area: 'lumen', key: ['a'], value: utf8('x') }])
    await vault.removeArea('lumen')
    expect(await backend.range([])).toHaveLength(before)
    await expect(vault.get('lumen', ['a'])).resolves.toBeUndefined()
    expect(await vault.check()).toBe(true)
  })
})
