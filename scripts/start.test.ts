import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isStale } from './freshness.mjs'
import { tooOld } from './node-version.mjs'

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.1', '22.1.0', '100.0.0'])('%s is supported', (version) => {
    expect(tooOld(version)).toBeUndefined()
  })
  it.each(['20.18.9', '18.20.0', '0.12.0'])('%s is too old', (version) => {
    expect(tooOld(version)).toContain(`Tessera needs Node 20.19 or newer, and this is ${version}.`)
  })
})

describe('a build', () => {
  let folder: string
  const write = async (name: string, seconds: number) => {
    await writeFile(join(folder, name), '')
    await utimes(join(folder, name), seconds, seconds)
    return join(folder, name)
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-freshness-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is stale if it does not exist or is older than a source', async () => {
    const source = await write('source', 2_000)
    expect(isStale(join(folder, 'missing'), [source])).toBe(true)
    expect(isStale(await write('older', 1_000), [source])).toBe(true)
    expect(isStale(await write('newer', 3_000), [source])).toBe(false)
  })

  it('checks files in folders and ignores missing paths', async () => {
    await mkdir(join(folder, 'src'))
    await write('src/deep', 5_000)
    await utimes(join(folder, 'src'), 1_000, 1_000)
    expect(isStale(await write('made', 4_000), [join(folder, 'src'), join(folder, 'none')])).toBe(true)
    expect(isStale(await write('made', 6_000), [join(folder, 'src'), join(folder, 'none')])).toBe(false)
  })
})
