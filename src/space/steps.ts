import type { ObjectId } from './automerge.ts'
import { bucketObject, type Containers, fieldObject, recordObject, tableObject, viewObject } from './containers.ts'
import { bucketOf, type FieldId, type RecordId, type TableId, type ViewId } from './ids.ts'
import type { Scalar } from './value.ts'
import type { Transaction } from './write.ts'

/** A path in the document. It consists of ids, never of object ids, which may become invalid when changes are applied. */
export type DocumentPath =
  | { readonly in: 'info' }
  | { readonly in: 'table'; readonly table: TableId }
  | { readonly in: 'field'; readonly field: FieldId }
  | { readonly in: 'view'; readonly view: ViewId }
  | { readonly in: 'record'; readonly table: TableId; readonly record: RecordId }

/** One key that a transaction wrote: its previous value, and the operations that it has now. */
export interface Written {
  readonly kind: 'key'
  readonly place: DocumentPath
  readonly key: string
  readonly before: Scalar | undefined
  /** This step created the map. */
  readonly made?: true
  /** Filled in after the commit. */
  operations: readonly string[]
}

/** An edit of a text. It is undone character by character, so that edits of others stay. */
export interface Spliced {
  readonly kind: 'text'
  readonly place: DocumentPath
  readonly key: string
  readonly at: number
  readonly removed: string
  readonly inserted: string
  /** This step created the text. */
  readonly made?: true
  /** Set after the commit: the ids of the first and last inserted character, and a cursor to find the position later. */
  marks?: { readonly first?: string; readonly last?: string; readonly at: string }
}

/** What undo needs to know of a transaction. */
export interface Step {
  readonly what: string
  readonly written: readonly (Written | Spliced)[]
}

type Maps = Pick<Transaction, 'map'>

export const objectAt = (maps: Maps, containers: Containers, place: DocumentPath): ObjectId | undefined => {
  switch (place.in) {
    case 'info':
      return containers.info
    case 'table':
      return tableObject(maps, containers, place.table)
    case 'field':
      return fieldObject(maps, containers, place.field)
    case 'view':
      return viewObject(maps, containers, place.view)
    case 'record':
      return recordObject(maps, containers, place.table, place.record)
  }
}

/** The map that contains the map at a path, and its key. */
export const parentAt = (
  maps: Maps,
  containers: Containers,
  place: Exclude<DocumentPath, { in: 'info' }>,
): [ObjectId | undefined, string] => {
  switch (place.in) {
    case 'table':
      return [containers.tables, place.table]
    case 'field':
      return [containers.fields, place.field]
    case 'view':
      return [containers.views, place.view]
    case 'record':
      return [bucketObject(maps, containers, place.table, bucketOf(place.record)), place.record]
  }
}

/** Writes keys and records their previous values; skips keys that already have the value. */
export interface Recorder {
  put(place: DocumentPath, key: string, value: Scalar): void
  /** Like `put`, but also replaces concurrent values, even if the shown one is already equal. */
  settle(place: DocumentPath, key: string, value: Scalar): void
  remove(place: DocumentPath, key: string): void
  /** Records that this transaction created a map. Undo puts it into the trash. */
  made(place: DocumentPath): void
  /** Like `made`, for a record whose cells are written afterwards. Undo and redo keep these cells with the record. */
  madeWhole(place: DocumentPath): void
  /** Replaces a map by a time. Its content is gone, and undo does not restore it. */
  purge(place: Exclude<DocumentPath, { in: 'info' }>, now: number): void
  /** The greatest of concurrent numbers under one key. */
  greatest(place: DocumentPath, key: string): number | undefined
  read(place: DocumentPath, key: string): Scalar | undefined
  /** The keys at a path that begin with `prefix`. */
  keys(place: DocumentPath, prefix: string): string[]
  /** The content of a collaborative text, or undefined if there is none under this key. */
  text(place: DocumentPath, key: string): string | undefined
  makeText(place: DocumentPath, key: string, content: string): void
  splice(place: DocumentPath, key: string, at: number, remove: number, insert: string): void
  readonly written: readonly (Written | Spliced)[]
  readonly purged: readonly DocumentPath[]
}

/**
 * @param stored the values at a path before the transaction, if known; reading them from the document takes 20 µs
 * @throws the error that `missing` creates if a path does not exist (any more)
 */
export const recorder = (
  transaction: Transaction,
  containers: Containers,
  missing: (place: DocumentPath) => Error,
  stored: (place: DocumentPath) => Readonly<Record<string, Scalar>> | undefined = () => undefined,
): Recorder => {
  const written = new Map<string, Written>()
  const texts: Spliced[] = []
  const purged: DocumentPath[] = []
  const objectOf = (place: DocumentPath): ObjectId => {
    const object = objectAt(transaction, containers, place)
    if (object === undefined) throw missing(place)
    return object
  }
  const textObject = (place: DocumentPath, key: string) => transaction.textObject(objectOf(place), key)
  const nameOf = (place: DocumentPath, key: string) => `${JSON.stringify(place)}${key}`
  const write = (place: DocumentPath, key: string, value: Scalar, isSettled: (object: ObjectId) => boolean) => {
    const object = objectOf(place)
    const before = transaction.scalar(object, key)
    if (before === value && isSettled(object)) return
    note(place, key, before)
    transaction.put(object, key, value)
  }
  const note = (place: DocumentPath, key: string, before: Scalar | undefined) => {
    const name = nameOf(place, key)
    if (!written.has(name)) written.set(name, { kind: 'key', place, key, before, operations: [] })
  }
  return {
    put: (place, key, value) => write(place, key, value, () => true),
    settle: (place, key, value) => write(place, key, value, (object) => !transaction.isConcurrent(object, key)),
    remove(place, key) {
      const object = objectOf(place)
      const before = transaction.scalar(object, key)
      if (before === undefined) return
      note(place, key, before)
      transaction.remove(object, key)
    },
    made(place) {
      const made: Written = { kind: 'key', place, key: '~deleted', before: undefined, made: true, operations: [] }
      written.set(nameOf(place, '~deleted'), made)
    },
    madeWhole(place) {
      const prefix = JSON.stringify(place)
      for (const name of written.keys()) if (name.startsWith(prefix)) written.delete(name)
      for (let at = texts.length - 1; at >= 0; at--) if (JSON.stringify(texts[at]?.place) === prefix) texts.splice(at, 1)
      this.made(place)
    },
    purge(place, now) {
      const [parent, key] = parentAt(transaction, containers, place)
      if (parent === undefined || transaction.map(parent, key) === undefined) throw missing(place)
      transaction.put(parent, key, now)
      if (place.in === 'table') transaction.put(containers.records, key, now)
      purged.push(place)
    },
    greatest: (place, key) => transaction.greatest(objectOf(place), key),
    read(place, key) {
      const before = stored(place)
      if (before && !written.has(nameOf(place, key))) return before[key]
      return transaction.scalar(objectOf(place), key)
    },
    keys: (place, prefix) => transaction.keys(objectOf(place)).filter((key) => key.startsWith(prefix)),
    text(place, key) {
      const object = textObject(place, key)
      return object === undefined ? undefined : transaction.textOf(object)
    },
    makeText(place, key, content) {
      transaction.makeText(objectOf(place), key, content)
      texts.push({ kind: 'text', place, key, at: 0, removed: '', inserted: content, made: true })
    },
    splice(place, key, at, remove, insert) {
      const object = textObject(place, key)
      if (object === undefined) throw missing(place)
      const removed = transaction.textOf(object).slice(at, at + remove)
      if (removed === insert) return
      transaction.splice(object, at, remove, insert)
      texts.push({ kind: 'text', place, key, at, removed, inserted: insert })
    },
    get written() {
      return [...written.values(), ...texts]
    },
    purged,
  }
}
