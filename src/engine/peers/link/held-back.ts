import type { Chunk } from '../../../sync/chunks/chunk.ts'
import { GateError } from '../../../sync/errors.ts'
import { type HeldChanges, heldChanges } from '../../../sync/gate/held-changes.ts'
import type { Clock } from '../../scheduling/clock.ts'

/** Changes of one peer whose ancestors or attestations have not arrived. They are dropped after a minute. */
export class HeldBack {
  /** Hashes of changes that the peer should send. */
  missing: readonly string[] = []
  readonly #held: HeldChanges
  readonly #clock: Clock
  readonly #peer: string
  readonly #dropped: (reason: GateError) => void
  #cancel: (() => void) | undefined

  /** @param peer named in error messages */
  constructor(clock: Clock, peer: string, dropped: (reason: GateError) => void) {
    this.#clock = clock
    this.#peer = peer
    this.#dropped = dropped
    this.#held = heldChanges(clock.now)
  }

  get changes(): HeldChanges['changes'] {
    return this.#held.changes
  }

  /** Whether changes exceeded the limit and only a new link makes the peer send them again. */
  get mustReconnect(): boolean {
    return this.#held.lost && this.#held.changes.length === 0
  }

  /** Replaces the held changes. */
  replace(changes: readonly Chunk[], missing: readonly string[]): void {
    this.missing = missing
    const count = this.#held.keep(changes).length
    if (count > 0)
      this.#dropped(
        new GateError(
          'too-large',
          `${count} changes of ${this.#peer} were dropped: too many changes wait for changes that they depend on.`,
        ),
      )
    this.#schedule()
  }

  end(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(): void {
    this.end()
    const { until } = this.#held
    if (until !== undefined) this.#cancel = this.#clock.after(until - this.#clock.now(), () => this.#expire())
  }

  #expire(): void {
    const expired = this.#held.expire()
    this.#schedule()
    if (expired.length === 0) return
    this.missing = []
    const hashes = expired.map(({ hash }) => hash.slice(0, 8)).join(', ')
    this.#dropped(
      new GateError(
        'uncovered',
        `Changes of ${this.#peer} were dropped: their ancestors or attestations did not arrive within a minute (${hashes}).`,
      ),
    )
  }
}
