import { GateError } from '../errors.ts'
import type { IsAncestor } from '../operations/check-operations.ts'
import { attestedChanges } from './attested-changes.ts'
import { NumberedChanges } from './numbered-changes.ts'
import type { ActorClock, Authors, DocumentView, OrderedChange, VerifiedAttestation } from './ports.ts'

const NO_CHANGES: ActorClock = { changes: 0, operation: 0 }

/** Changes that are checked before other work gets a turn: 10 ms on a laptop. */
const CHECKED_AT_ONCE = 100

export interface Admitted<Change> {
  /** In the order in which they must be applied. */
  readonly ready: readonly Change[]
  /** Changes whose ancestors are missing or that no attestation covers. */
  readonly held: readonly Change[]
  /** Hashes of the changes that held ones depend on and that are not here. */
  readonly missing: readonly string[]
  /** The clocks of the actors of `ready`, once these are applied. */
  readonly actorClocks: ReadonlyMap<string, ActorClock>
}

/**
 * Orders the changes of a batch and decides which ones may be applied.
 * @param inspect called for each change after its ancestors; throws to reject it
 * @throws {GateError}
 */
export const admitChanges = async <Change extends OrderedChange>(
  batch: ReadonlyMap<string, Change>,
  attestations: readonly VerifiedAttestation[],
  authors: Authors,
  view: Pick<DocumentView, 'greatestOperation' | 'clockOf' | 'actorOf' | 'ancestry'>,
  giveWay: () => Promise<void>,
  inspect?: (change: Change, isAncestor: IsAncestor) => Promise<void>,
): Promise<Admitted<Change>> => {
  const attested = await attestedChanges(batch, attestations, authors, giveWay)
  const numbered = new NumberedChanges(await view.ancestry(giveWay))
  const ready: Change[] = []
  const held = new Map(batch)
  const greatest = new Map<string, number>()
  const actorClocks = new Map<string, ActorClock>()
  const greatestOf = (hash: string) => greatest.get(hash) ?? view.greatestOperation(hash)
  const actorOf = (hash: string) => batch.get(hash)?.head.actor ?? view.actorOf(hash)
  /** Changes that were visited before the change which they depend on. */
  const dependents = new Map<string, string[]>()

  /** Admits or drops a change, so that its dependents can be visited. @returns the first missing dependency, if there is one */
  const visit = async (change: Change): Promise<string | undefined> => {
    const { hash, head } = change
    // Another link has applied it in the meantime.
    if (numbered.has(hash)) {
      held.delete(hash)
      return undefined
    }
    const before = head.dependencies.map(greatestOf)
    const lacking = head.dependencies[before.indexOf(undefined)]
    if (lacking !== undefined) return lacking
    checkMigration(change, authors, actorOf)
    const clock = actorClocks.get(head.actor) ?? view.clockOf(head.actor) ?? NO_CHANGES
    // The actor has another change with this number: its device was forked. The change is held, and the link stays open.
    if (head.sequence <= clock.changes) return undefined
    checkSequence(change, before as number[], clock)
    // Automerge accepts an actor with two branches, or an operation id that exists twice; the saved document never loads again.
    if (!numbered.add(change))
      throw new GateError('bad-sequence', `The change ${hash} does not build on the previous change of its actor.`)
    await inspect?.(change, numbered.isAncestorOfLast())
    const operation = head.startOperation + head.operations - 1
    greatest.set(hash, operation)
    actorClocks.set(head.actor, { changes: head.sequence, operation })
    ready.push(change)
    held.delete(hash)
    if (ready.length % CHECKED_AT_ONCE === 0) await giveWay()
    return undefined
  }

  for (const each of batch.keys()) {
    const open = [each]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      const change = held.get(hash)
      if (!change || !attested.has(hash)) continue
      const lacking = await visit(change)
      if (lacking !== undefined) {
        const others = dependents.get(lacking)
        if (others) others.push(hash)
        else dependents.set(lacking, [hash])
      } else if (!held.has(hash)) {
        for (const other of (dependents.get(hash) ?? []).toReversed()) open.push(other)
        dependents.delete(hash)
      }
    }
  }
  const missing = new Set<string>()
  for (const { head } of held.values())
    for (const hash of head.dependencies) if (!held.has(hash) && greatestOf(hash) === undefined) missing.add(hash)
  return { ready, held: [...held.values()], missing: [...missing], actorClocks }
}

const checkMigration = (
  { hash, head }: OrderedChange,
  { migrations }: Authors,
  actorOf: (hash: string) => string | undefined,
): void => {
  if (!migrations?.names(hash, head.actor)) return
  const fault = migrations.fault({ ...head, hash }, actorOf)
  if (fault !== undefined) throw new GateError('not-anchored', fault)
}

/** @param before the greatest operations of the change's dependencies */
const checkSequence = ({ head, hash }: OrderedChange, before: readonly number[], { changes }: ActorClock): void => {
  if (head.sequence !== changes + 1)
    throw new GateError('bad-sequence', `The change ${hash} is number ${head.sequence} of its actor, which has ${changes}.`)
  const first = 1 + before.reduce((greatest, each) => Math.max(greatest, each), 0)
  if (head.startOperation !== first)
    throw new GateError(
      'bad-sequence',
      `The change ${hash} begins with operation ${head.startOperation}; after its ancestors it must be ${first}.`,
    )
}
