/** Validates received changes before they reach the document. Nothing here trusts the sender. */
import type { ChangeMetadata } from '../../space/automerge.ts'
import { type ChangeHead, readChangeHead } from '../chunks/change-head.ts'
import type { Chunk } from '../chunks/chunk.ts'
import { GateError } from '../errors.ts'
import { operationsCheck } from '../operations/check-operations.ts'
import { type Admitted, admitChanges } from './admission.ts'
import {
  type ActorClock,
  type Authors,
  type DocumentView,
  EMPTY_VIEW,
  type OrderedChange,
  type Rewrite,
  type VerifiedAttestation,
} from './ports.ts'

export interface Checked extends Omit<Admitted<Chunk>, 'ready'> {
  /** Changes to apply, in order. */
  readonly ready: readonly Uint8Array[]
}

/**
 * Decides which changes of a batch may be applied to the document, before Automerge parses them.
 * @param attestations verified, including earlier ones
 * @param rewrite left out for the changes of a whole document, which Automerge itself encodes
 * @param giveWay called every few milliseconds; other changes may be applied meanwhile
 * @throws {GateError} for changes that no honest device sends
 */
export const checkChanges = async (
  chunks: readonly Chunk[],
  attestations: readonly VerifiedAttestation[],
  authors: Authors,
  view: DocumentView,
  rewrite: Rewrite | undefined,
  giveWay: () => Promise<void> = async () => undefined,
): Promise<Checked> => {
  const batch = new Map<string, Extract<Chunk, { kind: 'change' }> & { readonly head: ChangeHead }>()
  for (const chunk of chunks) {
    if (chunk.kind !== 'change' || view.greatestOperation(chunk.hash) !== undefined) continue
    batch.set(chunk.hash, { ...chunk, head: readChangeHead(chunk.body) })
  }
  const operations = operationsCheck(
    [...batch.values()].map(({ head }) => head),
    view,
  )
  const admitted = await admitChanges(batch, attestations, authors, view, giveWay, async ({ hash, head, bytes }, isAncestor) => {
    if (rewrite && (await rewrite(bytes, hash)) !== hash)
      throw new GateError('not-canonical', `The change ${hash} is not encoded as Automerge encodes it.`)
    operations.check({ ...head, hash }, isAncestor)
  })
  return { ...admitted, ready: admitted.ready.map(({ bytes }) => bytes) }
}

/**
 * Decides whether all changes of a whole document may be applied to an empty one. Their operations are checked elsewhere.
 * @param changes as Automerge lists them after loading the document
 * @returns the clocks of all actors; undefined when a change would be held or is not encoded as Automerge encodes it
 * @throws {GateError} for changes that no honest device sends
 */
export const checkLoaded = async (
  changes: readonly ChangeMetadata[],
  attestations: readonly VerifiedAttestation[],
  authors: Authors,
  giveWay: () => Promise<void> = async () => undefined,
): Promise<ReadonlyMap<string, ActorClock> | undefined> => {
  if (changes.some(({ deps }) => deps.some((each, at) => at > 0 && each <= (deps[at - 1] ?? '')))) return undefined
  const batch = new Map(
    changes.map(({ hash, actor, seq, startOp, maxOp, deps }): [string, OrderedChange] => [
      hash,
      {
        hash,
        head: { dependencies: deps, actor, sequence: seq, startOperation: startOp, operations: maxOp - startOp + 1 },
      },
    ]),
  )
  const { held, actorClocks } = await admitChanges(batch, attestations, authors, EMPTY_VIEW, giveWay)
  return held.length === 0 ? actorClocks : undefined
}
