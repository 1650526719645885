import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../bytes/encoding.ts'
import { createVault, openVault } from '../open-vault.ts'
import { forgetfulLayer } from '../testing/forgetful-layer.ts'
import { acceptBackend } from './backend.acceptance.ts'
import type { Backend, Name } from './backend.ts'
import { fileBackend } from './file-backend.node.ts'

const made: string[] = []
const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-store-'))
  made.push(folder)
  return join(folder, 'store')
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))))

const name = (...parts: string[]): Name => parts.map(utf8)
const put = (backend: Backend, text: string, bytes: Uint8Array) =>
  backend.write({ put: [[name(...text.split('/')), bytes]], remove: [] })
const namesIn = async (backend: Backend) => (await backend.names([])).map((each) => each.map(fromUtf8).join('/')).sort()
// The comparison of vitest takes seconds for large values.
const isSame = (one: Uint8Array | undefined, other: Uint8Array) => one !== undefined && Buffer.compare(one, other) === 0
const filled = (length: number, byte: number) => new Uint8Array(length).fill(byte)

const opened: Backend[] = []
acceptBackend('a backend in files', async () => {
  const folder = await aFolder()
  const open = async () => {
    const backend = await fileBackend(folder)
    opened.push(backend)
    return backend
  }
  return { backend: await open(), again: open }
})
afterAll(() => Promise.all(opened.map((backend) => backend.close())))

describe('a store in files', () => {
  it('keeps empty values, values of 64 MB, and what was written many times', async () => {
    const folder = await aFolder()
    const backend = await fileBackend(folder)
    const large = filled(64 * 1024 * 1024, 1).map((_, at) => at % 251)
    await put(backend, 'empty', new Uint8Array())
    await put(backend, 'large', large)
    for (let time = 0; time < 100; time++) await put(backend, 'often', filled(10_000, time))
    await backend.close()
    const again = await fileBackend(folder)
    expect(await again.get(name('empty'))).toEqual(new Uint8Array())
    expect(isSame(await again.get(name('large')), large)).toBe(true)
    expect(await again.get(name('often'))).toEqual(filled(10_000, 99))
    await again.write({ put: [], remove: [name('large')] })
    await put(again, 'small', filled(1, 1))
    await again.close()
    expect((await stat(join(folder, 'log'))).size).toBeLessThan(100_000)
  }, 180_000)

  it('keeps 100,000 names', async () => {
    const folder = await aFolder()
    const backend = await fileBackend(folder)
    await backend.write({
      put: Array.from({ length: 100_000 }, (_, index) => [name('area', String(index % 10), String(index)), filled(20, index)]),
      remove: [],
    })
    await backend.close()
    const again = await fileBackend(folder)
    expect(await again.names([])).toHaveLength(100_000)
    expect(await again.range(name('area', '3'))).toHaveLength(10_000)
    expect(await again.get(name('area', '7', '77'))).toEqual(filled(20, 77))
    await again.close()
  }, 180_000)

  it('returns the values as of the call while everything is replaced and moved', async () => {
    const backend = await fileBackend('store', { layer: forgetfulLayer() })
    const fill = (byte: number) => Promise.all(['a', 'b', 'c'].map((each) => put(backend, each, filled(60_000, byte))))
    await fill(0)
    for (let byte = 1; byte < 20; byte++) {
      const [found] = await Promise.all([backend.range([]), fill(byte)])
      for (const [, bytes] of found) expect(isSame(bytes, filled(60_000, byte - 1))).toBe(true)
    }
    expect(backend.damaged()).toEqual([])
  })

  it('opens a vault that was created in it', async () => {
    const folder = await aFolder()
    const vault = await createVault(await fileBackend(folder), 'correct horse', {
      salt: new Uint8Array(16),
      memory: 8,
      iterations: 1,
    })
    await vault.addArea('lumen')
    await vault.write([{ area: 'lumen', key: ['a'], value: utf8('Briar') }])
    await vault.close()
    const again = await openVault(await fileBackend(folder), 'correct horse')
    expect(await again.get('lumen', ['a'])).toEqual(utf8('Briar'))
    expect([...(await again.check())]).toEqual([])
    await again.close()
  })

  it('rejects writes after it was closed', async () => {
    const backend = await fileBackend('store', { layer: forgetfulLayer() })
    await backend.close()
    await backend.close()
    await expect(put(backend, 'a', filled(1, 1))).rejects.toMatchObject({ code: 'closed' })
    await expect(backend.get(name('a'))).rejects.toMatchObject({ code: 'closed' })
  })

  it('writes concurrent writes together, with one fsync', async () => {
    const layer = forgetfulLayer()
    const backend = await fileBackend('store', { layer })
    const before = layer.steps()
    await Promise.all(Array.from({ length: 100 }, (_, index) => put(backend, String(index), filled(10, index))))
    expect(layer.steps() - before).toBe(2)
  })
})

describe('a full disk', () => {
  it('rejects the write as a whole and continues', async () => {
    const layer = forgetfulLayer()
    const backend = await fileBackend('store', { layer })
    await put(backend, 'a', filled(1_000, 1))
    layer.limit(10_000)
    const large = put(backend, 'a', filled(20_000, 2))
    const small = put(backend, 'b', filled(100, 3))
    await expect(large).rejects.toMatchObject({ name: 'VaultError', code: 'storage-full' })
    await small
    expect(await backend.get(name('a'))).toEqual(filled(1_000, 1))
    layer.limit(100_000)
    await put(backend, 'c', filled(20_000, 4))
    const again = await fileBackend('store', {
      layer: layer.after(
        () => undefined,
        () => false,
      ),
    })
    expect(await namesIn(again)).toEqual(['a', 'b', 'c'])
    expect(await again.get(name('a'))).toEqual(filled(1_000, 1))
    expect(again.damaged()).toEqual([])
  })

  it('permits opening, reading and removing; the log grows until it can be rewritten', async () => {
    const layer = forgetfulLayer()
    const backend = await fileBackend('store', { layer })
    for (const each of ['a', 'b', 'c']) await put(backend, each, filled(200_000, 1))
    layer.limit(layer.bytes('store/log').length + 1_000)
    await backend.write({ put: [], remove: [name('a'), name('b')] })
    await backend.close()
    const again = await fileBackend('store', { layer })
    expect(await namesIn(again)).toEqual(['c'])
    layer.limit(Number.POSITIVE_INFINITY)
    await put(again, 'd', filled(10, 1))
    await again.close()
    expect(layer.bytes('store/log').length).toBeLessThan(210_000)
  })
})

/** A closed store with one byte of its log altered, for each position in turn. */
const damagedAt = async (place: (log: Uint8Array) => number) => {
  const layer = forgetfulLayer()
  const backend = await fileBackend('store', { layer })
  await put(backend, 'before', filled(10, 1))
  await backend.write({
    put: [
      [name('small'), filled(100, 0xaa)],
      [name('large'), filled(5_000, 0xbb)],
    ],
    remove: [],
  })
  await put(backend, 'last', filled(10, 2))
  await backend.close()
  const log = layer.bytes('store/log')
  const at = place(log)
  log[at] = (log[at] ?? 0) ^ 1
  return { layer, backend: await fileBackend('store', { layer }) }
}

describe('damage', () => {
  it.each([
    ['small', 0xaa],
    ['large', 0xbb],
  ])('of a %s value is reported with its name, also after the log was rewritten; other values stay', async (damaged, byte) => {
    const { layer, backend } = await damagedAt((log) => Buffer.from(log).indexOf(filled(50, byte)))
    expect(await backend.range([])).toHaveLength(4)
    const expected = [{ kind: 'value', name: name(damaged) }]
    expect(backend.damaged()).toEqual(expected)
    for (let time = 0; time < 30; time++) await put(backend, 'often', filled(20_000, time))
    await backend.close()
    expect(layer.bytes('store/log').length).toBeLessThan(300_000)
    const again = await fileBackend('store', { layer })
    await again.range([])
    expect(again.damaged()).toEqual(expected)
    await put(again, damaged, filled(10, 1))
    expect(again.damaged()).toEqual([])
  })

  it('of an index is reported as lost writes, also after the log was rewritten', async () => {
    for (const part of ['head', 'index']) {
      const { layer, backend } = await damagedAt((log) => Buffer.from(log).indexOf('small') - (part === 'head' ? 20 : 0))
      expect(await namesIn(backend)).toEqual(['before', 'last'])
      expect(backend.damaged()).toEqual([{ kind: 'writes', count: 1 }])
      for (let time = 0; time < 30; time++) await put(backend, 'often', filled(20_000, time))
      await backend.close()
      const again = await fileBackend('store', { layer })
      expect(again.damaged()).toEqual([{ kind: 'writes', count: 1 }])
    }
  })

  it('of any byte of a closed log is reported or harmless', async () => {
    const length = (await damagedAt(() => 0)).layer.bytes('store/log').length
    for (let at = 0; at < length; at = at > 400 && at < length - 400 ? at + 97 : at + 1) {
      const { backend } = await damagedAt(() => at)
      const found = new Map((await backend.range([])).map(([each, bytes]) => [each.map(fromUtf8).join(), [...new Set(bytes)]]))
      const isWhole = JSON.stringify([...found].sort()) === '[["before",[1]],["large",[187]],["last",[2]],["small",[170]]]'
      expect(isWhole || backend.damaged().length > 0, `byte ${at}`).toBe(true)
    }
  })

  it('of the whole log is rejected, and so is a newer layout', async () => {
    const layer = forgetfulLayer()
    await (await fileBackend('store', { layer })).close()
    layer.bytes('store/log')[7] = '2'.charCodeAt(0)
    await expect(fileBackend('store', { layer })).rejects.toMatchObject({ code: 'newer' })
    layer.bytes('store/log').fill(0)
    await expect(fileBackend('store', { layer })).rejects.toMatchObject({ code: 'damaged' })
  })
})

describe('the folder', () => {
  it('is readable by its owner only', async () => {
    const folder = await aFolder()
    const backend = await fileBackend(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const each of await readdir(folder)) expect((await stat(join(folder, each))).mode & 0o777).toBe(0o600)
    await backend.close()
    expect(await readdir(folder)).toEqual(['log'])
  })

  it('is used by one process at a time, and the error names that process', async () => {
    const folder = await aFolder()
    const backend = await fileBackend(folder)
    await expect(fileBackend(folder)).rejects.toMatchObject({ code: 'in-use' })
    await expect(fileBackend(folder)).rejects.toThrow(`in use by process ${process.pid}`)
    await backend.close()
    await (await fileBackend(folder)).close()
  })

  it('is taken over from a process that ended, or whose pid was reused', async () => {
    const folder = await aFolder()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(other, 'spawn')
    const since = new Date().toISOString()
    await (await fileBackend(folder)).close()
    const lock = (started: string | null) => writeFile(join(folder, 'lock'), JSON.stringify({ pid: other.pid, since, started }))
    await lock(null)
    await expect(fileBackend(folder)).rejects.toThrow(`kill ${other.pid}`)
    if (process.platform === 'linux') {
      await lock('an earlier boot 1')
      await (await fileBackend(folder)).close()
    }
    await lock(null)
    other.kill('SIGKILL')
    await once(other, 'exit')
    const backend = await fileBackend(folder)
    expect(await readFile(join(folder, 'lock'), 'utf8')).toContain(`"pid":${process.pid}`)
    await backend.close()
  })
})
