import { sha256 } from '@noble/hashes/sha2.js'
import { concat, toHex, utf8 } from '../../bytes/encoding.ts'
import { type Actor, decodeChange, encodeChange, type Handle, type Hash, type ObjectId } from '../automerge.ts'
import { SpaceError } from '../errors.ts'

/**
 * A version that needs containers the first change did not make. They come from one change that is the same bytes on every
 * device, so that two devices which learn the version apart make the same containers, not two of each.
 */
export interface Anchor {
  /** Semver; minor or patch above the one before. */
  readonly version: string
  /** New maps at the document's root, in this order. */
  readonly containers: readonly string[]
}

/** The versions of this format that brought containers after the first one, oldest first: none so far. */
export const ANCHORS: readonly Anchor[] = []

/** The actor of a version's anchored change: one for each, since a shared one would write two first changes. */
export const anchorActor = (version: string): Actor =>
  toHex(sha256(concat(utf8('tessera-anchor'), utf8(version))).subarray(0, 24))

/** The key of the format container that says a version's anchored change is here. */
const versionKey = (version: string): string => `version/${version}`

/** What of a space's first change its anchored changes are made of. */
export interface FirstChange {
  readonly hash: Hash
  readonly actor: Actor
  /** Its greatest operation. */
  readonly maxOp: number
}

/** The first change of a document. @throws {SpaceError} `damaged` when the document has no such change */
export const firstChangeOf = (handle: Handle, first: Hash): FirstChange => {
  const meta = handle.getChangeMetaByHash(first)
  if (!meta) throw new SpaceError('damaged', `The document does not hold the change ${first} that its space began with.`)
  return meta
}

/**
 * The anchored change of a version, for one space. It depends on the space's first change alone, whatever else this device has:
 * the same bytes wherever it is made.
 */
export const anchoredChange = (first: FirstChange, { version, containers }: Anchor): Uint8Array => {
  const ops = [
    ...containers.map((key) => ({ action: 'makeMap', obj: '_root', key, pred: [] })),
    { action: 'set', obj: `1@${first.actor}`, key: versionKey(version), value: true, pred: [] },
  ]
  return encodeChange({
    actor: anchorActor(version),
    author: null,
    seq: 1,
    startOp: first.maxOp + 1,
    time: 0,
    message: null,
    deps: [first.hash],
    // Not part of the bytes, which give it.
    hash: '0'.repeat(64),
    ops,
  } as never)
}

/** The hash that a version's anchored change has in a space. */
export const anchoredHash = (first: FirstChange, anchor: Anchor): Hash =>
  decodeChange(anchoredChange(first, anchor) as never).hash

/** The ids of the containers that a version's anchored change made; found by id, never by key. */
export const anchoredContainers = (
  { maxOp }: FirstChange,
  { version, containers }: Anchor,
): Readonly<Record<string, ObjectId>> => {
  const actor = anchorActor(version)
  return Object.fromEntries(containers.map((name, index) => [name, `${maxOp + 1 + index}@${actor}`]))
}

/**
 * The versions whose anchored changes a document holds, known to this program or not. A key that somebody else wrote under such a
 * name says nothing: only the version's own actor does.
 * @param format the object id of the format container
 */
export const anchoredVersions = (handle: Handle, format: ObjectId): string[] =>
  handle
    .keys(format)
    .filter((key) => key.startsWith('version/'))
    .map((key) => key.slice('version/'.length))
    .filter((version) => {
      const actor = `@${anchorActor(version)}`
      return handle.getAll(format, versionKey(version)).some((value) => String(value.at(-1)).endsWith(actor))
    })
