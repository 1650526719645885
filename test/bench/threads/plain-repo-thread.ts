/** A plain automerge-repo `Repo` that finds one document in its storage: what stands beside opening a space. */
import { parentPort, workerData } from 'node:worker_threads'
import {
  type AnyDocumentId,
  generateAutomergeUrl,
  parseAutomergeUrl,
  Repo,
  type StorageAdapterInterface,
} from '@automerge/automerge-repo'

const bytes = workerData as Uint8Array
const url = generateAutomergeUrl()
const { documentId } = parseAutomergeUrl(url)

const storage = {
  load: async () => undefined,
  save: async () => undefined,
  remove: async () => undefined,
  loadRange: async ([id, kind]: readonly string[]) =>
    id === documentId && (kind === undefined || kind === 'snapshot') ? [{ key: [documentId, 'snapshot', '0'], data: bytes }] : [],
  removeRange: async () => undefined,
} as unknown as StorageAdapterInterface

const before = process.memoryUsage().rss
const repo = new Repo({ storage })
const began = performance.now()
const handle = await repo.find(url as AnyDocumentId)
handle.doc()
parentPort?.postMessage({ load: performance.now() - began, memory: process.memoryUsage().rss - before })
