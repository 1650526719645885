import { sha256 } from '@noble/hashes/sha2.js'
import { concat, toHex, utf8 } from '../../bytes/encoding.ts'
import { type Actor, decodeChange, encodeChange, type Handle, type Hash, type ObjectId } from '../automerge.ts'
import { SpaceError } from '../errors.ts'

/**
 * A version of the format whose containers the first change of a space did not make. One change makes them. It has the same bytes
 * on every device, so that two devices that migrate independently make the same containers, not two of each.
 */
export interface Migration {
  /** Semver; minor or patch above the one before. */
  readonly version: string
  /** New maps at the document's root, in this order. */
  readonly containers: readonly string[]
}

/** Versions of this format that added containers, oldest first: none so far. */
export const MIGRATIONS: readonly Migration[] = []

/** The actor of a version's migration change. Each version has its own, because an actor has only one first change. */
export const migrationActor = (version: string): Actor =>
  toHex(sha256(concat(utf8('tessera-anchor'), utf8(version))).subarray(0, 24))

/** The key in the format container that marks a version as migrated. */
const versionKey = (version: string): string => `version/${version}`

/** The properties of a space's first change that its migration changes depend on. */
export interface FirstChange {
  readonly hash: Hash
  readonly actor: Actor
  /** Its greatest operation. */
  readonly maxOp: number
}

/** @throws {SpaceError} `damaged` when the document has no such change */
export const firstChangeOf = (handle: Handle, first: Hash): FirstChange => {
  const meta = handle.getChangeMetaByHash(first)
  if (!meta)
    throw new SpaceError(
      'damaged',
      `The document lacks ${first}, the first change of its space. Restore the space from another device.`,
    )
  return meta
}

/** The migration change of a version, for one space. It depends on the space's first change alone, so its bytes are always the same. */
export const migrationChange = (first: FirstChange, { version, containers }: Migration): Uint8Array => {
  const ops = [
    ...containers.map((key) => ({ action: 'makeMap', obj: '_root', key, pred: [] })),
    { action: 'set', obj: `1@${first.actor}`, key: versionKey(version), value: true, pred: [] },
  ]
  return encodeChange({
    actor: migrationActor(version),
    author: null,
    seq: 1,
    startOp: first.maxOp + 1,
    time: 0,
    message: null,
    deps: [first.hash],
    // Ignored when encoding: it is computed from the bytes.
    hash: '0'.repeat(64),
    ops,
  } as never)
}

export const migrationHash = (first: FirstChange, migration: Migration): Hash =>
  decodeChange(migrationChange(first, migration) as never).hash

/** The object ids of the containers that a version's migration change made. Use these, never the keys, which anybody can write. */
export const migrationContainers = (
  { maxOp }: FirstChange,
  { version, containers }: Migration,
): Readonly<Record<string, ObjectId>> => {
  const actor = migrationActor(version)
  return Object.fromEntries(containers.map((name, index) => [name, `${maxOp + 1 + index}@${actor}`]))
}

/**
 * The versions whose migration changes a document has, including versions that this program does not know. Only keys written by the
 * version's own actor count.
 * @param format the object id of the format container
 */
export const migratedVersions = (handle: Handle, format: ObjectId): string[] =>
  handle
    .keys(format)
    .filter((key) => key.startsWith('version/'))
    .map((key) => key.slice('version/'.length))
    .filter((version) => {
      const actor = `@${migrationActor(version)}`
      return handle.getAll(format, versionKey(version)).some((value) => String(value.at(-1)).endsWith(actor))
    })
