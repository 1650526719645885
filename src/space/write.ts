/**
 * The only file that writes to a document. The handle itself converts numbers and texts, and most of its methods commit pending
 * operations. Here values are typed, and a transaction exposes only safe methods.
 */
import { type Handle, type Hash, ImmutableString, type ObjectId } from './automerge.ts'
import { SpaceError } from './errors.ts'
import { checkNumber, checkText, type Scalar, wellFormed } from './value.ts'
import { toScalar } from './value-of.ts'

/** Other devices reject larger changes (their limits: 4 MB and 200,000 operations). */
export const CHANGE_BYTES = 3_000_000
export const CHANGE_OPERATIONS = 150_000

/** A map to create under a fresh id, with its initial content. */
export interface NewMap {
  readonly [key: string]: Scalar | NewMap
}

/** The operations that are permitted during a transaction. */
export interface Transaction {
  /** Creates a map under a key with a fresh id. This is the only way to create containers. */
  make(parent: ObjectId, id: string, content: NewMap): ObjectId
  put(object: ObjectId, key: string, value: Scalar): void
  /** Creates a collaborative text; `key` ends with a fresh id. */
  makeText(parent: ObjectId, key: string, content: string): ObjectId
  /** Edits such a text, in UTF-16 units. */
  splice(text: ObjectId, at: number, remove: number, insert: string): void
  /** The text under a key, or undefined if there is none (or another kind of value). */
  textObject(object: ObjectId, key: string): ObjectId | undefined
  textOf(text: ObjectId): string
  remove(object: ObjectId, key: string): void
  /** The map under a key, or undefined if there is none (or another kind of value). */
  map(object: ObjectId, key: string): ObjectId | undefined
  scalar(object: ObjectId, key: string): Scalar | undefined
  /** The greatest of concurrent numbers under one key; undefined if there is none. */
  greatest(object: ObjectId, key: string): number | undefined
  /** Whether a key has several concurrent values. */
  isConcurrent(object: ObjectId, key: string): boolean
  keys(object: ObjectId): string[]
}

/** Larger integers return from WebAssembly as BigInt unless they are stored as floating point. */
const LARGE = 2 ** 53 - 1

/**
 * Runs `work` as one change.
 * @param message stored with the change
 * @param seconds since 1970, an integer
 * @returns the change's hash, or undefined if nothing differs
 * @throws {SpaceError} and whatever `work` throws; the document is then unchanged
 */
export const transact = (
  handle: Handle,
  message: string,
  seconds: number,
  work: (transaction: Transaction) => void,
): Hash | undefined => {
  if (handle.pendingOps() !== 0) throw new Error('A transaction was started while another one is open.')
  const budget = { bytes: 0, operations: 0 }
  try {
    work(openTransaction(handle, budget))
    if (handle.pendingOps() === 0) return undefined
    return handle.commit(message, Math.floor(seconds)) ?? undefined
  } catch (error) {
    handle.rollback()
    throw error
  }
}

/**
 * Runs `work` in a transaction that is always rolled back.
 * @returns the result of `work`
 * @throws whatever `work` throws
 */
export const rehearse = <T>(handle: Handle, work: (transaction: Transaction) => T): T => {
  if (handle.pendingOps() !== 0) throw new Error('A transaction was rehearsed while another one is open.')
  try {
    return work(openTransaction(handle, { bytes: 0, operations: 0 }))
  } finally {
    handle.rollback()
  }
}

/** Characters per insertion. */
const PIECE = 100_000

const openTransaction = (handle: Handle, budget: { bytes: number; operations: number }): Transaction => {
  const spend = (key: string, value: Scalar | undefined) =>
    spendText(1, key.length + (typeof value === 'string' ? value.length : 8))

  const spendText = (operations: number, bytes: number) => {
    budget.operations += operations
    budget.bytes += bytes
    if (budget.operations > CHANGE_OPERATIONS || budget.bytes > CHANGE_BYTES) {
      throw new SpaceError(
        'too-large',
        `One transaction holds at most ${CHANGE_OPERATIONS.toLocaleString('en')} values and ${CHANGE_BYTES / 1e6} MB. Do it in several steps.`,
      )
    }
  }

  const splice = (text: ObjectId, at: number, remove: number, insert: string) => {
    spendText(remove + insert.length, insert.length * 2)
    if (remove > 0) handle.splice(text, at, remove, '')
    for (let from = 0; from < insert.length; from += PIECE) handle.splice(text, at + from, 0, insert.slice(from, from + PIECE))
  }

  const put = (object: ObjectId, key: string, value: Scalar) => {
    spend(key, value)
    if (typeof value === 'number') handle.put(object, key, checkNumber(value, key), 'f64')
    else handle.put(object, key, typeof value === 'string' ? checkText(value, key) : value)
  }

  /** The content in the form that the handle accepts in one call. Values that it would store differently from `put` go to `later`. */
  const hydrated = (content: NewMap, later: [path: string[], value: number][], path: string[] = []): object => {
    const out: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(content)) {
      spend(key, typeof value === 'object' ? undefined : value)
      if (typeof value === 'string') out[key] = new ImmutableString(checkText(value, key))
      else if (typeof value === 'number') {
        if (Number.isInteger(checkNumber(value, key)) && (Math.abs(value) >= LARGE || Object.is(value, -0)))
          later.push([[...path, key], value])
        else out[key] = value
      } else out[key] = typeof value === 'object' ? hydrated(value, later, [...path, key]) : value
    }
    return out
  }

  return {
    make(parent, id, content) {
      spend(id, undefined)
      const later: [string[], number][] = []
      const made = handle.putObjectFromHydrate(parent, id, hydrated(content, later)) as ObjectId
      for (const [path, value] of later) {
        const object = path.slice(0, -1).reduce<ObjectId | undefined>((at, key) => at && readMap(handle, at, key), made)
        const key = path.at(-1)
        if (object !== undefined && key !== undefined) handle.put(object, key, value, 'f64')
      }
      return made
    },
    put,
    makeText(parent, key, content) {
      spend(key, undefined)
      const made = handle.putObject(parent, key, '') as ObjectId
      splice(made, 0, 0, wellFormed(content))
      return made
    },
    splice: (text, at, remove, insert) => splice(text, at, remove, wellFormed(insert)),
    textObject(object, key) {
      const found = handle.getWithType(object, key)
      return found?.[0] === 'text' ? found[1] : undefined
    },
    textOf: (text) => handle.text(text),
    remove(object, key) {
      spend(key, undefined)
      handle.delete(object, key)
    },
    map: (object, key) => readMap(handle, object, key),
    scalar: (object, key) => readScalar(handle, object, key),
    greatest: (object, key) => readGreatest(handle, object, key),
    isConcurrent: (object, key) => handle.getAll(object, key).length > 1,
    keys: (object) => handle.keys(object),
  }
}

/** The map under a key; undefined if there is none, or another kind of value. */
export const readMap = (handle: Handle, object: ObjectId, key: string): ObjectId | undefined => {
  const found = handle.getWithType(object, key)
  return found?.[0] === 'map' ? found[1] : undefined
}

/** The scalar under a key; undefined if there is none, for a container, or for a kind of value that this project never writes. */
export const readScalar = (handle: Handle, object: ObjectId, key: string): Scalar | undefined => {
  const found = handle.getWithType(object, key)
  return found === null || found === undefined ? undefined : toScalar(found[1], found[0])
}

/** The greatest of concurrent numbers under one key; undefined if there is none. */
export const readGreatest = (handle: Handle, object: ObjectId, key: string): number | undefined => {
  const numbers = handle
    .getAll(object, key)
    .flatMap(([type, value]) => toScalar(value, type) ?? [])
    .filter((value) => typeof value === 'number')
  return numbers.length === 0 ? undefined : Math.max(...numbers)
}

/**
 * Prepares a document for edits near one position without changing it: the inserted value is rolled back. After loading, Automerge
 * keeps the bytes of all values in a few large blocks, which the first text written near each position must split. With a million
 * values, preparation takes 7 ms per position; an edit then takes 0.3 ms, against 1 to 60 ms without.
 */
export const prepare = (handle: Handle, object: ObjectId, key: string): void => {
  if (handle.pendingOps() !== 0) throw new Error('prepare() was called while a transaction is open.')
  try {
    handle.put(object, key, 'prepared')
  } finally {
    handle.rollback()
  }
}
