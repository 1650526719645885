import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'

/** What a thread with a plain automerge-repo `Repo` measured of one document. */
export interface PlainRepo {
  /** Milliseconds until `find` gave the document. */
  readonly load: number
  /** Bytes resident in the whole process beyond those before it began. */
  readonly memory: number
}

/** Loads a document with a plain `Repo`, in a thread of its own that ends afterwards. @param bytes as `save` gave them */
export const plainRepo = async (bytes: Uint8Array): Promise<PlainRepo> => {
  const worker = new Worker(join(dirname(process.argv[1] ?? '.'), 'plain-repo-thread.js'), {
    workerData: bytes,
    // Three gigabytes for a million values.
    resourceLimits: { maxOldGenerationSizeMb: 8_000 },
  })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  } finally {
    await worker.terminate()
  }
}
