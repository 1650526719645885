import type { ObjectId } from './automerge.ts'
import { bucketObject, type Containers, fieldObject, recordObject, tableObject, viewObject } from './containers.ts'
import { bucketOf, type FieldId, type RecordId, type TableId, type ViewId } from './ids.ts'
import type { Scalar } from './value.ts'
import type { Transaction } from './write.ts'

/** Where something was written; ids, never object ids, which do not outlive an applied change. */
export type DocumentPath =
  | { readonly in: 'info' }
  | { readonly in: 'table'; readonly table: TableId }
  | { readonly in: 'field'; readonly field: FieldId }
  | { readonly in: 'view'; readonly view: ViewId }
  | { readonly in: 'record'; readonly table: TableId; readonly record: RecordId }

/** One key that a transaction wrote: what stood there before, and the operations that stand there since. */
export interface Written {
  readonly kind: 'key'
  readonly place: DocumentPath
  readonly key: string
  readonly before: Scalar | undefined
  /** The map was made by this step. */
  readonly made?: true
  /** Filled in after the commit. */
  operations: readonly string[]
}

/** Writing in a text. Undone character by character: what others wrote in between stays. */
export interface Spliced {
  readonly kind: 'text'
  readonly place: DocumentPath
  readonly key: string
  readonly at: number
  readonly removed: string
  readonly inserted: string
  /** The text was made by this step. */
  readonly made?: true
  /** Filled in after the commit: the ids of the first and last character put in, and where the place is to be found later. */
  marks?: { readonly first?: string; readonly last?: string; readonly at: string }
}

/** A transaction as undo needs it. */
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

/** The map that holds a place's own, and under which key. */
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

/** Writes keys by place and remembers what stood there; leaves alone what already holds the value. */
export interface Recorder {
  put(place: DocumentPath, key: string, value: Scalar): void
  /** Like `put`, and of several values that were written apart this one stays alone, also when it is the one shown. */
  settle(place: DocumentPath, key: string, value: Scalar): void
  remove(place: DocumentPath, key: string): void
  /** Notes a map that this transaction made; taking it back means putting it into the trash. */
  made(place: DocumentPath): void
  /** Like `made`, for a record whose cells were written after it: with the record they go and come. */
  madeWhole(place: DocumentPath): void
  /** Puts a time in the place of a map: all that it held is gone, and no step brings it back. */
  purge(place: Exclude<DocumentPath, { in: 'info' }>, now: number): void
  /** Of the numbers written apart under one key the greatest. */
  greatest(place: DocumentPath, key: string): number | undefined
  read(place: DocumentPath, key: string): Scalar | undefined
  /** The keys there that begin with `prefix`. */
  keys(place: DocumentPath, prefix: string): string[]
  /** The content of a text that several may write in, or undefined when there is none under this key. */
  text(place: DocumentPath, key: string): string | undefined
  makeText(place: DocumentPath, key: string, content: string): void
  splice(place: DocumentPath, key: string, at: number, remove: number, insert: string): void
  readonly written: readonly (Written | Spliced)[]
  readonly purged: readonly DocumentPath[]
}

/**
 * @param stored what a place holds before the transaction, where that is known: reading it from the document costs 20 µs
 * @throws whatever `missing` makes when a place is not there (any more)
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
