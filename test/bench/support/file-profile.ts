/** A profile of the command line's engine, over files, and what it keeps there. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type CommandLineEngine, startEngine } from '../../../src/cli/start-engine.ts'
import type { SpaceId } from '../../../src/engine/api/engine.ts'
import { readIndexCopy } from '../../../src/engine/index/index-copy.ts'
import { spaceStore } from '../../../src/engine/spaces/space-store.ts'
import { newResident } from '../../../src/space/automerge.ts'
import { fileBackend } from '../../../src/vault/backends/file-backend.node.ts'
import { openVault } from '../../../src/vault/open-vault.ts'

const PASSPHRASE = 'correct horse battery staple'
/** Built by `npm run build`. */
const EXAMINER_THREAD = resolve('build/node/examiner-thread.js')
/** An actor that writes nothing. */
const READER = 'c4'.repeat(24)

/** Bytes of a profile at rest that holds one space. */
export interface KeptBytes {
  /** Of everything that the store holds, sealed, with its names. */
  readonly stored: number
  /** Of the files in its folder. */
  readonly files: number
  /** What the space's document comes to when it is saved. */
  readonly document: number
  /** Of the index copy: SQLite's own. */
  readonly index: number
  /** Parts that the document lies in: one when it is compacted. */
  readonly parts: number
}

/**
 * Runs `work` over a fresh profile in a folder of its own, closes it, and looks at what lies there.
 * @param work gives the space that the profile holds
 */
export const keptBytes = async (work: (engine: CommandLineEngine) => Promise<SpaceId>): Promise<KeptBytes> => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  try {
    const engine = await startEngine(folder, EXAMINER_THREAD)
    let space: SpaceId
    try {
      await engine.call('createProfile', { name: 'Bench', passphrase: PASSPHRASE })
      space = await work(engine)
    } finally {
      await engine.close()
    }
    return { ...(await look(folder, space)), files: await bytesOfFiles(folder) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const look = async (folder: string, space: SpaceId): Promise<Omit<KeptBytes, 'files'>> => {
  const backend = await fileBackend(folder)
  const everything = await backend.range([])
  const stored = everything.reduce((sum, [name, bytes]) => sum + length(name) + bytes.length, 0)
  const vault = await openVault(backend, PASSPHRASE)
  try {
    const { parts } = await spaceStore(vault, space).read()
    const { handle } = newResident(READER)
    for (const change of parts.flatMap(({ changes }) => changes)) handle.loadIncremental(change)
    const document = handle.save().length
    handle.free()
    const copy = await readIndexCopy(vault, space)
    if (!copy) throw new Error('No copy of the index was kept.')
    return { stored, document, index: copy.saved.bytes.length, parts: parts.length }
  } finally {
    await vault.close()
  }
}

const length = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0)

const bytesOfFiles = async (folder: string): Promise<number> => {
  const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
