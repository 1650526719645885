import { hexBytes, toHex } from '../../../bytes/encoding.ts'
import type { ControlChannel } from '../../../people/control-channel.ts'
import { type Entry, type EntryHash, packEntry, parseLog } from '../../../people/entry.ts'
import { PeopleError } from '../../../people/errors.ts'
import type { Clock } from '../../scheduling/clock.ts'
import type { SpaceSession } from '../../spaces/space-session.ts'
import { type AwaitedEntries, awaitedEntries } from './awaited-entries.ts'

/** Bytes of the entries in one message. */
const MESSAGE_BYTES = 1024 * 1024

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

  /** Sends at least one message: sync waits for the answer to `have`. */
  async #send(entries: readonly Entry[]): Promise<void> {
    for (const { hash } of entries) this.#known.add(hash)
    for (const packed of inMessages(ancestorsFirst(entries))) await this.#channel.send(['log', packed])
  }
}

/** Each entry after its ancestors: the receiver drops entries of devices that are not listed yet. */
const ancestorsFirst = (entries: readonly Entry[]): Entry[] => {
  const left = new Map(entries.map((entry) => [entry.hash, entry]))
  const ordered: Entry[] = []
  const visit = (entry: Entry | undefined): void => {
    if (!entry || !left.delete(entry.hash)) return
    for (const hash of entry.previous) visit(left.get(hash))
    ordered.push(entry)
  }
  for (const entry of entries) visit(entry)
  return ordered
}

/** Packed entries, divided so that no message of a long log exceeds what the channel accepts. */
const inMessages = (entries: readonly Entry[]): Uint8Array<ArrayBuffer>[][] => {
  let message: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  const messages = [message]
  for (const { bytes, signature } of entries) {
    const packed = packEntry(bytes, signature)
    if (message.length > 0 && size + packed.length > MESSAGE_BYTES) {
      message = []
      size = 0
      messages.push(message)
    }
    message.push(packed)
    size += packed.length
  }
  return messages
}
