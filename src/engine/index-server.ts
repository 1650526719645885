import { countRecords, readRow, readWindow } from '../query/read-window.ts'
import { closeIndex, defineSchema, openIndex, putRows, removeRows, type SpaceIndex, tableOf } from '../query/space-index.ts'
import type { Sqlite } from '../query/sqlite.ts'
import type { SpaceId } from '../space/ids.ts'
import type { FeedMessage } from './feed.ts'
import { serveRpc, type WatchHandlers } from './rpc.ts'

/** Time between two looks at what changed, so that a run of edits is answered once; milliseconds. */
const REDRAW = 16

interface Live {
  readonly space: SpaceId
  readonly refresh: () => void
  waiting: boolean
}

/**
 * The index worker's work: takes in what the documents feed it, and answers windows from it.
 * @returns what serves one more tab
 */
export const serveIndex = (sqlite: Sqlite, feed: MessagePort): ((port: MessagePort) => void) => {
  const spaces = new Map<SpaceId, SpaceIndex>()
  const live = new Set<Live>()

  const touch = (space: SpaceId | 'all') => {
    for (const each of live) {
      if ((space !== 'all' && each.space !== space) || each.waiting) continue
      each.waiting = true
      setTimeout(() => {
        each.waiting = false
        if (live.has(each)) each.refresh()
      }, REDRAW)
    }
  }

  const indexOf = (space: SpaceId): SpaceIndex => {
    const known = spaces.get(space)
    if (known) return known
    const made = openIndex(sqlite)
    spaces.set(space, made)
    return made
  }

  const take = (message: FeedMessage) => {
    switch (message.kind) {
      case 'schema':
        defineSchema(indexOf(message.space), message.schema)
        break
      case 'rows': {
        const index = indexOf(message.space)
        const table = tableOf(index, message.table)
        if (table) putRows(sqlite, index, table, message.rows)
        break
      }
      case 'remove':
        removeRows(indexOf(message.space), message.table, message.records)
        break
      case 'forget':
        for (const [space, index] of spaces) {
          if (message.space !== 'all' && message.space !== space) continue
          closeIndex(index)
          spaces.delete(space)
        }
    }
    touch(message.space)
  }

  feed.onmessage = ({ data }: MessageEvent<{ number: number; message: FeedMessage }>) => {
    take(data.message)
    feed.postMessage(data.number)
  }

  const watch = (space: SpaceId, refresh: () => void): (() => void) => {
    const each: Live = { space, refresh, waiting: false }
    live.add(each)
    refresh()
    return () => live.delete(each)
  }

  const watches: WatchHandlers = {
    window: (request, push) => watch(request.space, () => push(readWindow(indexOf(request.space), request))),
    record: ({ space, table, record }, push) => watch(space, () => push(readRow(indexOf(space), table, record))),
    counts: ({ space }, push) => watch(space, () => push(countRecords(indexOf(space)))),
  }
  return (port) => {
    serveRpc(port, {}, watches)
  }
}
