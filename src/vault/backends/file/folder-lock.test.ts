import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { appendFile, copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../../bytes/encoding.ts'
import type { Backend } from '../backend.ts'
import { fileBackend } from '../file-backend.node.ts'

const NEW_NAMESPACE = ['--pid', '--fork', '--mount-proc', '--kill-child'] as const
const canMakeNamespaces = spawnSync('unshare', [...NEW_NAMESPACE, 'true']).status === 0

let folder: string
let store: string
let started: ChildProcessWithoutNullStreams[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-lock-'))
  store = join(folder, 'store')
})
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL')
  started = []
  await rm(folder, { recursive: true })
})

const put = (backend: Backend, name: string) => backend.write({ put: [[[utf8(name)], utf8(name)]], remove: [] })

const start = (command: string, typed: readonly string[]) => {
  const child = spawn(command, typed)
  started.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, line: async () => String((await lines.next()).value) }
}

describe.skipIf(!canMakeNamespaces)('a folder locked by a process in another pid namespace', () => {
  let holder: string
  beforeAll(async () => {
    const out = await mkdtemp(join(tmpdir(), 'tessera-holder-'))
    // Worker threads of Node 20 cannot run TypeScript.
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      build: {
        ssr: fileURLToPath(new URL('../file-backend.node.ts', import.meta.url)),
        outDir: out,
        emptyOutDir: false,
        target: 'node20',
        rolldownOptions: { output: { entryFileNames: 'store.mjs' } },
      },
    })
    holder = join(out, 'holder.mjs')
    await writeFile(
      holder,
      `import { createInterface } from 'node:readline'
      import { fileBackend } from './store.mjs'
      const backend = await fileBackend(process.argv[2])
      console.log('open')
      for await (const name of createInterface({ input: process.stdin }))
        console.log(await backend.write({ put: [[[Buffer.from(name)], Buffer.from(name)]], remove: [] }).then(() => 'ok', ({ code }) => code))`,
    )
    return () => rm(out, { recursive: true })
  }, 180_000)

  it('is rejected with the reason, taken over on request, and then used by one process only', { timeout: 30_000 }, async () => {
    const { child, line } = start('unshare', [...NEW_NAMESPACE, process.execPath, holder, store])
    expect(await line()).toBe('open')
    child.stdin.write('theirs\n')
    expect(await line()).toBe('ok')

    const refused = fileBackend(store)
    await expect(refused).rejects.toMatchObject({ code: 'in-use' })
    await expect(refused).rejects.toThrow(/opened by process \d+ on the host ".*" \(pid:\[\d+\].*--take-over/)

    const backend = await fileBackend(store, { takeOver: true })
    await put(backend, 'ours')
    child.stdin.write('lost?\n')
    expect(await line()).toBe('in-use')
    await put(backend, 'ours too')
    await backend.close()
    const again = await fileBackend(store)
    expect((await again.names([])).map(([name]) => Buffer.from(name ?? []).toString()).sort()).toEqual([
      'ours',
      'ours too',
      'theirs',
    ])
    await again.close()
  })
})

describe('a lock', () => {
  it.skipIf(process.platform !== 'linux')('of a killed process that nobody waited for is stale', async () => {
    // The parent becomes a program that never waits for its child.
    const { line } = start('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'])
    const pid = Number(await line())
    await (await fileBackend(store)).close()
    await writeFile(join(store, 'lock'), JSON.stringify({ pid, since: new Date().toISOString(), started: null }))
    await expect(fileBackend(store)).rejects.toMatchObject({ code: 'in-use' })
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.[0]).toBe('Z')
    await (await fileBackend(store)).close()
  })

  it('of a process that runs here is not taken over', async () => {
    const backend = await fileBackend(store)
    await expect(fileBackend(store, { takeOver: true })).rejects.toMatchObject({ code: 'in-use' })
    await backend.close()
  })
})

describe('a log that another process', () => {
  it('wrote to is not modified further and keeps its content', async () => {
    const backend = await fileBackend(store)
    await put(backend, 'a')
    const log = join(store, 'log')
    await appendFile(log, 'theirs')
    const whole = await readFile(log)
    await expect(put(backend, 'b')).rejects.toMatchObject({ code: 'in-use' })
    expect((await readFile(log)).equals(whole)).toBe(true)
  })

  it('replaced is not modified further', async () => {
    const backend = await fileBackend(store)
    await put(backend, 'a')
    await copyFile(join(store, 'log'), join(store, 'theirs'))
    await rename(join(store, 'theirs'), join(store, 'log'))
    await expect(put(backend, 'b')).rejects.toMatchObject({ code: 'in-use' })
  })
})
