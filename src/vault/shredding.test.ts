import { describe, expect, it } from 'vitest'
import { fromUtf8, toHex, utf8 } from '../bytes/encoding.ts'
import { openSealed } from '../bytes/x25519.ts'
import type { Backend } from './backends/backend.ts'
import { memoryBackend } from './backends/memory-backend.ts'
import { decodeHeader, encodeHeader, HEADER } from './header.ts'
import { createVault, openVault } from './open-vault.ts'
import { passphraseKeys } from './passphrase.ts'
import { sealer } from './sealing.ts'
import { PROFILE, type Vault } from './vault.ts'

const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }
const AREAS = ['lumen', 'workshop'] as const

/** A backend whose program can end: in the middle of a write, of which nothing is there, or after it, unanswered. */
const mortal = (): Backend & { dies: 'before' | 'after' | undefined } => {
  const inner = memoryBackend()
  return {
    ...inner,
    dies: undefined,
    async write(write) {
      if (this.dies === 'before') throw new Error('The program ended before this was written.')
      await inner.write(write)
      if (this.dies === 'after') throw new Error('The program ended after this was written.')
    },
  }
}

const filled = async () => {
  const backend = mortal()
  const vault = await createVault(backend, 'correct horse', QUICK)
  for (const area of AREAS) {
    await vault.addArea(area)
    for (const key of ['1', '2', '3']) await vault.write([{ area, key: ['parts', key], value: utf8(`${area} ${key}`) }])
  }
  return { backend, vault }
}

const texts = async (vault: Vault, area: string) => (await vault.range(area, ['parts'])).map(([, value]) => fromUtf8(value))

const copyOf = async (backend: Backend): Promise<Backend> => {
  const copy = memoryBackend()
  await copy.write({ put: await backend.range([]), remove: [] })
  return copy
}

/** The key encryption key that a passphrase comes by. */
const keyIn = async (backend: Backend, passphrase: string): Promise<Uint8Array> => {
  const { slots } = decodeHeader((await backend.get(HEADER)) ?? new Uint8Array())
  for (const slot of slots) {
    if (slot.kind !== 'passphrase') continue
    const key = await openSealed(await passphraseKeys(passphrase, slot), slot.sealed, 'tessera/vault/seal/1')
    if (key) return key
  }
  throw new Error('This passphrase opens no slot.')
}

describe('removing an area', () => {
  it('leaves nothing of it, and everything else as it was', async () => {
    const { backend, vault } = await filled()
    const words = await vault.get(PROFILE, ['words'])
    await vault.removeArea('lumen')
    await expect(vault.get('lumen', ['parts', '1'])).rejects.toMatchObject({ code: 'damaged' })
    expect(await texts(vault, 'workshop')).toEqual(['workshop 1', 'workshop 2', 'workshop 3'])
    expect([...(await vault.check())]).toEqual([])

    const again = await openVault(backend, 'correct horse')
    expect(await again.get(PROFILE, ['words'])).toEqual(words)
    expect(await texts(again, 'workshop')).toEqual(['workshop 1', 'workshop 2', 'workshop 3'])
    expect([...(await again.check())]).toEqual([])
    // Two less of its key, three of its values.
    expect(await backend.range([])).toHaveLength(2 + 2 + 1 + 3)
  })

  it('replaces the key encryption key, sealed to each slot, and seals nothing under the former one any more', async () => {
    const { backend, vault } = await filled()
    const before = await keyIn(backend, 'correct horse')
    await vault.removeArea('lumen')
    const after = await keyIn(backend, 'correct horse')
    expect(toHex(after)).not.toBe(toHex(before))
    const former = await sealer(before)
    for (const [name, bytes] of await backend.range([])) expect(await former.open(name, bytes)).toBeUndefined()
    const { slots } = decodeHeader((await backend.get(HEADER)) ?? new Uint8Array())
    expect(slots.map(({ kind }) => kind)).toEqual(['passphrase', 'words'])
  })

  it.each(['before', 'after'] as const)('is done whole or not at all when the program ends right %s its write', async (dies) => {
    const { backend, vault } = await filled()
    backend.dies = dies
    await expect(vault.removeArea('lumen')).rejects.toThrow('The program ended')
    backend.dies = undefined
    const again = await openVault(await copyOf(backend), 'correct horse')
    expect([...(await again.check())]).toEqual([])
    expect(await texts(again, 'workshop')).toHaveLength(3)
    if (dies === 'before') expect(await texts(again, 'lumen')).toHaveLength(3)
    else await expect(texts(again, 'lumen')).rejects.toMatchObject({ code: 'damaged' })
  })

  it('goes on with the former key when its write failed', async () => {
    const { backend, vault } = await filled()
    backend.dies = 'before'
    await expect(vault.removeArea('lumen')).rejects.toThrow('The program ended')
    backend.dies = undefined
    await vault.write([{ area: 'lumen', key: ['parts', '4'], value: utf8('lumen 4') }])
    expect(await texts(await openVault(backend, 'correct horse'), 'lumen')).toHaveLength(4)
    expect([...(await vault.check())]).toEqual([])
  })

  it('is safe among reads and writes of the profile that run at the same time', async () => {
    const { backend, vault } = await filled()
    const write = (key: string) => vault.write([{ area: PROFILE, key: ['seen', key], value: utf8(key) }])
    const read = async () => expect(await vault.get(PROFILE, ['words'])).toBeDefined()
    await Promise.all([write('1'), read(), vault.removeArea('lumen'), read(), write('2'), read(), vault.range(PROFILE, [])])
    expect((await (await openVault(backend, 'correct horse')).range(PROFILE, ['seen'])).length).toBe(2)
    expect([...(await vault.check())]).toEqual([])
  })

  it('refuses what waits to be written into it, and only that', async () => {
    const { backend, vault } = await filled()
    let late: Promise<PromiseSettledResult<void>[]> | undefined
    const { names } = backend
    backend.names = (prefix) => {
      // Asked for while the removal is being prepared: what is written now has to wait for it.
      late = Promise.allSettled(AREAS.map((area) => vault.write([{ area, key: ['parts', '4'], value: utf8('late') }])))
      return names(prefix)
    }
    await vault.removeArea('lumen')
    expect((await late)?.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })
})

describe('a slot to unlock that somebody with the disk added', () => {
  it('is found, and gets no new key', async () => {
    const { backend, vault } = await filled()
    const header = decodeHeader((await backend.get(HEADER)) ?? new Uint8Array())
    const strange = { kind: 'passphrase' as const, ...QUICK, publicKey: new Uint8Array(32).fill(9), sealed: new Uint8Array(80) }
    await backend.write({ put: [[HEADER, encodeHeader({ ...header, slots: [...header.slots, strange] })]], remove: [] })
    expect([...(await vault.check())]).toEqual([PROFILE])
    const again = await openVault(backend, 'correct horse')
    await again.removeArea('lumen')
    expect(decodeHeader((await backend.get(HEADER)) ?? new Uint8Array()).slots).toHaveLength(2)
    expect([...(await again.check())]).toEqual([])
  })
})

describe('a header from before the passphrase was changed', () => {
  it('opens nothing when it is put back', async () => {
    const { backend, vault } = await filled()
    const older = (await backend.get(HEADER)) ?? new Uint8Array()
    await vault.changePassphrase('correct horse', 'battery staple')
    await backend.write({ put: [[HEADER, older]], remove: [] })
    await expect(openVault(backend, 'correct horse')).rejects.toMatchObject({ code: 'damaged' })
  })
})
