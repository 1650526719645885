import type { Handle, ObjectId } from './automerge.ts'
import { type Containers, fieldObject, mapsOf, recordObject, tableObject } from './containers.ts'
import type { FieldId, RecordId, TableId } from './ids.ts'
import type { Scalar } from './value.ts'
import type { Transaction } from './write.ts'

/** Where something was written; ids, never object ids, which do not outlive an applied change. */
export type Place =
  | { readonly in: 'info' }
  | { readonly in: 'table'; readonly table: TableId }
  | { readonly in: 'field'; readonly field: FieldId }
  | { readonly in: 'record'; readonly table: TableId; readonly record: RecordId }

/** One key that a transaction wrote: what stood there before, and the operations that stand there since. */
export interface Written {
  readonly place: Place
  readonly key: string
  readonly before: Scalar | undefined
  /** The map was made by this step. */
  readonly made?: true
  /** Filled in after the commit. */
  operations: readonly string[]
}

/** A transaction as undo needs it. */
export interface Step {
  readonly what: string
  readonly written: readonly Written[]
}

type Maps = Pick<Transaction, 'map'>

export const placeObject = (maps: Maps, containers: Containers, place: Place): ObjectId | undefined => {
  switch (place.in) {
    case 'info':
      return containers.info
    case 'table':
      return tableObject(maps, containers, place.table)
    case 'field':
      return fieldObject(maps, containers, place.field)
    case 'record':
      return recordObject(maps, containers, place.table, place.record)
  }
}

const operationsAt = (handle: Handle, object: ObjectId | undefined, key: string): string[] =>
  object === undefined
    ? []
    : handle
        .getAll(object, key)
        .map((value) => value.at(-1) as string)
        .sort()

/** To be called right after the commit: notes which operations each key holds now. */
export const noteOperations = (handle: Handle, containers: Containers, written: readonly Written[]): void => {
  const maps = mapsOf(handle)
  for (const cell of written) cell.operations = operationsAt(handle, placeObject(maps, containers, cell.place), cell.key)
}

/** The keys of a step that nobody has changed since, and how many were. */
export const undoable = (
  handle: Handle,
  containers: Containers,
  step: Step,
): { readonly cells: readonly Written[]; readonly kept: number } => {
  const maps = mapsOf(handle)
  const cells = step.written.filter((cell) => {
    const now = operationsAt(handle, placeObject(maps, containers, cell.place), cell.key)
    return now.length === cell.operations.length && now.every((operation, index) => operation === cell.operations[index])
  })
  return { cells, kept: step.written.length - cells.length }
}

/** Puts back what stood there, newest first. @param now seconds since 1970, the time of going to the trash */
export const putBack = (recorder: Recorder, cells: readonly Written[], now: number): void => {
  for (const { place, key, before, made } of [...cells].reverse()) {
    if (made) recorder.put(place, '~deleted', now)
    else if (before === undefined) recorder.remove(place, key)
    else recorder.put(place, key, before)
  }
}

/** Writes keys by place and remembers what stood there; leaves alone what already holds the value. */
export interface Recorder {
  put(place: Place, key: string, value: Scalar): void
  remove(place: Place, key: string): void
  /** Notes a map that this transaction made; taking it back means putting it into the trash. */
  made(place: Place): void
  read(place: Place, key: string): Scalar | undefined
  /** The keys there that begin with `prefix`. */
  keys(place: Place, prefix: string): string[]
  readonly written: readonly Written[]
}

/** @throws whatever `missing` makes when a place is not there (any more) */
export const recorder = (transaction: Transaction, containers: Containers, missing: (place: Place) => Error): Recorder => {
  const written = new Map<string, Written>()
  const objectOf = (place: Place): ObjectId => {
    const object = placeObject(transaction, containers, place)
    if (object === undefined) throw missing(place)
    return object
  }
  const note = (place: Place, key: string, before: Scalar | undefined) => {
    const name = `${JSON.stringify(place)}${key}`
    if (!written.has(name)) written.set(name, { place, key, before, operations: [] })
  }
  return {
    put(place, key, value) {
      const object = objectOf(place)
      const before = transaction.scalar(object, key)
      if (before === value) return
      note(place, key, before)
      transaction.put(object, key, value)
    },
    remove(place, key) {
      const object = objectOf(place)
      const before = transaction.scalar(object, key)
      if (before === undefined) return
      note(place, key, before)
      transaction.remove(object, key)
    },
    made(place) {
      written.set(`${JSON.stringify(place)}~deleted`, { place, key: '~deleted', before: undefined, made: true, operations: [] })
    },
    read(place, key) {
      return transaction.scalar(objectOf(place), key)
    },
    keys: (place, prefix) => transaction.keys(objectOf(place)).filter((key) => key.startsWith(prefix)),
    get written() {
      return [...written.values()]
    },
  }
}
