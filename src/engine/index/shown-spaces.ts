import type { SpaceId } from '../../space/ids.ts'
import type { Answers, Lookup } from '../../space/lookups.ts'
import type { Schema } from '../../space/schema.ts'
import type { Touched } from '../../space/touched.ts'
import { VaultError } from '../../vault/errors.ts'
import { report } from '../api/report.ts'
import { type Subscribable, subscribable } from '../api/subscribable.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import { type BackgroundWork, backgroundWork } from '../scheduling/background-work.ts'
import { type Clock, systemClock } from '../scheduling/clock.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { Feed } from './feed.ts'
import { type IndexCopy, readIndexCopy, removeIndexCopy, writeIndexCopy } from './index-copy.ts'
import { IndexFeeder } from './index-feeder.ts'

/** Milliseconds without a change before the history is sent to the index, and its copy is stored. */
const QUIET_MS = 3_000

/** The number of changes after which a new copy is worth storing. */
const WORTH = 50

/** A space that is displayed. */
export interface ShownSpace {
  /** The schema in the stored copy of the index, while the document loads; undefined without a copy. */
  readonly early: Subscribable<Schema | undefined>
  readonly session: Promise<SpaceSession>
  /** Resolves when the index has the whole document. */
  readonly filled: Promise<void>
  /** Resolves when the index has the history, too. */
  history(): Promise<void>
}

/** The spaces that have an index. */
export interface ShownSpaces {
  open(id: SpaceId): ShownSpace
  /** The document of a space has changed. */
  applied(id: SpaceId, touched: Touched): void
  /** The document of a space was loaded again or replaced. */
  reloaded(id: SpaceId): void
  /** Resolves when the index has every change applied so far; at once for a space without an index. */
  settled(id: SpaceId): Promise<void>
  /** Undefined for a space without an index: look it up in the document instead. */
  lookUp(id: SpaceId, lookups: readonly Lookup[]): Promise<Answers> | undefined
  /** Stores copies of changed indexes, and drops every index. */
  close(): Promise<void>
}

export interface ShownSpacesOptions {
  /** Whether a stored copy of an index is shown before the document has loaded. */
  readonly showCopies: boolean
  readonly clock?: Clock
}

interface ShownDeps {
  readonly profile: ProfileSession
  readonly feed: Feed
  readonly background: BackgroundWork
  readonly showCopies: boolean
  readonly clock: Clock
}

export const shownSpaces = (
  profile: ProfileSession,
  feed: Feed,
  { showCopies, clock = systemClock }: ShownSpacesOptions,
): ShownSpaces => {
  const shown = new Map<SpaceId, Shown>()
  const background = backgroundWork(report)
  /** Spaces whose index was filled again after an error. Only once per space: the error would probably repeat. */
  const refilled = new Set<SpaceId>()
  feed.onBroken((space, error) => {
    report(error)
    if (space === 'all' || refilled.has(space)) return
    refilled.add(space)
    shown.get(space)?.refill()
  })

  return {
    open(id) {
      const known = shown.get(id)
      if (known) return known
      const opened = new Shown(id, { profile, feed, background, showCopies, clock })
      shown.set(id, opened)
      // Opening a space that failed to open can be retried.
      opened.filled.catch(() => shown.delete(id))
      return opened
    },
    applied: (id, touched) => shown.get(id)?.applied(touched),
    reloaded: (id) => shown.get(id)?.refill(),
    async settled(id) {
      await shown.get(id)?.feeder?.settled(() => feed.settled())
    },
    lookUp: (id, lookups) =>
      shown.get(id)?.feeder?.settled(async () => new Map(await feed.ask('lookups', { space: id, lookups }))),
    async close() {
      for (const each of shown.values()) await each.close()
      await background.ended()
      shown.clear()
      await feed.send({ kind: 'forget', space: 'all' })
    },
  }
}

class Shown implements ShownSpace {
  readonly early = subscribable<Schema | undefined>(undefined)
  readonly session: Promise<SpaceSession>
  readonly filled: Promise<void>
  readonly #id: SpaceId
  readonly #deps: ShownDeps
  #feeder: IndexFeeder | undefined
  /** The number of changes since the copy was stored; infinite without a copy. */
  #unsaved = Number.POSITIVE_INFINITY
  #cancel: (() => void) | undefined
  #closed = false

  constructor(id: SpaceId, deps: ShownDeps) {
    this.#id = id
    this.#deps = deps
    const restored = this.#restore()
    this.session = restored.then(() => deps.profile.open(id))
    this.session.catch(() => undefined)
    this.filled = this.#fill(restored)
  }

  get feeder(): IndexFeeder | undefined {
    return this.#feeder
  }

  async history(): Promise<void> {
    await this.filled
    await this.#feeder?.sendHistory()
  }

  applied(touched: Touched): void {
    this.#unsaved += 1
    this.#feeder?.changed(touched).catch(report)
    this.#settleLater()
  }

  /** Fills the index again from the document. */
  refill(): void {
    if (this.#closed) return
    this.#unsaved += 1
    this.#feeder?.fill().catch(report)
    // The new index has neither history nor conflict marks yet.
    this.#settleLater()
  }

  async close(): Promise<void> {
    this.#closed = true
    // A space that is still being opened reads the vault.
    await Promise.allSettled([this.filled])
    this.#cancel?.()
    if (this.#unsaved >= WORTH) await this.#storeCopy()
  }

  /** @returns the stored copy, when there is one and the index could open it */
  async #restore(): Promise<IndexCopy | undefined> {
    const { profile, feed, showCopies } = this.#deps
    const copy = await readIndexCopy(profile.vault, this.#id)
    if (!copy) return undefined
    const question = { space: this.#id, saved: copy.saved, show: showCopies }
    const opened = await feed.ask('restore', question, [copy.saved.bytes.buffer as ArrayBuffer])
    if (!opened) return undefined
    if (showCopies) this.early.set(copy.saved.schema)
    return copy
  }

  async #fill(restored: Promise<IndexCopy | undefined>): Promise<void> {
    const [copy, session] = await Promise.all([restored, this.session])
    this.#feeder = new IndexFeeder(session, this.#deps.feed)
    if (copy) await this.#feeder.follow(copy)
    else await this.#feeder.fill()
    if (copy) this.#unsaved = 0
    this.#settleLater()
  }

  /** Sends the history and stores a copy after `QUIET_MS` without a change. */
  #settleLater(): void {
    this.#cancel?.()
    if (this.#closed) return
    this.#cancel = this.#deps.clock.after(QUIET_MS, () => this.#deps.background.run(() => this.#settle()))
  }

  async #settle(): Promise<void> {
    await this.#feeder?.sendHistory()
    if (this.#unsaved >= WORTH) await this.#storeCopy()
  }

  /** Failures are only reported: without a copy the next start reads the whole document. */
  async #storeCopy(): Promise<void> {
    const { profile, feed } = this.#deps
    await this.#feeder?.settled(async (heads, historyHeads) => {
      const saved = await feed.ask('save', { space: this.#id })
      if (!saved) return
      this.#unsaved = 0
      try {
        await writeIndexCopy(profile.vault, this.#id, { saved, heads, historyHeads })
      } catch (error) {
        report(error)
        // Delete the older copy: edits need its space.
        if (error instanceof VaultError && error.code === 'storage-full')
          await removeIndexCopy(profile.vault, this.#id).catch(report)
      }
    })
  }
}
