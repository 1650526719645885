import type { Statement } from '../../people/attestation.ts'
import type { Resident } from '../../space/automerge.ts'
import { loadChanges, touchedByLoaded } from '../../space/space.ts'
import { addPatches, newTouched, type Touched } from '../../space/touched.ts'
import type { Reach } from '../../sync/gate.ts'
import type { DocumentProof } from '../examine/document-proof.ts'
import { turn } from '../scheduling/turn.ts'
import type { SpaceDocument } from './space-document.ts'

/** Missed changes that are looked through for the records they touched; beyond them everything is read again. */
const READ_SINGLY = 5_000

/** Changes of others that are taken in before others have their turn: some milliseconds. */
const ARRIVING = 50

/** Changes of others that are written and told together, while nobody waits to write. */
const ARRIVING_TOGETHER = 2_000

/** Changes of others that were checked, and who stands for them. */
export interface Received {
  /** The neighbour that brought them. */
  readonly from: string
  readonly changes: readonly Uint8Array[]
  readonly statements: readonly Statement[]
  /** How far each of their actors has come from then on. */
  readonly reaches: ReadonlyMap<string, Reach>
  /** The same, loaded already, with all that is here: taken in the place of ours, and not to be freed by whoever gave it. */
  readonly loaded?: Resident
}

/** Durable when it resolves. */
export type Receive = (received: Received) => Promise<void>

/** Who hears of what arrives. */
export interface ArrivalListeners {
  /** Changes of others are in the document and on their way to the disk; if they do not get there, `reloaded` follows. */
  arrived?(touched: Touched): void
  /** After the change is on disk. `own` when it was made here; of others' changes `arrived` has told before. */
  changed(touched: Touched, own: boolean): void
  /** Everything may differ: the document was read again from disk, since writing failed, or another took its place. */
  reloaded(): void
}

export interface ArrivalSurroundings {
  readonly document: SpaceDocument
  readonly proof: DocumentProof
  readonly listeners: ArrivalListeners
  /** Whether somebody waits to write. */
  readonly someoneWaits: () => boolean
  readonly writeWaiting: () => Promise<void>
  /** Takes what is on disk in the place of what is in memory, and tells everybody. */
  readonly reload: () => Promise<void>
  readonly refreshState: () => void
  /** Another document took the place of the one in use: what an edit finds slow in it is to be done ahead. */
  readonly prepareForEdits: () => void
  /** All of it is on disk and told. @param first whether the document was awaited before */
  readonly settled: (first: boolean) => Promise<void>
}

/** Takes changes of others into a document; to be called only while nothing else is written. */
export const takingIn = ({
  document,
  proof,
  listeners,
  someoneWaits,
  writeWaiting,
  reload,
  refreshState,
  prepareForEdits,
  settled,
}: ArrivalSurroundings): Receive => {
  /**
   * Puts a whole document that came, and holds all of ours, in the place of ours. Where much was missed that is faster than taking
   * it in change by change.
   */
  const takeWhole = async ({ from, statements, reaches }: Received, loaded: Resident): Promise<void> => {
    const known = document.space.resident.handle.getHeads()
    const missed = loaded.handle.getChangesMeta(known).map(({ hash }) => hash)
    await document.replace(loaded, statements)
    document.reach(reaches)
    proof.received(from, missed)
    refreshState()
    if (missed.length > READ_SINGLY) listeners.reloaded()
    else {
      const touched = newTouched()
      addPatches(touched, loaded.handle.diff([...known], loaded.handle.getHeads()))
      listeners.arrived?.(touched)
      listeners.changed(touched, false)
    }
    prepareForEdits()
  }

  /** The first changes of a document that is awaited; until its very first one is among them, nothing of it can be shown. */
  const takeFirst = (changes: readonly Uint8Array[], loaded: Resident | undefined): Touched =>
    document.takeFirst(changes, loaded) ? { ...newTouched(), schema: true } : newTouched()

  /**
   * Some of what arrived, each change after those it depends on; on disk with the statements for what is here by then.
   * @returns how many of them: fewer than all as soon as somebody waits to write
   */
  const takeSome = async (
    changes: readonly Uint8Array[],
    covering: readonly Statement[],
    loaded: Resident | undefined,
  ): Promise<number> => {
    let touched: Touched
    let taken = 0
    try {
      if (document.arrived) {
        do {
          if (taken > 0) await turn()
          loadChanges(document.space, changes.slice(taken, taken + ARRIVING))
          taken += ARRIVING
        } while (taken < changes.length && !someoneWaits())
        touched = touchedByLoaded(document.space)
      } else {
        taken = ARRIVING
        touched = takeFirst(changes.slice(0, taken), loaded)
      }
      listeners.arrived?.(touched)
      await document.append({ changes: changes.slice(0, taken), statements: document.fresh(covering), calls: [] })
    } catch (error) {
      await reload()
      throw error
    }
    listeners.changed(touched, false)
    return taken
  }

  return async (received) => {
    const { from, changes, statements, reaches, loaded } = received
    if (document.arrived && loaded) return takeWhole(received, loaded)
    const first = !document.arrived
    const before = document.space.resident.handle.getHeads()
    for (let at = 0; at < changes.length; ) {
      // Whoever edits meanwhile does not wait for all of it.
      if (at > 0) await writeWaiting()
      at += await takeSome(changes.slice(at, at + ARRIVING_TOGETHER), statements, loaded)
    }
    const fresh = document.fresh(statements)
    if (fresh.length > 0) await document.append({ changes: [], statements: fresh, calls: [] })
    if (changes.length === 0) return
    document.reach(reaches)
    proof.received(
      from,
      document.space.resident.handle.getChangesMeta(before).map(({ hash }) => hash),
    )
    await settled(first)
  }
}
