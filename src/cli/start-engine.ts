import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type EngineClient, portClient } from '../engine/api/client.ts'
import type { Watches } from '../engine/api/engine.ts'
import { examiner } from '../engine/examine/examiner.ts'
import { feedOver } from '../engine/index/feed.ts'
import { serveIndex } from '../engine/index/index-server.ts'
import { startDocuments } from '../engine/workers/documents.ts'
import { featureModules } from '../engine/workers/feature-modules.ts'
import { loadSqlite } from '../query/sqlite/sqlite.ts'
import { loadAutomerge } from '../space/automerge.ts'
import { type FileBackendOptions, fileBackend } from '../vault/backends/file-backend.node.ts'
import { memoryBackend } from '../vault/backends/memory-backend.ts'
import { nodeExaminerThread } from './node-examiner.ts'

/** The app's engine in this process, with files as storage. */
export interface CommandLineEngine extends EngineClient {
  /** The first value of a watch that matches. */
  first<Name extends keyof Watches>(
    name: Name,
    input: Watches[Name]['input'],
    fits?: (value: Watches[Name]['value']) => boolean,
  ): Promise<Watches[Name]['value']>
  /** Waits for pending writes and releases the files. */
  close(): Promise<void>
}

/**
 * @param folder of the profile; without it the engine starts empty and stores nothing
 * @param examinerThread the built file of `examiner-thread.ts`
 * @throws {VaultError} `in-use`, `damaged`, `newer`
 */
export const startEngine = async (
  folder: string | undefined,
  examinerThread: string,
  options: FileBackendOptions = {},
): Promise<CommandLineEngine> => {
  const backend = folder === undefined ? memoryBackend() : await fileBackend(folder, options)
  const [feed, documents, index] = [new MessageChannel(), new MessageChannel(), new MessageChannel()]
  const closePorts = () => {
    for (const { port1, port2 } of [feed, documents, index]) {
      port1.close()
      port2.close()
    }
  }
  try {
    const [sqlite] = await Promise.all([loadSqlite(), readAutomerge().then(loadAutomerge)])
    const serveDocuments = await startDocuments({
      openBackend: async () => backend,
      feed: feedOver(feed.port1),
      examiner: examiner(nodeExaminerThread(examinerThread)),
      server: undefined,
      ended: () => undefined,
      modules: () => featureModules(),
    })
    serveIndex(sqlite, feed.port2)(index.port2)
    serveDocuments(documents.port2)
  } catch (error) {
    closePorts()
    await backend.close()
    throw error
  }
  const client = portClient()
  client.attach({ documents: documents.port1, index: index.port1 })
  const first: CommandLineEngine['first'] = (name, input, fits = () => true) =>
    new Promise((resolve, reject) => {
      let found = false
      const watching = client.watch(
        name,
        input,
        (value) => {
          if (found || !fits(value)) return
          found = true
          queueMicrotask(() => watching.stop())
          resolve(value)
        },
        reject,
      )
    })
  return {
    ...client,
    first,
    async close() {
      // Locking closes the storage. Without an unlocked profile there is nothing to close.
      const { kind } = await first('profile', undefined)
      if (kind === 'open') await client.call('lock')
      else await backend.close()
      closePorts()
    },
  }
}

const readAutomerge = (): Promise<Uint8Array> =>
  readFile(createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm'))
