/** An engine in Node whose two workers are threads of their own, as in a browser. What is written stays in memory. */
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type EngineClient, portClient } from '../../../src/engine/api/client.ts'
import type { SpaceId, TableId } from '../../../src/engine/api/engine.ts'

export interface ThreadData {
  readonly feed: MessagePort
  readonly port: MessagePort
}

const PASSPHRASE = 'correct horse battery staple'

const thread = (name: string, data: ThreadData): Worker =>
  new Worker(join(dirname(process.argv[1] ?? '.'), `${name}.js`), {
    workerData: data,
    transferList: [data.feed, data.port] as never,
  })

/** Runs `work` with a fresh profile. */
export const withEngine = async <T>(work: (engine: EngineClient) => Promise<T>): Promise<T> => {
  const [feed, documents, index] = [new MessageChannel(), new MessageChannel(), new MessageChannel()]
  const threads = [
    thread('documents-thread', { feed: feed.port1, port: documents.port2 }),
    thread('index-thread', { feed: feed.port2, port: index.port2 }),
  ]
  const client = portClient()
  client.attach({ documents: documents.port1, index: index.port1 })
  try {
    await client.call('createProfile', { name: 'Bench', passphrase: PASSPHRASE })
    return await work(client)
  } finally {
    for (const each of threads) await each.terminate()
    documents.port1.close()
    index.port1.close()
  }
}

/** As if the program had ended and begun again: nothing is loaded. */
export const reopen = async (engine: EngineClient): Promise<void> => {
  await engine.call('lock')
  await engine.call('unlock', { passphrase: PASSPHRASE })
}

/** A new space with one table, imported. */
export const imported = async (engine: EngineClient, file: Blob): Promise<{ space: SpaceId; table: TableId }> => {
  const { space } = await engine.call('createSpace', { name: 'Bench' })
  return { space, table: (await importInto(engine, space, file)).table }
}

export const importInto = async (engine: EngineClient, space: SpaceId, file: Blob) => {
  const { guess } = await engine.call('previewCsv', { file })
  return engine.call('importCsv', { space, file, table: 'Characters', guess })
}

/** Opens a space and waits until it is loaded and its index filled. @returns what lets go of it */
export const opened = (engine: EngineClient, space: SpaceId): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const watching = engine.watch(
      'schema',
      { space },
      ({ ready }) => {
        if (ready) resolve(() => watching.stop())
      },
      reject,
    )
  })
