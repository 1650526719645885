import { toHex } from '../../bytes/encoding.ts'
import { type Entry, type EntryHash, LOG_LIMIT } from '../../people/entry.ts'
import { listedIn, type Membership, membershipOf } from '../../people/membership.ts'
import { SpaceError } from '../../space/errors.ts'
import type { SpaceId } from '../../space/ids.ts'
import { logOf } from './space-store.ts'

/** The membership log of an open space, in memory. */
export class SpaceLog {
  readonly #id: SpaceId
  readonly #root: EntryHash
  readonly #entries: Map<EntryHash, Entry>
  #membership: Membership

  /** @throws {SpaceError} `damaged` when the entries do not include the root */
  constructor(id: SpaceId, root: EntryHash, entries: readonly Entry[]) {
    this.#id = id
    this.#root = root
    this.#entries = logOf(entries)
    this.#membership = this.#settle()
  }

  get entries(): ReadonlyMap<EntryHash, Entry> {
    return this.#entries
  }

  get membership(): Membership {
    return this.#membership
  }

  /**
   * Selects the entries that are new. Drops entries of other spaces, and entries by devices that neither the log nor these entries
   * list: anybody can sign such entries.
   * @throws {SpaceError} `too-many`
   */
  acceptable(entries: readonly Entry[]): Entry[] {
    const signers = new Set([...this.#membership.devices.keys(), ...entries.flatMap(listedIn)])
    const fresh = entries.filter(
      ({ hash, space, device }) =>
        !this.#entries.has(hash) && space !== undefined && toHex(space) === this.#root && signers.has(device),
    )
    const size = this.#entries.size + fresh.length
    if (size > LOG_LIMIT)
      throw new SpaceError('too-many', `The log of a space may have ${LOG_LIMIT} entries; with these it would have ${size}.`)
    return fresh
  }

  /** Adds entries that are on disk. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#entries.set(entry.hash, entry)
    this.#membership = this.#settle()
  }

  #settle(): Membership {
    const found = membershipOf(this.#entries, this.#root)
    if (!found) throw new SpaceError('damaged', `The log of space ${this.#id} does not contain its create entry ${this.#root}.`)
    return found
  }
}
