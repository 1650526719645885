/** The worker that reads: SQLite alone, fed by the documents worker. */
import wasm from '@sqlite.org/sqlite-wasm/sqlite3.wasm?url'
import { loadSqlite } from '../query/sqlite.ts'
import { serveIndex } from './index-server.ts'
import type { ToIndex } from './worker-messages.ts'

declare const self: DedicatedWorkerGlobalScope

const waiting: ToIndex[] = []
const take = (message: ToIndex) => waiting.push(message)
let handle: (message: ToIndex) => void = take

self.onmessage = ({ data }: MessageEvent<ToIndex>) => handle(data)

const sqlite = await loadSqlite(wasm)
let serve: ((port: MessagePort) => void) | undefined
const early: MessagePort[] = []
handle = (message) => {
  if (message.kind === 'begin') {
    serve = serveIndex(sqlite, message.feed)
    for (const port of early.splice(0)) serve(port)
  } else if (serve) serve(message.port)
  else early.push(message.port)
}
for (const message of waiting.splice(0)) handle(message)
