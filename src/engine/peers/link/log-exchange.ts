import { hexBytes, toHex } from '../../../bytes/encoding.ts'
import type { ControlChannel } from '../../../people/control-channel.ts'
import { type Entry, type EntryHash, packEntry, parseLog } from '../../../people/entry.ts'
import { PeopleError } from '../../../people/errors.ts'
import type { Clock } from '../../scheduling/clock.ts'
import type { SpaceSession } from '../../spaces/space-session.ts'
import { type AwaitedEntries, awaitedEntries } from './awaited-entries.ts'

/**
 * Keeps a space's log equal on both sides of a link. Each side lists the entries that it has (`have`), sends those that the other
 * lacks (`log`), and then every new entry.
 */
export class LogExchange {
  readonly #session: SpaceSession
  readonly #channel: ControlChannel
  readonly #awaited: AwaitedEntries
  /** Entries that the peer sent, listed or was sent. */
  readonly #known = new Set<EntryHash>()
  /** Entries that the peer sent, including those without effect, which are not stored. */
  readonly #received = new Set<string>()
  #answered = false

  constructor(session: SpaceSession, channel: ControlChannel, clock: Clock) {
    this.#session = session
    this.#channel = channel
    this.#awaited = awaitedEntries((entry) => session.log.has(entry as EntryHash) || this.#received.has(entry), clock)
  }

  /** Lists the entries that this device has. */
  sendHave(): Promise<void> {
    return this.#channel.send(['have', [...this.#session.log.keys()].map((hash) => hexBytes(hash))])
  }

  /**
   * Sends the entries that a `have` message does not list.
   * @throws {PeopleError} `malformed` for a second `have`: sending the whole log is expensive
   */
  async receiveHave(hashes: readonly unknown[]): Promise<void> {
    if (this.#answered) throw new PeopleError('malformed', 'The other device asked for the log twice.')
    this.#answered = true
    for (const hash of hashes) this.#known.add(toHex(hash as Uint8Array) as EntryHash)
    await this.#send(this.#unsent())
  }

  /** Adds the entries of a `log` message to the session. @throws {PeopleError} `malformed`, `too-large`, `bad-signature` */
  async receiveEntries(packed: readonly unknown[]): Promise<void> {
    const entries = await parseLog(packed)
    for (const { hash } of entries) this.#known.add(hash)
    await this.#session.addEntries(entries)
    for (const { hash } of entries) this.#received.add(hash)
    this.#awaited.added()
  }

  /** Sends entries that were added to the log and not sent yet. */
  async sendNew(): Promise<void> {
    this.#awaited.added()
    const entries = this.#unsent()
    if (entries.length > 0) await this.#send(entries)
  }

  /** Resolves when these entries are here. @throws {PeopleError} `too-slow` */
  waitFor(hashes: readonly string[]): Promise<void> {
    return this.#awaited.waitFor(hashes)
  }

  end(): void {
    this.#awaited.end()
  }

  #unsent(): Entry[] {
    return [...this.#session.log.values()].filter(({ hash }) => !this.#known.has(hash))
  }

  async #send(entries: readonly Entry[]): Promise<void> {
    for (const { hash } of entries) this.#known.add(hash)
    await this.#channel.send(['log', entries.map(({ bytes, signature }) => packEntry(bytes, signature))])
  }
}
