import type { Hash } from '../../space/automerge.ts'
import { type Answers, type Lookup, LookupsMissing } from '../../space/lookups.ts'
import type { Committed, Space } from '../../space/space.ts'
import { addTouched, newTouched, type Touched } from '../../space/touched.ts'
import type { Clock } from '../scheduling/clock.ts'
import { turn } from '../scheduling/turn.ts'

/** Milliseconds of commits per group. Without a limit, a steady stream of commits would never be acknowledged. */
const GROUP_MS = 30

/** Applies one change to the document. @returns undefined when nothing differs @throws {LookupsMissing} to be run again with answers */
export type Run = (space: Space, answers: Answers) => Committed | undefined

export interface WriteOptions {
  /** The id of the call, stored with the change so that a repeated call is not executed twice. */
  readonly call?: string | undefined
  /** Called as soon as the change is on disk, before listeners are notified. */
  readonly answer?: ((committed: Committed | undefined) => void) | undefined
}

interface Job extends WriteOptions {
  readonly run: Run
  answers: Answers
  readonly resolve: (committed: Committed | undefined) => void
  readonly reject: (error: unknown) => void
}

/** A job whose change is in the document. */
interface DoneJob {
  readonly job: Job
  readonly committed: Committed | undefined
}

export interface WrittenCall {
  readonly id: string
  readonly change: string
}

export interface WriteQueueDeps {
  readonly clock: Clock
  readonly space: () => Space
  /** Signs and stores everything that was written after `before`; resolves when it is on disk. */
  readonly persist: (before: readonly Hash[], newest: Hash, calls: readonly WrittenCall[]) => Promise<void>
  /** Restores the document from disk after `persist` failed: later changes must not depend on one that was not stored. */
  readonly restore: () => Promise<void>
  /** Called when a group is on disk and its commits are answered. */
  readonly written: (touched: Touched) => void
  readonly lookUp: (lookups: readonly Lookup[]) => Promise<Answers>
  /** Receives errors that no caller waits for. */
  readonly failed: (error: unknown) => void
}

/**
 * Serialises everything that changes one space. Commits are written in groups: each is a change of its own, and a group has one
 * signature and one vault write. Exclusive tasks (applying remote changes, compaction, log entries) share the queue: one task runs
 * after each group, so neither starves the other.
 */
export class WriteQueue {
  readonly #deps: WriteQueueDeps
  #jobs: Job[] = []
  readonly #tasks: (() => Promise<void>)[] = []
  #running: Promise<void> | undefined
  /** The document in memory may differ from what is stored, or be closed. */
  #mustRestore = false

  constructor(deps: WriteQueueDeps) {
    this.#deps = deps
  }

  /** Whether a commit waits. */
  get hasCommits(): boolean {
    return this.#jobs.length > 0
  }

  /** Resolves when the change is on disk; rejects when it was not written. */
  write(run: Run, options: WriteOptions = {}): Promise<Committed | undefined> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ ...options, run, answers: new Map(), resolve, reject })
      this.#start()
    })
  }

  /** Runs `task` while nothing else is written. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => (this.#mustRestore ? this.#restoreIfNeeded().then(task) : task())
      this.#tasks.push(() => run().then(resolve, reject))
      this.#start()
    })
  }

  /** For long exclusive tasks: handles other events, then writes the commits that wait. */
  async yieldToWrites(): Promise<void> {
    await turn()
    await this.writeWaiting()
  }

  /** For exclusive tasks: writes the commits that wait at this moment. Later ones wait for the next call. */
  async writeWaiting(): Promise<void> {
    let left = this.#jobs.length
    while (left > 0) left -= await this.#writeGroup(left)
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  #start(): void {
    // Commits of one task of the event loop share a group.
    this.#running ??= Promise.resolve().then(() => this.#runAll())
  }

  async #runAll(): Promise<void> {
    while (this.#jobs.length + this.#tasks.length > 0) {
      if (this.#jobs.length > 0) await this.#writeGroup(this.#jobs.length)
      await this.#tasks.shift()?.()
    }
    this.#running = undefined
  }

  /** @returns how many of the first `limit` jobs left the queue */
  async #writeGroup(limit: number): Promise<number> {
    let before: Hash[]
    try {
      if (this.#mustRestore) await this.#restoreIfNeeded()
      before = this.#deps.space().resident.handle.getHeads()
    } catch (error) {
      this.#mustRestore = true
      const rejected = this.#jobs.splice(0, limit)
      for (const job of rejected) job.reject(error)
      return rejected.length
    }
    const waiting = this.#jobs.length
    const { done, asking } = this.#runJobs(limit)
    const left = waiting - this.#jobs.length
    const newest = done.findLast(({ committed }) => committed)?.committed
    if (newest) {
      const calls = done.flatMap(({ job, committed }) =>
        job.call && committed ? [{ id: job.call, change: committed.change }] : [],
      )
      try {
        await this.#deps.persist(before, newest.change, calls)
      } catch (error) {
        this.#mustRestore = true
        await this.#restoreIfNeeded().catch(this.#deps.failed)
        for (const { job } of done) job.reject(error)
        return left
      }
    }
    for (const { job, committed } of done) {
      job.answer?.(committed)
      job.resolve(committed)
    }
    if (newest) this.#notify(done)
    if (asking) return left + (await this.#lookUp(asking.job, asking.lookups))
    return left
  }

  /** Later changes must not build on what was not stored. A restore that failed is tried again before whatever runs next. */
  async #restoreIfNeeded(): Promise<void> {
    if (!this.#mustRestore) return
    await this.#deps.restore()
    this.#mustRestore = false
  }

  /** Runs jobs for `GROUP_MS`, or until one needs lookups. That job stays first in the queue. */
  #runJobs(limit: number): { done: DoneJob[]; asking: { job: Job; lookups: readonly Lookup[] } | undefined } {
    const { clock, space } = this.#deps
    const end = clock.now() + GROUP_MS
    const done: DoneJob[] = []
    for (let ran = 0; ran < limit && (ran === 0 || clock.now() < end); ran++) {
      const [job] = this.#jobs
      if (!job) break
      try {
        done.push({ job, committed: job.run(space(), job.answers) })
      } catch (error) {
        if (error instanceof LookupsMissing) return { done, asking: { job, lookups: error.lookups } }
        job.reject(error)
      }
      this.#jobs.shift()
    }
    return { done, asking: undefined }
  }

  #notify(done: readonly DoneJob[]): void {
    const touched = newTouched()
    for (const { committed } of done) if (committed) addTouched(touched, committed.touched)
    try {
      this.#deps.written(touched)
    } catch (error) {
      this.#deps.failed(error)
    }
  }

  /** @returns how many jobs left the queue: one when its lookups fail */
  async #lookUp(job: Job, lookups: readonly Lookup[]): Promise<number> {
    try {
      job.answers = new Map([...job.answers, ...(await this.#deps.lookUp(lookups))])
      return 0
    } catch (error) {
      this.#jobs = this.#jobs.filter((each) => each !== job)
      job.reject(error)
      return 1
    }
  }
}
