import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadSqlite } from '../query/sqlite.ts'
import { newId, type SpaceId, type TableId } from '../space/ids.ts'
import { EMPTY_SCHEMA } from '../space/schema.ts'
import { feedOver } from './feed.ts'
import { serveIndex } from './index-server.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

const aFeed = async () => {
  const { port1, port2 } = new MessageChannel()
  ends.push(() => port1.close())
  serveIndex(await loadSqlite(), port2 as unknown as MessagePort)
  return feedOver(port1 as unknown as MessagePort)
}

const space = newId<SpaceId>()
const table = { id: 'no id' as TableId, name: 'T', icon: '', primary: undefined, fields: [], views: [], batches: {} }

describe('what the documents feed the index', () => {
  it('goes on after something that it could not take in, and says so', async () => {
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

  it('answers a question that cannot be answered with the reason', async () => {
    const feed = await aFeed()
    await expect(feed.ask('sql', { space, sql: 'DROP TABLE x', limit: 1 })).rejects.toMatchObject({ name: 'FeedError' })
  })
})
