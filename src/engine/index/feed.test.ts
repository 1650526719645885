import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadSqlite } from '../../query/sqlite/sqlite.ts'
import { newId, type RecordId, type SpaceId, type TableId } from '../../space/ids.ts'
import { EMPTY_SCHEMA } from '../../space/schema.ts'
import { portClient } from '../api/client.ts'
import { feedOver } from './feed.ts'
import { serveIndex } from './index-server.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const aFeed = async () => (await anIndex()).feed

const anIndex = async () => {
  const [feed, page] = [new MessageChannel(), new MessageChannel()]
  ends.push(
    () => feed.port1.close(),
    () => page.port1.close(),
  )
  const serve = serveIndex(await loadSqlite(), feed.port2 as unknown as MessagePort)
  serve(page.port2 as unknown as MessagePort)
  const client = portClient()
  const { port1: unused } = new MessageChannel()
  ends.push(() => unused.close())
  client.attach({ documents: unused as unknown as MessagePort, index: page.port1 as unknown as MessagePort })
  return { feed: feedOver(feed.port1 as unknown as MessagePort), client }
}

const space = newId<SpaceId>()
const table = { id: 'no id' as TableId, name: 'T', icon: '', primary: undefined, fields: [], views: [], batches: {} }

describe('the feed of the index', () => {
  it('reports a message that fails and processes later ones', async () => {
    const feed = await aFeed()
    const broken = vi.fn()
    feed.onBroken(broken)
    await feed.send({ kind: 'schema', space, schema: { ...EMPTY_SCHEMA, tables: [table] } })
    await feed.settled()
    expect(broken).toHaveBeenCalledWith(space, expect.objectContaining({ name: 'FeedError' }))
    await feed.send({ kind: 'forget', space })
    await feed.settled()
    expect(broken).toHaveBeenCalledTimes(1)
  })

  it('emits no window before the index is complete', async () => {
    const { feed, client } = await anIndex()
    const shown = newId<TableId>()
    const seen: number[] = []
    const first = new Promise<void>((resolve) => {
      client.watch('window', { space, table: shown, offset: 0, limit: 10 }, ({ total }) => {
        seen.push(total)
        resolve()
      })
    })
    await feed.send({ kind: 'schema', space, schema: { ...EMPTY_SCHEMA, tables: [{ ...table, id: shown }] } })
    const none = { marked: undefined, batch: undefined, columns: [], links: [] }
    const row = { id: newId<RecordId>(), order: 'a0', created: 0, by: '0'.repeat(32), ...none }
    await feed.send({ kind: 'rows', space, table: shown, rows: [row] })
    await feed.settled()
    expect(seen).toEqual([])
    await feed.send({ kind: 'complete', space })
    await first
    expect(seen).toEqual([1])
  })

  it('rejects a query that fails with its error', async () => {
    const feed = await aFeed()
    await expect(feed.ask('sql', { space, sql: 'DROP TABLE x', limit: 1 })).rejects.toMatchObject({ name: 'FeedError' })
  })
})
