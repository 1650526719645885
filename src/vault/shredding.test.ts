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

/** A backend that can die before a write, with nothing written, or after it, without an answer. */
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

/** The key encryption key that a passphrase opens. */
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
  it('leaves nothing of it and keeps everything else', async () => {
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
    // Its key took two values fewer, its content three.
    expect(await backend.range([])).toHaveLength(2 + 2 + 1 + 3)
  })

  it('replaces the key encryption key, seals it to each slot, and no longer uses the old one', async () => {
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

  it.each(['before', 'after'] as const)('is atomic if the program ends %s its write', async (dies) => {
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

  it('continues with the old key if its write failed', async () => {
    const { backend, vault } = await filled()
    backend.dies = 'before'
    await expect(vault.removeArea('lumen')).rejects.toThrow('The program ended')
    backend.dies = undefined
    await vault.write([{ area: 'lumen', key: ['parts', '4'], value: utf8('lumen 4') }])
    expect(await texts(await openVault(backend, 'correct horse'), 'lumen')).toHaveLength(4)
    expect([...(await vault.check())]).toEqual([])
  })

  it('is safe during concurrent reads and writes of the profile', async () => {
    const { backend, vault } = await filled()
    const write = (key: string) => vault.write([{ area: PROFILE, key: ['seen', key], value: utf8(key) }])
    const read = async () => expect(await vault.get(PROFILE, ['words'])).toBeDefined()
    await Promise.all([write('1'), read(), vault.removeArea('lumen'), read(), write('2'), read(), vault.range(PROFILE, [])])
    expect((await (await openVault(backend, 'correct horse')).range(PROFILE, ['seen'])).length).toBe(2)
    expect([...(await vault.check())]).toEqual([])
  })

  it('rejects pending writes to the area, and only those', async () => {
    const { backend, vault } = await filled()
    let late: Promise<PromiseSettledResult<void>[]> | undefined
    const { names } = backend
    backend.names = (prefix) => {
      // Called while the removal is being prepared, so these writes must wait for it.
      late = Promise.allSettled(AREAS.map((area) => vault.write([{ area, key: ['parts', '4'], value: utf8('late') }])))
      return names(prefix)
    }
    await vault.removeArea('lumen')
    expect((await late)?.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })
})

describe('a key slot added by an attacker with access to the disk', () => {
  it('is detected and gets no new key', async () => {
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
  it('opens nothing if it is put back', async () => {
    const { backend, vault } = await filled()
    const older = (await backend.get(HEADER)) ?? new Uint8Array()
    await vault.changePassphrase('correct horse', 'battery staple')
    await backend.write({ put: [[HEADER, older]], remove: [] })
    await expect(openVault(backend, 'correct horse')).rejects.toMatchObject({ code: 'damaged' })
  })
})
