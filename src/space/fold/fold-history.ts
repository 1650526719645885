import { sha256 } from '@noble/hashes/sha2.js'
import { concat, toHex, utf8 } from '../../bytes/encoding.ts'
import { type Actor, type Handle, type Hash, newResident, type ObjectId, type Resident } from '../automerge.ts'
import { type Containers, emptyBuckets, makeContainers } from '../containers.ts'
import { deviceOf } from '../device-of.ts'
import type { StateName } from '../history/changes.ts'
import { type LastChanges, type LastWritten, lastChanges } from '../history/last-changes.ts'
import { BUCKETS, isId } from '../ids.ts'
import { LOST } from '../lost.ts'
import type { Space } from '../space.ts'
import type { Scalar } from '../value.ts'
import { toScalar } from '../value-of.ts'
import { BASE, BASE_KEY, checkKnownVersion } from '../versions/version.ts'
import { CHANGE_BYTES, CHANGE_OPERATIONS, type NewMap, type Transaction, transact } from '../write.ts'

/** A document without its history: the same state in as few changes as the limits allow. */
export interface Folded {
  readonly changes: readonly Uint8Array[]
  /** The change that creates the containers; a space is opened with it. */
  readonly first: Hash
  /** The last change, which depends on all others and so identifies the whole. */
  readonly last: Hash
}

/** The actor of a fold. It belongs to no device, and each log entry has its own. */
export const foldActor = (entry: Uint8Array): Actor => toHex(sha256(concat(utf8('tessera-fold'), entry)).subarray(0, 24))

/**
 * The state of a space as a new document. This is a pure function of both arguments, so that every device produces the same bytes
 * and can reject any others: keys are sorted by code units, times are 0, and the actor is derived from the entry. Ids, order keys,
 * tombstones and the trash are kept. Losing values of concurrent edits are stored at `~lost/…`. Creation and last modification of
 * records are stored in them, because the changes that recorded them are gone.
 * @param space with exactly the changes that the fold covers
 * @param entry the hash of the log entry that orders the fold
 * @throws {SpaceError} `newer-version` if the space may contain data that this program does not know
 */
export const foldHistory = (space: Space, entry: Uint8Array): Folded => {
  const steps = foldState(space, { actor: foldActor(entry), what: 'fold', seconds: 0, operations: CHANGE_OPERATIONS * 0.9 })
  let step = steps.next()
  while (!step.done) step = steps.next()
  const { resident, first, last } = step.value
  try {
    return { changes: resident.handle.getChanges([]), first, last }
  } finally {
    resident.handle.free()
  }
}

/** The newest version whose containers a fold writes. Containers of later versions would be lost. */
const FOLDED = BASE

/** The parameters of rewriting a space's state. */
export interface FoldedBy {
  readonly actor: Actor
  /** The name of its changes. Their records store when and by whom they were changed last. */
  readonly what: StateName
  /** The timestamp of its changes: seconds since 1970. */
  readonly seconds: number
  /** Approximate number of values per change; a record is never split. */
  readonly operations: number
}

/** A rewritten state. The caller must keep or free its document. */
export interface FoldedState {
  readonly resident: Resident
  /** As in `Folded`. */
  readonly first: Hash
  readonly last: Hash
}

/**
 * The steps of `foldHistory`, so that other work can run in between.
 * @param space must not be modified meanwhile
 * @returns the number of records written after each step; a caller that stops early must call `return`, which frees the document
 * @throws {SpaceError} `newer-version`
 */
export function* foldState(space: Space, { actor, what, seconds, operations }: FoldedBy): Generator<number, FoldedState> {
  checkKnownVersion(space.schema.version, FOLDED, what === 'fold' ? 'fold its history' : 'copy it')
  const resident = newResident(actor)
  let whole = false
  const write = (work: (transaction: Transaction) => void) => transact(resident.handle, JSON.stringify({ what }), seconds, work)
  try {
    let containers: Containers | undefined
    const first = write((transaction) => {
      containers = makeContainers(transaction, actor)
      transaction.put(containers.format, BASE_KEY, space.schema.version)
    })
    if (!containers || first === undefined) throw new Error('The first change of a fold came out empty.')
    const last = yield* lastChanges(space.resident.handle)
    const pieces = piecesOf(space, containers, last)
    let written = 0
    let newest = first
    let next = pieces.next()
    while (!next.done) {
      const hash = write((transaction) => {
        const spent = { bytes: 0, operations: 0 }
        while (!next.done && (spent.operations === 0 || fits(spent, next.value, operations))) {
          next.value.write(transaction)
          spent.bytes += next.value.bytes
          spent.operations += next.value.operations
          written += next.value.records
          next = pieces.next()
        }
      })
      newest = hash ?? newest
      yield written
    }
    whole = true
    return { resident, first, last: newest }
  } finally {
    if (!whole) resident.handle.free()
  }
}

/** The unit of writing: a map with its content, or one value. */
interface Piece {
  /** The number of records in it: one or none. */
  readonly records: number
  readonly operations: number
  readonly bytes: number
  write(transaction: Transaction): void
}

const fits = (spent: { bytes: number; operations: number }, piece: Piece, operations: number): boolean =>
  spent.operations + piece.operations <= operations && spent.bytes + piece.bytes <= CHANGE_BYTES * 0.9

const sortedKeys = (handle: Handle, object: ObjectId): string[] => handle.keys(object).sort()

function* piecesOf(space: Space, target: Containers, last: LastChanges): Generator<Piece> {
  const { containers } = space
  const { handle } = space.resident
  for (const name of ['format', 'info'] as const) {
    for (const [key, value] of scalarsIn(handle, containers[name]))
      if (!(name === 'format' && key === BASE_KEY))
        yield piece(1, size(key, value), (transaction) => transaction.put(target[name], key, value))
  }
  for (const name of ['tables', 'fields', 'views'] as const) {
    for (const id of sortedKeys(handle, containers[name])) yield mapPiece(handle, containers[name], id, target[name])
  }
  for (const table of sortedKeys(handle, containers.records)) {
    const found = handle.getWithType(containers.records, table)
    if (found?.[0] !== 'map') {
      const value = found ? toScalar(found[1], found[0]) : undefined
      if (value !== undefined) yield piece(1, size(table, value), (transaction) => transaction.put(target.records, table, value))
      continue
    }
    yield piece(BUCKETS.length + 1, 1_000, (transaction) => void transaction.make(target.records, table, emptyBuckets()))
    for (const bucket of BUCKETS) {
      const from = handle.getWithType(found[1], bucket)
      if (from?.[0] !== 'map') continue
      const content = handle.materialize(from[1]) as Record<string, unknown>
      let made: ObjectId | undefined
      const into = (transaction: Transaction): ObjectId => {
        // Nobody else writes to this document, so object ids stay valid.
        made ??= inside(transaction, inside(transaction, target.records, table), bucket)
        return made
      }
      for (const id of Object.keys(content).sort())
        yield { ...recordPiece(handle, from[1], id, content[id], into, last.get(id)), records: 1 }
    }
  }
}

const piece = (operations: number, bytes: number, write: Piece['write']): Piece => ({ records: 0, operations, bytes, write })

const size = (key: string, value: Scalar): number => key.length + (typeof value === 'string' ? value.length : 8)

const inside = (transaction: Transaction, object: ObjectId, key: string): ObjectId => {
  const found = transaction.map(object, key)
  if (found === undefined) throw new Error(`A fold has no map ${key} where it made one.`)
  return found
}

const scalarsIn = (handle: Handle, object: ObjectId): [string, Scalar][] =>
  sortedKeys(handle, object).flatMap((key): [string, Scalar][] => {
    const found = handle.getWithType(object, key)
    const value = found ? toScalar(found[1], found[0]) : undefined
    return value === undefined ? [] : [[key, value]]
  })

/** A table, field or view, or its tombstone. */
const mapPiece = (handle: Handle, container: ObjectId, id: string, target: ObjectId): Piece => {
  const found = handle.getWithType(container, id)
  if (found?.[0] !== 'map') {
    const value = found ? toScalar(found[1], found[0]) : undefined
    return piece(1, 50, (transaction) => value !== undefined && transaction.put(target, id, value))
  }
  const content = scalarsIn(handle, found[1])
  return piece(content.length + 1, sum(content), (transaction) => void transaction.make(target, id, asMap(content)))
}

/** @param stored the value in the record's bucket: a map, or the value that replaced a purged one */
const recordPiece = (
  handle: Handle,
  bucket: ObjectId,
  id: string,
  stored: unknown,
  into: (transaction: Transaction) => ObjectId,
  last: LastWritten | undefined,
): Piece => {
  const found = handle.getWithType(bucket, id)
  if (found?.[0] !== 'map') {
    const value = toScalar(stored, found?.[0])
    return piece(1, 50, (transaction) => value !== undefined && transaction.put(into(transaction), id, value))
  }
  const object = found[1]
  const { scalars, texts } = splitTexts(stored as Readonly<Record<string, unknown>>)
  const content = new Map([...scalars, ...(last?.several ? lostIn(handle, object) : [])])
  if (!content.has('~by')) content.set('~by', deviceOf(object))
  if (last) {
    content.set('~changed', last.time)
    content.set('~changer', last.device)
  }
  const sorted = [...content].sort(([a], [b]) => (a < b ? -1 : 1))
  const characters = texts.reduce((total, [, text]) => total + text.length, 0)
  return piece(sorted.length + 1 + characters, sum(sorted) + characters * 2, (transaction) => {
    const made = transaction.make(into(transaction), id, asMap(sorted))
    for (const [key, text] of texts) transaction.makeText(made, key, text)
  })
}

/** A record's values, and its texts sorted by key. Automerge returns texts as JavaScript strings. */
const splitTexts = (
  map: Readonly<Record<string, unknown>>,
): { readonly scalars: [string, Scalar][]; readonly texts: [string, string][] } => {
  const scalars: [string, Scalar][] = []
  const texts: [string, string][] = []
  for (const key of Object.keys(map).sort()) {
    const value = map[key]
    const scalar = typeof value === 'string' ? undefined : toScalar(value)
    if (typeof value === 'string') texts.push([key, value])
    else if (scalar !== undefined) scalars.push([key, scalar])
  }
  return { scalars, texts }
}

const sum = (content: readonly (readonly [string, Scalar])[]): number =>
  content.reduce((bytes, [key, value]) => bytes + size(key, value), 0)

const asMap = (content: readonly (readonly [string, Scalar])[]): NewMap => {
  const map: Record<string, Scalar> = Object.create(null)
  for (const [key, value] of content) map[key] = value
  return map
}

/** The losing values of concurrent edits, under keys that identify field and value. */
const lostIn = (handle: Handle, object: ObjectId): [string, Scalar][] =>
  handle.keys(object).flatMap((key): [string, Scalar][] => {
    if (!isId(key)) return []
    const all = handle.getAll(object, key)
    if (all.length < 2) return []
    const winner = handle.get(object, key)
    return all.flatMap(([type, value]): [string, Scalar][] => {
      const lost = toScalar(value, type)
      return lost === undefined || lost === toScalar(winner) ? [] : [[lostKey(key, lost), lost]]
    })
  })

/** The key under which a fold stores a losing value of a field. */
export const lostKey = (field: string, value: Scalar): string =>
  `${LOST}${field}/${toHex(sha256(utf8(JSON.stringify(value))).subarray(0, 8))}`
