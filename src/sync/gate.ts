import type { ChangeMetadata } from '../space/automerge.ts'
import { pastsOver } from './ancestry/ancestry.ts'
import { type KnownPasts, NO_PASTS } from './ancestry/document-ancestry.ts'
import { type ChangeHead, readChangeHead } from './chunks/change-head.ts'
import type { Chunk } from './chunks/chunk.ts'
import { GateError } from './errors.ts'
import { type IsPast, operationsCheck, type Referred } from './operations/check-operations.ts'

/** What the gate must know of whoever writes here; the membership log knows it. */
export interface Authors {
  /** The device whose actors begin like this one, when it was ever listed. */
  deviceOf(actor: string): string | undefined
  /** What stands for changes that no device writes; where it is left out, nothing does. */
  readonly anchored?: Anchored
}

/** What stands for a space's anchored changes: they bring a version of the format, and are the same bytes wherever they are made. */
export interface Anchored {
  /** Whether the log names a change by its hash, for a version whose actor this is. */
  names(hash: string, actor: string): boolean
  /**
   * Why a change that the log names may not come in all the same; undefined when it may.
   * @param actorOf who wrote a change that is in the document, or came with this one
   */
  fault(change: Ordered & { readonly hash: string }, actorOf: (hash: string) => string | undefined): string | undefined
}

/** A device's word for one of its changes, and with it for every ancestor of it that the device wrote. Verified before. */
export interface Cover {
  readonly device: string
  readonly change: string
}

/** How far an actor has come. */
export interface Reach {
  /** Number of its changes. */
  readonly changes: number
  /** The greatest operation of the last of them, or of its past when that has none. */
  readonly operation: number
}

const NOT_BEGUN: Reach = { changes: 0, operation: 0 }

/** What the gate must know of the document as it is. */
export interface Present extends Referred {
  /** The greatest operation of a change that is in the document, or undefined when it is not there. */
  greatestOperation(hash: string): number | undefined
  /** How far an actor has come in the document, or undefined when it has written nothing there. */
  reachOf(actor: string): Reach | undefined
  /** Who wrote a change that is in the document, or undefined when it is not there. */
  actorOf(hash: string): string | undefined
  /** What is in whose past, of all that is in the document now. @param giveWay called every few milliseconds */
  pasts(giveWay: () => Promise<void>): Promise<KnownPasts>
}

/** A document that is awaited. */
export const NOTHING_YET: Present = {
  greatestOperation: () => undefined,
  reachOf: () => undefined,
  actorOf: () => undefined,
  pasts: async () => NO_PASTS,
  typeOf: () => undefined,
  wrote: () => false,
  holds: () => false,
}

/**
 * The hash of a change as Automerge itself writes it: where it differs, something hides in the bytes.
 * @param hash that of the bytes as they came, proven
 */
export type Rewrite = (change: Uint8Array, hash: string) => Promise<string>

export interface Checked {
  /** To be applied, in order. */
  readonly ready: readonly Uint8Array[]
  /** Whose past is not here yet, or that no statement covers yet. */
  readonly held: readonly Chunk[]
  /** Hashes that are needed before what is held can be looked at. */
  readonly missing: readonly string[]
  /** How far each actor that wrote some of it has come once `ready` is applied. */
  readonly reaches: ReadonlyMap<string, Reach>
}

/** Changes that are checked before others have their turn: ten milliseconds on a laptop. */
const AT_ONCE = 100

/** What the order of changes is known by. */
type Ordered = Pick<ChangeHead, 'dependencies' | 'actor' | 'sequence' | 'startOperation' | 'operations'>

interface OrderedChange {
  readonly hash: string
  readonly head: Ordered
}

/**
 * Decides what of a batch may go into the document, before Automerge sees a byte of it.
 * @param covers statements that were verified, also earlier ones
 * @param rewrite left out for the changes of a whole document, which Automerge itself writes from its operations
 * @param giveWay called every few milliseconds; the document may have more in it afterwards
 * @throws {GateError} for what no honest device sends
 */
export const checkChanges = async (
  chunks: readonly Chunk[],
  covers: readonly Cover[],
  authors: Authors,
  present: Present,
  rewrite: Rewrite | undefined,
  giveWay: () => Promise<void> = async () => undefined,
): Promise<Checked> => {
  const waiting = new Map<string, Extract<Chunk, { kind: 'change' }> & { readonly head: ChangeHead }>()
  for (const chunk of chunks) {
    if (chunk.kind !== 'change' || present.greatestOperation(chunk.hash) !== undefined) continue
    waiting.set(chunk.hash, { ...chunk, head: readChangeHead(chunk.body) })
  }
  const operations = operationsCheck(
    [...waiting.values()].map(({ head }) => head),
    present,
  )
  const { ready, held, missing, reaches } = await admit(
    waiting,
    covers,
    authors,
    present,
    giveWay,
    async ({ hash, head, bytes }, isPast) => {
      if (rewrite && (await rewrite(bytes, hash)) !== hash)
        throw new GateError('not-canonical', `The change ${hash} is not written as Automerge writes it.`)
      operations.check({ ...head, hash }, isPast)
    },
  )
  return { ready: ready.map(({ bytes }) => bytes), held, missing, reaches }
}

/**
 * The same for the changes of a whole document where nothing is yet, their operations having been looked at.
 * @param changes as Automerge tells of those that it has loaded
 * @returns how far each actor has come; undefined when some would be held, or are not written as Automerge writes them
 * @throws {GateError} for what no honest device sends
 */
export const checkLoaded = async (
  changes: readonly ChangeMetadata[],
  covers: readonly Cover[],
  authors: Authors,
  giveWay: () => Promise<void> = async () => undefined,
): Promise<ReadonlyMap<string, Reach> | undefined> => {
  if (changes.some(({ deps }) => deps.some((each, at) => at > 0 && each <= (deps[at - 1] ?? '')))) return undefined
  const waiting = new Map(
    changes.map(({ hash, actor, seq, startOp, maxOp, deps }): [string, OrderedChange] => [
      hash,
      {
        hash,
        head: { dependencies: deps, actor, sequence: seq, startOperation: startOp, operations: maxOp - startOp + 1 },
      },
    ]),
  )
  const { held, reaches } = await admit(waiting, covers, authors, NOTHING_YET, giveWay)
  return held.length === 0 ? reaches : undefined
}

/** @param inspect looks at each change that may come in, after all that it builds on; throws when it may not all the same */
const admit = async <Change extends OrderedChange>(
  waiting: ReadonlyMap<string, Change>,
  covers: readonly Cover[],
  authors: Authors,
  present: Pick<Present, 'greatestOperation' | 'reachOf' | 'actorOf' | 'pasts'>,
  giveWay: () => Promise<void>,
  inspect?: (change: Change, isPast: IsPast) => Promise<void>,
): Promise<Omit<Checked, 'ready' | 'held'> & { readonly ready: readonly Change[]; readonly held: readonly Change[] }> => {
  const covered = coveredChanges(waiting, covers, authors)
  const ready: Change[] = []
  const greatest = new Map<string, number>()
  const reaches = new Map<string, Reach>()
  const greatestOf = (hash: string) => greatest.get(hash) ?? present.greatestOperation(hash)
  const actorOf = (hash: string) => waiting.get(hash)?.head.actor ?? present.actorOf(hash)
  const held = new Map(waiting)
  const known = await present.pasts(giveWay)
  const pasts = pastsOver(known.pasts)
  /** Of what is not among those that are known. */
  const numbers = new Map<string, number>()
  const numberOf = (hash: string): number | undefined => numbers.get(hash) ?? known.numberOf(hash)
  /** @returns whether the change builds on the one that its actor made before it */
  const number = (hash: string, actor: string, first: number, last: number, dependencies: readonly string[]): boolean => {
    if (dependencies.some((each) => numberOf(each) === undefined)) numberArrived()
    const on = dependencies.map((each) => numberOf(each) ?? 0)
    numbers.set(hash, pasts.size)
    return pasts.add({ actor, first, last, on })
  }
  /** What came into the document while this batch was looked at. */
  const numberArrived = (): void => {
    for (const { hash, actor, startOp, maxOp, deps } of known.since())
      if (!numbers.has(hash)) number(hash, actor, startOp, maxOp, deps)
  }

  /** What was looked at before something that it depends on. */
  const later = new Map<string, string[]>()
  for (const each of waiting.keys()) {
    const open = [each]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      const change = held.get(hash)
      if (!change || !covered.has(hash)) continue
      const { head } = change
      if (numbers.has(hash)) {
        // It has arrived by another way.
        held.delete(hash)
        open.push(...(later.get(hash) ?? []))
        later.delete(hash)
        continue
      }
      const past = head.dependencies.map(greatestOf)
      const lacking = head.dependencies[past.indexOf(undefined)]
      if (lacking !== undefined) {
        const others = later.get(lacking)
        if (others) others.push(hash)
        else later.set(lacking, [hash])
        continue
      }
      const fault = authors.anchored?.names(hash, head.actor) ? authors.anchored.fault({ ...head, hash }, actorOf) : undefined
      if (fault !== undefined) throw new GateError('not-anchored', fault)
      const reach = reaches.get(head.actor) ?? present.reachOf(head.actor) ?? NOT_BEGUN
      // A number that another change of this actor has taken is a fork of its device: it is not let in, and nobody is cut off.
      if (head.sequence <= reach.changes) continue
      // An empty change has no operation: its greatest is that of its past.
      const operation = head.startOperation + head.operations - 1
      checkSequence(change, past as number[], reach)
      // Two operations of one name, or two lines of changes: Automerge takes them in, saves them, and never loads them again.
      if (!number(hash, head.actor, head.startOperation, operation, head.dependencies))
        throw new GateError('bad-sequence', `The change ${hash} does not build on the one that its actor made before it.`)
      const own = pasts.size - 1
      await inspect?.(change, (actor, counter) => {
        const made = pasts.find(actor, counter)
        return made !== undefined && pasts.isIn(made, own)
      })
      greatest.set(hash, operation)
      reaches.set(head.actor, { changes: head.sequence, operation })
      ready.push(change)
      held.delete(hash)
      for (const other of (later.get(hash) ?? []).toReversed()) open.push(other)
      later.delete(hash)
      if (ready.length % AT_ONCE === 0) await giveWay()
    }
  }
  const missing = new Set<string>()
  for (const { head } of held.values())
    for (const hash of head.dependencies) if (!held.has(hash) && greatestOf(hash) === undefined) missing.add(hash)
  return { ready, held: [...held.values()], missing: [...missing], reaches }
}

const checkSequence = ({ head, hash }: OrderedChange, past: readonly number[], { changes }: Reach): void => {
  if (head.sequence !== changes + 1)
    throw new GateError('bad-sequence', `The change ${hash} is number ${head.sequence} of its actor, which has ${changes}.`)
  const first = 1 + past.reduce((greatest, each) => Math.max(greatest, each), 0)
  if (head.startOperation !== first) {
    throw new GateError(
      'bad-sequence',
      `The change ${hash} begins with operation ${head.startOperation}; by its past it is ${first}.`,
    )
  }
}

/** The changes of a batch that a statement of their own device covers, or that the log names. @throws {GateError} `unknown-device` */
const coveredChanges = (
  changes: ReadonlyMap<string, OrderedChange>,
  covers: readonly Cover[],
  authors: Authors,
): ReadonlySet<string> => {
  const devices = new Map<string, string>()
  const covered = new Set<string>()
  for (const [hash, { head }] of changes) {
    if (authors.anchored?.names(hash, head.actor)) {
      covered.add(hash)
      continue
    }
    const device = authors.deviceOf(head.actor)
    if (device === undefined)
      throw new GateError('unknown-device', `The change ${hash} is by no device that was ever listed in this space.`)
    devices.set(hash, device)
  }
  for (const { device, change } of covers) {
    // A statement for somebody else's change says nothing.
    if (devices.get(change) !== device) continue
    const seen = new Set<string>()
    const open = [change]
    for (let hash = open.pop(); hash !== undefined; hash = open.pop()) {
      const found = changes.get(hash)
      if (!found || seen.has(hash)) continue
      seen.add(hash)
      if (devices.get(hash) === device) covered.add(hash)
      for (const dependency of found.head.dependencies) open.push(dependency)
    }
  }
  return covered
}
