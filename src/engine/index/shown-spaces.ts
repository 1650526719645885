import type { SpaceId } from '../../space/ids.ts'
import type { Answers, Lookup } from '../../space/lookups.ts'
import type { Schema } from '../../space/schema.ts'
import type { Touched } from '../../space/touched.ts'
import { VaultError } from '../../vault/errors.ts'
import { report } from '../api/report.ts'
import { type Subscribable, subscribable } from '../api/subscribable.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { backgroundWork } from '../scheduling/background-work.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { Feed } from './feed.ts'
import { type IndexCopy, readIndexCopy, removeIndexCopy, writeIndexCopy } from './index-copy.ts'
import { type IndexFeeder, indexFeeder } from './index-feeder.ts'

/** Milliseconds without a change after which the history is told and the copy of the index is kept anew. */
const QUIET = 3_000

/** Changes after which the copy on disk is worth making anew. */
const WORTH = 50

/** A space that somebody looks at. */
export interface ShownSpace {
  /** As the copy of the index has it, while the document loads; undefined when there is no copy. */
  readonly early: Subscribable<Schema | undefined>
  readonly session: Promise<SpaceSession>
  /** Resolves when the index shows all that the document holds. */
  readonly filled: Promise<void>
  /** Resolves when it knows, too, what was done by whom and when. */
  history(): Promise<void>
}

/** The spaces whose index is kept. */
export interface ShownSpaces {
  open(id: SpaceId): ShownSpace
  /** The document of a space has changed. */
  applied(id: SpaceId, touched: Touched): void
  reloaded(id: SpaceId): void
  /** Resolves when the index has every change made so far; at once where no index is kept. */
  settled(id: SpaceId): Promise<void>
  /** Undefined where no index is kept: then the document answers. */
  lookUp(id: SpaceId, lookups: readonly Lookup[]): Promise<Answers> | undefined
  /** Keeps copies of what changed, and forgets every space. */
  close(): Promise<void>
}

interface Entry extends ShownSpace {
  feeder: IndexFeeder | undefined
  /** Changes since the copy on disk was made; infinite when there is none. */
  since: number
  timer: ReturnType<typeof setTimeout> | undefined
}

/** @param options `showCopies`: whether a copy of the index is shown before the document has loaded */
export const shownSpaces = (profile: ProfileSession, feed: Feed, { showCopies }: { showCopies: boolean }): ShownSpaces => {
  const { vault } = profile
  const entries = new Map<SpaceId, Entry>()
  const background = backgroundWork(report)
  let closed = false
  /** Spaces whose index was made anew because it could not take something in: once, or it would go on for ever. */
  const mended = new Set<SpaceId>()
  feed.onBroken((space, error) => {
    report(error)
    if (closed || space === 'all' || mended.has(space)) return
    mended.add(space)
    entries.get(space)?.feeder?.fill().catch(report)
  })

  const open = (id: SpaceId): ShownSpace => {
    const known = entries.get(id)
    if (known) return known
    const early = subscribable<Schema | undefined>(undefined)
    const restored = restore(id, early)
    // Both at once: reading the copy and loading the document wait for different things.
    const session = restored.then(() => profile.open(id))
    const filled = Promise.all([restored, session]).then(async ([copy, opened]) => {
      const feeder = indexFeeder(opened, feed)
      entry.feeder = feeder
      if (copy) await feeder.follow(copy)
      else await feeder.fill()
      if (copy) entry.since = 0
      rest(id, entry)
    })
    const entry: Entry = {
      early,
      session,
      filled,
      history: async () => {
        await filled
        await entry.feeder?.sendHistory()
      },
      feeder: undefined,
      since: Number.POSITIVE_INFINITY,
      timer: undefined,
    }
    entries.set(id, entry)
    // Whoever asks hears of it; what could not be opened may be asked for again.
    filled.catch(() => entries.delete(id))
    session.catch(() => undefined)
    return entry
  }

  /** @returns the copy, when there is one and it opened */
  const restore = async (id: SpaceId, early: Subscribable<Schema | undefined>): Promise<IndexCopy | undefined> => {
    const copy = await readIndexCopy(vault, id)
    if (!copy) return undefined
    const question = { space: id, saved: copy.saved, show: showCopies }
    const opened = await feed.ask('restore', question, [copy.saved.bytes.buffer as ArrayBuffer])
    if (!opened) return undefined
    if (showCopies) early.set(copy.saved.schema)
    return copy
  }

  /** Once nothing has changed for a while. */
  const rest = (id: SpaceId, entry: Entry) => {
    clearTimeout(entry.timer)
    if (closed) return
    entry.timer = setTimeout(() => background.run(() => settle(id, entry)), QUIET)
  }

  const settle = async (id: SpaceId, entry: Entry): Promise<void> => {
    await entry.feeder?.sendHistory()
    if (entry.since >= WORTH) await keep(id, entry)
  }

  /** Keeps a copy of the index. A failure is only reported: without a copy the next start reads the whole document. */
  const keep = async (id: SpaceId, entry: Entry): Promise<void> => {
    await entry.feeder?.settled(async (heads, told) => {
      const saved = await feed.ask('save', { space: id })
      if (!saved) return
      entry.since = 0
      try {
        await writeIndexCopy(vault, id, { saved, heads, told })
      } catch (error) {
        report(error)
        // An older copy takes up room that edits need.
        if (error instanceof VaultError && error.code === 'storage-full') await removeIndexCopy(vault, id).catch(report)
      }
    })
  }

  const feedTo = (id: SpaceId, touched: Touched) => {
    const entry = entries.get(id)
    if (!entry) return
    entry.since += 1
    entry.feeder?.changed(touched).catch(report)
    rest(id, entry)
  }

  return {
    open,
    applied: feedTo,
    reloaded(id) {
      entries.get(id)?.feeder?.fill().catch(report)
    },
    async settled(id) {
      await entries.get(id)?.feeder?.settled(() => feed.settled())
    },
    lookUp(id, lookups) {
      return entries.get(id)?.feeder?.settled(async () => new Map(await feed.ask('lookups', { space: id, lookups })))
    },
    async close() {
      closed = true
      for (const [id, entry] of entries) {
        // A space that is still being opened reads the vault.
        await Promise.allSettled([entry.filled])
        clearTimeout(entry.timer)
        if (entry.since >= WORTH) await keep(id, entry)
      }
      await background.ended()
      entries.clear()
      await feed.send({ kind: 'forget', space: 'all' })
    },
  }
}
