import type { ExportedSpace } from '../../exchange/exported.ts'
import type { HistoryPage, HistoryQuestion, HistoryRow } from '../../query/history.ts'
import type { ConflictMark } from '../../query/index/conflicts.ts'
import type { IndexRow } from '../../query/index/rows.ts'
import type { SavedIndex } from '../../query/index/saved-index.ts'
import type { RecordId, SpaceId, TableId } from '../../space/ids.ts'
import type { Lookup } from '../../space/lookups.ts'
import type { Schema } from '../../space/schema.ts'
import type { SqlAnswer } from '../api/engine.ts'
import type { IndexContents } from './index-contents.ts'

/** Messages from the documents worker to the index, in order. Each is acknowledged by its number. `space` may be a temporary index. */
export type FeedMessage =
  | { readonly kind: 'schema'; readonly space: SpaceId; readonly schema: Schema }
  | { readonly kind: 'rows'; readonly space: SpaceId; readonly table: TableId; readonly rows: readonly IndexRow[] }
  | { readonly kind: 'remove'; readonly space: SpaceId; readonly table: TableId; readonly records: readonly RecordId[] | 'all' }
  /** Watches do not show a table that is being filled for the first time. */
  | { readonly kind: 'filling'; readonly space: SpaceId; readonly table: TableId; readonly filling: boolean }
  | { readonly kind: 'history'; readonly space: SpaceId; readonly rows: readonly HistoryRow[] }
  | { readonly kind: 'conflicts'; readonly space: SpaceId; readonly table: TableId; readonly marks: readonly ConflictMark[] }
  /** The index has the whole space. Before this message no watch of the space emits. */
  | { readonly kind: 'complete'; readonly space: SpaceId }
  | { readonly kind: 'forget'; readonly space: SpaceId | 'all' }

/** Questions of the documents worker, answered after everything that was sent before. */
export interface FeedQuestions {
  lookups: {
    readonly question: { readonly space: SpaceId; readonly lookups: readonly Lookup[] }
    readonly answer: [key: string, answer: unknown][]
  }
  save: { readonly question: { readonly space: SpaceId }; readonly answer: SavedIndex | undefined }
  /** False when the copy cannot be opened: the index must be filled instead. */
  restore: {
    /** `show`: whether watches emit this state before `complete`. */
    readonly question: { readonly space: SpaceId; readonly saved: SavedIndex; readonly show: boolean }
    readonly answer: boolean
  }
  sql: {
    readonly question: { readonly space: SpaceId; readonly sql: string; readonly limit: number }
    readonly answer: SqlAnswer
  }
  contents: { readonly question: { readonly space: SpaceId }; readonly answer: IndexContents }
  'sqlite-file': { readonly question: { readonly content: ExportedSpace }; readonly answer: Uint8Array }
  history: { readonly question: { readonly space: SpaceId } & HistoryQuestion; readonly answer: HistoryPage }
}

export type FeedQuestion = {
  [Name in keyof FeedQuestions]: { readonly ask: Name } & FeedQuestions[Name]['question']
}[keyof FeedQuestions]

export type ToFeed =
  | { readonly number: number; readonly message: FeedMessage }
  | { readonly number: number; readonly question: FeedQuestion }
export type FromFeed = {
  readonly number: number
  readonly answer?: unknown
  readonly failed?: { readonly code: string; readonly message: string }
  /** A message failed: the index of this space is incomplete. */
  readonly broken?: { readonly space: SpaceId | 'all'; readonly code: string; readonly message: string }
}

/** The number of unacknowledged messages at which the feeder waits, so that windows are answered between messages. */
const AHEAD = 3

export interface Feed {
  /** Resolves when the next message may be sent. */
  send(message: FeedMessage): Promise<void>
  /** @throws {FeedError} when the index cannot answer */
  ask<Name extends keyof FeedQuestions>(
    name: Name,
    question: FeedQuestions[Name]['question'],
    transfer?: readonly Transferable[],
  ): Promise<FeedQuestions[Name]['answer']>
  /** Resolves when everything sent so far is in the index. */
  settled(): Promise<void>
  /** Called when a message failed in the index. */
  onBroken(listener: (space: SpaceId | 'all', error: FeedError) => void): void
}

/** An error from the index. */
export class FeedError extends Error {
  override readonly name = 'FeedError'

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export const feedOver = (port: MessagePort): Feed => {
  let sent = 0
  let taken = 0
  const waiting = new Set<{ readonly until: number; readonly resolve: () => void }>()
  const asked = new Map<number, { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void }>()
  let broken: ((space: SpaceId | 'all', error: FeedError) => void) | undefined
  port.onmessage = ({ data }: MessageEvent<FromFeed>) => {
    taken = data.number
    if (data.broken) broken?.(data.broken.space, new FeedError(data.broken.code, data.broken.message))
    const answered = asked.get(taken)
    asked.delete(taken)
    if (data.failed) answered?.reject(new FeedError(data.failed.code, data.failed.message))
    else answered?.resolve(data.answer as never)
    for (const each of waiting) {
      if (taken < each.until) continue
      waiting.delete(each)
      each.resolve()
    }
  }
  const until = (number: number): Promise<void> =>
    taken >= number ? Promise.resolve() : new Promise((resolve) => waiting.add({ until: number, resolve }))
  return {
    send(message) {
      sent += 1
      port.postMessage({ number: sent, message } satisfies ToFeed)
      return until(sent - AHEAD)
    },
    ask(name, question, transfer = []) {
      sent += 1
      const number = sent
      return new Promise((resolve, reject) => {
        asked.set(number, { resolve: resolve as (answer: never) => void, reject })
        port.postMessage({ number, question: { ask: name, ...question } } as ToFeed, [...transfer])
      })
    },
    settled: () => until(sent),
    onBroken(listener) {
      broken = listener
    },
  }
}
