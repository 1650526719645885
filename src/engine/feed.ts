import type { IndexRow } from '../query/rows.ts'
import type { RecordId, SpaceId, TableId } from '../space/ids.ts'
import type { Schema } from '../space/schema.ts'

/** What the documents tell the index; in order, each answered by its number once it is taken in. */
export type FeedMessage =
  | { readonly kind: 'schema'; readonly space: SpaceId; readonly schema: Schema }
  | { readonly kind: 'rows'; readonly space: SpaceId; readonly table: TableId; readonly rows: readonly IndexRow[] }
  | { readonly kind: 'remove'; readonly space: SpaceId; readonly table: TableId; readonly records: readonly RecordId[] | 'all' }
  | { readonly kind: 'forget'; readonly space: SpaceId | 'all' }

/** Messages under way before the feeder waits, so that windows are answered between them. */
const AHEAD = 3

export interface Feed {
  /** Resolves as soon as more may be sent. */
  send(message: FeedMessage): Promise<void>
  /** Resolves when all that was sent is in the index. */
  settled(): Promise<void>
}

export const feedOver = (port: MessagePort): Feed => {
  let sent = 0
  let taken = 0
  const waiting = new Set<{ readonly until: number; readonly resolve: () => void }>()
  port.onmessage = ({ data }: MessageEvent<number>) => {
    taken = data
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
      port.postMessage({ number: sent, message })
      return until(sent - AHEAD)
    },
    settled: () => until(sent),
  }
}
