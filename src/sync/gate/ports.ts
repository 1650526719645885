import { type KnownAncestry, NO_ANCESTRY } from '../ancestry/document-ancestry.ts'
import type { ChangeHead } from '../chunks/change-head.ts'
import type { Referred } from '../operations/check-operations.ts'

/** What the gate asks about the authors of changes; the membership log has the answers. */
export interface Authors {
  /** The device that an actor belongs to, if it was ever listed. */
  deviceOf(actor: string): string | undefined
  /** Changes that count without an attestation; none when left out. */
  readonly migrations?: Migrations
}

/** Migration changes bring a version of the format; they have the same bytes on every device, and no device attests them. */
export interface Migrations {
  /** Whether the log names a change by its hash, for a version whose actor this is. */
  names(hash: string, actor: string): boolean
  /**
   * Why a change that the log names must be rejected; undefined when it is valid.
   * @param actorOf the author of a change in the document or in the same batch
   */
  fault(change: ChangeOrder & { readonly hash: string }, actorOf: (hash: string) => string | undefined): string | undefined
}

/** A verified attestation: it covers one change of the device and the ancestors of that change which the device wrote. */
export interface VerifiedAttestation {
  readonly device: string
  readonly change: string
}

/** The last change of an actor. */
export interface ActorClock {
  /** Number of the actor's changes. */
  readonly changes: number
  /** The greatest operation counter of the last change, or of its ancestors when it is empty. */
  readonly operation: number
}

/** What the gate asks about the document. */
export interface DocumentView extends Referred {
  /** The greatest operation counter of a change; undefined when the document does not contain it. */
  greatestOperation(hash: string): number | undefined
  /** Undefined when the actor has no change in the document. */
  clockOf(actor: string): ActorClock | undefined
  /** The author of a change; undefined when the document does not contain it. */
  actorOf(hash: string): string | undefined
  /** The ancestry of all changes in the document. @param giveWay called every few milliseconds */
  ancestry(giveWay: () => Promise<void>): Promise<KnownAncestry>
}

/** An empty document. */
export const EMPTY_VIEW: DocumentView = {
  greatestOperation: () => undefined,
  clockOf: () => undefined,
  actorOf: () => undefined,
  ancestry: async () => NO_ANCESTRY,
  typeOf: () => undefined,
  wrote: () => false,
  holds: () => false,
}

/**
 * Returns the hash of a change as Automerge itself encodes it. Another hash means that the bytes contain something hidden.
 * @param hash the verified hash of the received bytes
 */
export type Rewrite = (change: Uint8Array, hash: string) => Promise<string>

/** The part of a change that decides its place in the order of changes. */
export type ChangeOrder = Pick<ChangeHead, 'dependencies' | 'actor' | 'sequence' | 'startOperation' | 'operations'>

export interface OrderedChange {
  readonly hash: string
  readonly head: ChangeOrder
}
