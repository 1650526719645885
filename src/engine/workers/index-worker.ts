/** The index worker: runs SQLite, filled by the documents worker. */
import wasm from '@sqlite.org/sqlite-wasm/sqlite3.wasm?url'
import { loadSqlite } from '../../query/sqlite/sqlite.ts'
import type { FromIndex, ToIndex } from '../api/worker-messages.ts'
import { serveIndex } from '../index/index-server.ts'

declare const self: DedicatedWorkerGlobalScope

const sqlite = loadSqlite(wasm)
sqlite.catch((error: unknown) => self.postMessage({ kind: 'failed', message: String(error) } satisfies FromIndex))

const waitingPorts: MessagePort[] = []
let serve = (port: MessagePort): void => {
  waitingPorts.push(port)
}

self.onmessage = async ({ data }: MessageEvent<ToIndex>) => {
  if (data.kind === 'serve') return serve(data.port)
  const { feed } = data
  serve = serveIndex(await sqlite, feed)
  for (const port of waitingPorts.splice(0)) serve(port)
}
