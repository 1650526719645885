import { exportSqlite } from '../../exchange/sqlite/export-sqlite.ts'
import { putHistory, readHistory, tablesIn } from '../../query/history.ts'
import { answerLookup } from '../../query/index/answer-lookups.ts'
import { putConflicts } from '../../query/index/conflicts.ts'
import { defineSchema } from '../../query/index/define-schema.ts'
import { putRows, removeRows } from '../../query/index/put-rows.ts'
import { restoreIndex, saveIndex } from '../../query/index/saved-index.ts'
import { tablesShownIn } from '../../query/index/shown-tables.ts'
import { closeIndex, openIndex, type SpaceIndex, tableOf } from '../../query/index/space-index.ts'
import { search, settleSearch } from '../../query/search/search.ts'
import { runSql } from '../../query/sql/run-sql.ts'
import type { Sqlite } from '../../query/sqlite/sqlite.ts'
import { pathOf, readOutline } from '../../query/windows/outline.ts'
import { countRecords, readRow, readWindow } from '../../query/windows/read-window.ts'
import type { SpaceId, TableId } from '../../space/ids.ts'
import { lookupKey } from '../../space/lookups.ts'
import { type AnyWatch, serveRpc, type WatchHandlers } from '../api/rpc.ts'
import type { FeedMessage, FeedQuestion, FromFeed, ToFeed } from './feed.ts'
import { indexContents } from './index-contents.ts'

/** The time limit of a user's SQL query in milliseconds. */
const SQL_TIME = 10_000

/** The minimum number of milliseconds between two updates of a watch, so that consecutive edits share an update. */
const REDRAW = 16

interface Live {
  readonly space: SpaceId
  /** Whether its value depends on a table. */
  concerns(table: TableId): boolean
  readonly refresh: () => void
  /** Called when `refresh` throws, for example because a field was removed. */
  readonly fail: (error: unknown) => void
  waiting: boolean
  /** `performance.now()` of the last update. */
  looked: number
}

/**
 * Runs the index: applies messages from the documents worker, and answers windows.
 * @returns a function that serves one more tab
 */
export const serveIndex = (sqlite: Sqlite, feed: MessagePort): ((port: MessagePort) => void) => {
  const spaces = new Map<SpaceId, SpaceIndex>()
  const live = new Set<Live>()
  /** Spaces with a complete index. Watches of other spaces emit nothing: an index that is being filled would look empty. */
  const whole = new Set<SpaceId>()
  /** Tables that are being filled for the first time, by space. */
  const filling = new Map<SpaceId, Set<TableId>>()
  /** Whether a table is incomplete or still being imported. Such a table is not shown. */
  const isPartial = (space: SpaceId, table: TableId): boolean =>
    filling.get(space)?.has(table) === true || indexOf(space).schema.unfinished.some(({ id }) => id === table)

  const look = (each: Live) => {
    each.waiting = false
    if (!live.has(each) || !whole.has(each.space)) return
    try {
      each.refresh()
    } catch (error) {
      each.fail(error)
    }
    each.looked = performance.now()
  }

  /** Updates watches: immediately for the first change, and together after `REDRAW` for the following ones. */
  const touch = (space: SpaceId | 'all', table?: TableId) => {
    for (const each of live) {
      if ((space !== 'all' && each.space !== space) || each.waiting) continue
      if (table !== undefined && !each.concerns(table)) continue
      const since = performance.now() - each.looked
      if (since >= REDRAW) look(each)
      else {
        each.waiting = true
        setTimeout(() => look(each), REDRAW - since)
      }
    }
  }

  const indexOf = (space: SpaceId): SpaceIndex => {
    const known = spaces.get(space)
    if (known) return known
    const made = openIndex(sqlite)
    spaces.set(space, made)
    return made
  }

  /** Applies a message. @returns whether watches may have to be updated */
  const take = (message: FeedMessage): boolean => {
    switch (message.kind) {
      case 'schema':
        defineSchema(indexOf(message.space), message.schema)
        break
      case 'rows': {
        const index = indexOf(message.space)
        const table = tableOf(index, message.table)
        if (table) putRows(index, table, message.rows)
        break
      }
      case 'remove':
        removeRows(indexOf(message.space), message.table, message.records)
        break
      case 'filling': {
        const tables = filling.get(message.space) ?? new Set()
        filling.set(message.space, tables)
        if (message.filling) tables.add(message.table)
        else tables.delete(message.table)
        return !message.filling
      }
      case 'history':
        putHistory(indexOf(message.space), message.rows)
        break
      case 'conflicts':
        return putConflicts(indexOf(message.space), message.marks)
      case 'complete':
        whole.add(message.space)
        // Immediately: when the page learns that the space is ready, it must show the newest rows.
        for (const each of live) if (each.space === message.space) look(each)
        return false
      case 'forget':
        for (const [space, index] of spaces) {
          if (message.space !== 'all' && message.space !== space) continue
          closeIndex(index)
          spaces.delete(space)
          whole.delete(space)
          filling.delete(space)
        }
    }
    return true
  }

  /** Answers a question of the documents worker. @returns the answer, and buffers to transfer */
  const answer = (question: FeedQuestion): { readonly answer: unknown; readonly transfer?: Transferable[] } => {
    switch (question.ask) {
      case 'lookups':
        return { answer: question.lookups.map((lookup) => [lookupKey(lookup), answerLookup(indexOf(question.space), lookup)]) }
      case 'save': {
        const saved = spaces.has(question.space) ? saveIndex(indexOf(question.space)) : undefined
        return { answer: saved, ...(saved && { transfer: [saved.bytes.buffer] }) }
      }
      case 'restore': {
        const restored = restoreIndex(sqlite, question.saved)
        const before = spaces.get(question.space)
        if (!restored) return { answer: false }
        if (before) closeIndex(before)
        filling.delete(question.space)
        spaces.set(question.space, restored)
        if (question.show) whole.add(question.space)
        touch(question.space)
        return { answer: true }
      }
      case 'history':
        return { answer: readHistory(indexOf(question.space), question) }
      case 'contents':
        return { answer: indexContents(indexOf(question.space)) }
      case 'sqlite-file': {
        const bytes = exportSqlite(sqlite, question.content)
        return { answer: bytes, transfer: [bytes.buffer] }
      }
      case 'sql':
        return { answer: runSql(indexOf(question.space), question.sql, { rows: question.limit, milliseconds: SQL_TIME }) }
    }
  }

  feed.onmessage = ({ data }: MessageEvent<ToFeed>) => {
    const { number } = data
    if ('question' in data) {
      try {
        const { answer: given, transfer = [] } = answer(data.question)
        feed.postMessage({ number, answer: given } satisfies FromFeed, transfer)
      } catch (error) {
        const { code = 'failed', message } = error as Error & { code?: string }
        feed.postMessage({ number, failed: { code, message } } satisfies FromFeed)
      }
      return
    }
    const { message } = data
    let differs: boolean
    try {
      differs = take(message)
    } catch (error) {
      // The index of this space may be incomplete; the feeder fills it again.
      const { code = 'failed', message: reason } = error as Error & { code?: string }
      feed.postMessage({ number, broken: { space: message.space, code: String(code), message: reason } } satisfies FromFeed)
      return
    }
    feed.postMessage({ number } satisfies FromFeed)
    if (!differs) return
    if (message.kind === 'history') for (const table of tablesIn(message.rows)) touch(message.space, table)
    else touch(message.space, 'table' in message ? message.table : undefined)
  }

  const watch = (space: SpaceId, concerns: Live['concerns'], fail: Live['fail'], refresh: () => void): (() => void) => {
    const each: Live = { space, concerns, refresh, fail, waiting: false, looked: Number.NEGATIVE_INFINITY }
    live.add(each)
    look(each)
    return () => live.delete(each)
  }

  /** Rows also show cells of linked tables, and values computed from them. */
  const ofTable =
    (space: SpaceId, shown: TableId): Live['concerns'] =>
    (table) =>
      table === shown || tablesShownIn(indexOf(space), shown).has(table)

  const watchTable = (space: SpaceId, table: TableId, fail: Live['fail'], refresh: () => void) =>
    watch(space, ofTable(space, table), fail, () => {
      if (!isPartial(space, table)) refresh()
    })

  const wholeCounts = (space: SpaceId) =>
    Object.fromEntries(Object.entries(countRecords(indexOf(space))).filter(([table]) => !isPartial(space, table as TableId)))

  const everyTable = () => true
  const watches: WatchHandlers = {
    window: (request, push, fail) =>
      watchTable(request.space, request.table, fail, () => push(readWindow(indexOf(request.space), request))),
    record: ({ space, table, record }, push, fail) =>
      watchTable(space, table, fail, () => push(readRow(indexOf(space), table, record))),
    outline: (request, push, fail) =>
      watchTable(request.space, request.table, fail, () => push(readOutline(indexOf(request.space), request))),
    path: (request, push, fail) =>
      watchTable(request.space, request.table, fail, () => push(pathOf(indexOf(request.space), request))),
    search: ({ space, text }, push, fail) => {
      let ended = false
      // The search index is built in slices, so that windows are answered in between.
      const refresh = () => {
        if (settleSearch(indexOf(space), 1)) push(search(indexOf(space), text))
        else
          setTimeout(() => {
            try {
              if (!ended) refresh()
            } catch (error) {
              fail(error)
            }
          })
      }
      const stop = watch(space, everyTable, fail, refresh)
      return () => {
        ended = true
        stop()
      }
    },
    counts: ({ space }, push, fail) => watch(space, everyTable, fail, () => push(wholeCounts(space))),
  }
  return (port) => {
    serveRpc(
      port,
      () => undefined,
      (name) => watches[name] as AnyWatch | undefined,
    )
  }
}
