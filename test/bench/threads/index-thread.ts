/** The index worker of Node's bench. */
import { workerData } from 'node:worker_threads'
import { serveIndex } from '../../../src/engine/index/index-server.ts'
import { loadSqlite } from '../../../src/query/sqlite/sqlite.ts'
import type { ThreadData } from '../support/engine-threads.ts'

const { feed, port } = workerData as ThreadData
serveIndex(await loadSqlite(), feed)(port)
