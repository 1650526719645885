import type { DocumentSync } from '../../../sync/document-sync.ts'
import type { Clock } from '../../scheduling/clock.ts'

/** Consecutive messages without progress after which answers pause, so that two devices do not exchange messages forever. */
const STALLED_ROUNDS = 5
const PAUSE_MS = 60_000

/** Pauses the exchange of sync messages that make no progress. */
export class StalledRounds {
  readonly #sync: DocumentSync
  readonly #clock: Clock
  readonly #resume: () => void
  #position = ''
  #rounds = 0
  #cancel: (() => void) | undefined

  /** @param resume sends a sync message after the pause */
  constructor(sync: DocumentSync, clock: Clock, resume: () => void) {
    this.#sync = sync
    this.#clock = clock
    this.#resume = resume
  }

  /** Counts a received message. @returns whether to answer it */
  shouldAnswer(): boolean {
    const position = this.#sync.position()
    this.#rounds = position === this.#position && !this.#sync.equal() ? this.#rounds + 1 : 0
    this.#position = position
    if (this.#rounds < STALLED_ROUNDS) return true
    this.#cancel ??= this.#clock.after(PAUSE_MS, () => {
      this.#cancel = undefined
      this.#rounds = 0
      this.#resume()
    })
    return false
  }

  end(): void {
    this.#cancel?.()
  }
}
