import type { Statement } from '../../people/attestation.ts'
import { newActor } from '../../people/device-keys.ts'
import type { Hash, Resident } from '../../space/automerge.ts'
import { adoptSpace, awaitedSpace, closeSpace, openSpace, type Space } from '../../space/space.ts'
import type { ActorClock } from '../../sync/gate/ports.ts'
import { keptStatements, type Statements } from './kept-statements.ts'
import type { Part, SpaceStore } from './space-store.ts'

/** The number of answered calls that a snapshot keeps: more than can be pending when the engine of another tab takes over. */
const CALLS_KEPT = 1_000

export interface SpaceDocumentOptions {
  readonly store: SpaceStore
  /** The change that the space begins with. */
  readonly first: Hash
  /** The public signing key of this device. */
  readonly device: Uint8Array
  /** The newest format version that this program knows. */
  readonly knows: string
}

/** The document of an open space, in memory and on disk. Only one method may run at a time. */
export class SpaceDocument {
  readonly #options: SpaceDocumentOptions
  readonly #answers = new Map<string, string>()
  readonly #actorClocks = new Map<string, ActorClock>()
  #statements: Statements = new Map()
  #bytes = { snapshot: 0, later: 0 }
  #arrived = false
  #space: Space

  private constructor(options: SpaceDocumentOptions) {
    this.#options = options
    this.#space = awaitedSpace(newActor(options.device), options.knows)
  }

  /** @throws {SpaceError} `damaged` when the stored document does not begin with `first` */
  static async load(options: SpaceDocumentOptions): Promise<SpaceDocument> {
    const document = new SpaceDocument(options)
    await document.reload()
    return document
  }

  /** `reload`, `takeFirst` and `replace` replace this object. */
  get space(): Space {
    return this.#space
  }

  /** Whether the document contains the first change of the space. */
  get arrived(): boolean {
    return this.#arrived
  }

  get statements(): Statements {
    return this.#statements
  }

  /** The last change and operation of each actor. */
  get actorClocks(): ReadonlyMap<string, ActorClock> {
    return this.#actorClocks
  }

  /** Bytes on disk of the snapshot and of the parts after it. */
  get bytes(): { readonly snapshot: number; readonly later: number } {
    return this.#bytes
  }

  /** The change that an earlier call with this id wrote, in this engine or a previous one. */
  answerTo(call: string): string | undefined {
    return this.#answers.get(call)
  }

  /** Stores changes that are in memory already, with the statements that are needed. Resolves when they are on disk. */
  async append({ changes, statements, calls }: Part): Promise<void> {
    const kept = this.#keptWith(this.#space, statements)
    const fresh = [...kept].flatMap(([id, statement]) => (this.#statements.has(id) ? [] : [statement]))
    if (changes.length + fresh.length === 0) return
    await this.#options.store.append({ changes, statements: fresh, calls })
    this.#statements = kept
    this.#bytes.later += changes.reduce((sum, { length }) => sum + length, 0)
    for (const { id, change } of calls) this.#answers.set(id, change)
  }

  /** Advances the clocks of these actors. Lower clocks are ignored. */
  advance(clocks: Iterable<readonly [string, ActorClock]>): void {
    for (const [actor, clock] of clocks)
      if (clock.changes > (this.#actorClocks.get(actor)?.changes ?? 0)) this.#actorClocks.set(actor, clock)
  }

  /** Reads the clocks of all actors from the document. */
  recount(): void {
    this.#actorClocks.clear()
    for (const { actor, seq, maxOp } of this.#space.resident.handle.getChangesMeta([]))
      this.#actorClocks.set(actor, { changes: seq, operation: maxOp })
  }

  /** Applies the first changes of an awaited document, in memory. @returns whether the document has arrived */
  takeFirst(changes: readonly Uint8Array[], loaded: Resident | undefined): boolean {
    if (loaded) {
      closeSpace(this.#space)
      this.#space = { ...this.#space, resident: loaded }
    } else for (const change of changes) this.#space.resident.handle.loadIncremental(change)
    const { first } = this.#options
    if (!this.#space.resident.handle.getChangeMetaByHash(first)) return false
    this.#space = adoptSpace(this.#space.resident, first, this.#space.knows)
    this.#arrived = true
    return true
  }

  /**
   * Replaces this document with one that contains it, on disk and in memory.
   * @param statements new statements; the needed ones are kept
   * @throws {SpaceError} `damaged` when `loaded` does not contain the first change of the space
   */
  async replace(loaded: Resident, statements: readonly Statement[]): Promise<void> {
    const before = this.#space
    const next = adoptSpace(loaded, this.#options.first, before.knows)
    const kept = this.#keptWith(next, statements)
    await this.#storeSnapshot(next.resident.handle.save(), kept)
    this.#statements = kept
    this.#space = next
    closeSpace(before)
  }

  /** Replaces the parts on disk with a snapshot of the document in memory. */
  compact(snapshot: Uint8Array): Promise<void> {
    return this.#storeSnapshot(snapshot, this.#statements)
  }

  /** Replaces the document in memory with the stored one. */
  async reload(): Promise<void> {
    const { store, first, device, knows } = this.#options
    // Close it even when reading fails: later changes must not depend on one that is not on disk.
    closeSpace(this.#space)
    const stored = await store.read()
    const changes = stored.parts.flatMap((part) => part.changes)
    const actor = newActor(device)
    this.#arrived = changes.length > 0
    this.#space = this.#arrived ? openSpace(changes, first, actor, knows) : awaitedSpace(actor, knows)
    this.#bytes = { snapshot: stored.snapshotBytes, later: stored.laterBytes }
    for (const { calls } of stored.parts) for (const { id, change } of calls) this.#answers.set(id, change)
    this.recount()
    this.#statements = keptStatements(
      this.#space.resident.handle,
      stored.parts.flatMap((part) => part.statements),
    )
  }

  #keptWith({ resident }: Space, more: readonly Statement[]): Statements {
    return more.length === 0 ? this.#statements : keptStatements(resident.handle, [...this.#statements.values(), ...more])
  }

  async #storeSnapshot(snapshot: Uint8Array, kept: Statements): Promise<void> {
    const calls = [...this.#answers].slice(-CALLS_KEPT).map(([id, change]) => ({ id, change }))
    await this.#options.store.compact(snapshot, [...kept.values()], calls)
    this.#bytes = { snapshot: snapshot.length, later: 0 }
  }
}
