import { equalBytes } from '../bytes/encoding.ts'
import {
  type Actor,
  decodeChange,
  decodeSyncMessage,
  encodeChange,
  encodeSyncMessage,
  generateSyncMessage,
  initSyncState,
  newResident,
  type Resident,
  receiveSyncMessage,
  type SyncState,
} from '../space/automerge.ts'
import { checkFilter } from './check-filter.ts'
import { readChangeHead } from './chunks/change-head.ts'
import { type Chunk, readChunks } from './chunks/chunk.ts'
import { unsigned } from './chunks/column-values.ts'
import { COLUMNS_LIMIT, readDocument } from './chunks/document-head.ts'
import { GateError } from './errors.ts'
import type { Rewrite } from './gate/ports.ts'
import { FRACTION, KIND_BITS } from './operations/operation-kinds.ts'

/** The changes of a message, separated from it. */
export interface Arrived {
  readonly chunks: readonly Chunk[]
  /** The message without its changes, for Automerge. */
  readonly emptied: Uint8Array
}

/** Automerge's sync protocol with one peer. */
export interface DocumentSync {
  /** @throws {GateError} when it is not a sync message, or its chunks are garbled */
  open(message: Uint8Array): Promise<Arrived>
  /** To be called after the changes of the message were applied. */
  received(emptied: Uint8Array): void
  /**
   * The next message, or undefined while there is nothing to send.
   * @param missing hashes of further changes to request
   */
  next(missing: readonly string[]): Uint8Array | undefined
  /** The heads of both sides, as far as they are known: an unchanged value means that a round had no effect. */
  position(): string
  /** Whether the heads that the peer sent last are ours. */
  equal(): boolean
}

/**
 * The cost of applying a change, apart from its operations, in operations of a whole document. Measured at 100,000 records of 10
 * fields: a change of one cell takes 0.15 ms to check and to load, an operation of a whole document about 5 µs.
 */
const OPERATIONS_PER_CHANGE = 25

/** Minimum bytes of an operation in a change with many operations. */
const BYTES_PER_OPERATION = 4

/** The cost of applying changes, in operations of a whole document. */
const costOf = (changes: readonly { readonly startOp: number; readonly maxOp: number }[]): number =>
  changes.reduce((sum, { startOp, maxOp }) => sum + OPERATIONS_PER_CHANGE + maxOp - startOp + 1, 0)

const costOfBytes = (changes: readonly Uint8Array[]): number =>
  changes.reduce((sum, { length }) => sum + OPERATIONS_PER_CHANGE + length / BYTES_PER_OPERATION, 0)

/** @param resident the current document; a reload replaces it */
export const documentSync = (resident: () => Resident): DocumentSync => {
  let state: SyncState = initSyncState()
  let hadChanges = false

  /**
   * Makes the next message. It contains single changes when applying these is faster than loading the whole document. Automerge
   * itself sends the document when more than a third of the changes is missing, however small, and the peer accepts documents.
   */
  const generate = (): readonly [SyncState, Uint8Array | null] => {
    const { theirHeads, theirCapabilities } = state as {
      theirHeads: readonly string[] | null | undefined
      theirCapabilities?: readonly string[]
    }
    const { handle, stub } = resident()
    if (!theirHeads || theirHeads.length === 0) return generateSyncMessage(stub, state)
    const { numOps } = handle.stats()
    // If the peer's heads are known, count its missing changes from metadata. Otherwise generate the message first.
    const isBehind = theirHeads.every((head) => handle.getChangeMetaByHash(head))
    if (isBehind && costOf(handle.getChangesMeta([...theirHeads])) >= numOps) return generateSyncMessage(stub, state)
    const [next, message] = generateSyncMessage(stub, { ...state, theirCapabilities: [] } as SyncState)
    if (!isBehind && message && costOfBytes(decodeSyncMessage(message).changes) >= numOps) return generateSyncMessage(stub, state)
    return [{ ...next, theirCapabilities } as SyncState, message]
  }

  return {
    async open(message) {
      let decoded: ReturnType<typeof decodeSyncMessage>
      try {
        decoded = decodeSyncMessage(message)
      } catch (cause) {
        throw new GateError('garbled', 'A message is not a sync message of Automerge.', { cause })
      }
      // Automerge sends one filter. Every further one would be probed for every change.
      if (decoded.have.length > 1)
        throw new GateError('garbled', `A sync message has ${decoded.have.length} filters; Automerge sends one.`)
      for (const { bloom } of decoded.have) checkFilter(bloom)
      hadChanges = decoded.changes.length > 0
      const chunks = await readChunks(decoded.changes)
      return { chunks, emptied: encodeSyncMessage({ ...decoded, changes: [] }) }
    },
    received(emptied) {
      const now = resident()
      const [stub, next] = receiveSyncMessage(now.stub, state, emptied)
      now.stub = stub
      // Automerge sees no changes in the emptied message and would not acknowledge it. The peer would then send the whole document
      // with every edit.
      state = hadChanges ? ({ ...next, lastSentHeads: [] } as SyncState) : next
    },
    next(missing) {
      const [next, message] = generate()
      state = next
      if (!message || missing.length === 0) return message ?? undefined
      const decoded = decodeSyncMessage(message)
      return encodeSyncMessage({ ...decoded, need: [...new Set([...decoded.need, ...missing])] })
    },
    position() {
      const { theirHeads } = state as { theirHeads: readonly string[] | null | undefined }
      return [...resident().handle.getHeads(), '', ...(theirHeads ?? [])].join()
    },
    equal() {
      // Null until the first message of the peer, contrary to the type.
      const { theirHeads } = state as { theirHeads: readonly string[] | null | undefined }
      return theirHeads ? [...theirHeads].sort().join() === resident().handle.getHeads().sort().join() : false
    },
  }
}

/**
 * Loads a received whole document separately, because it is not trusted yet.
 * @param counted bytes that `readDocument` has accepted
 * @param actor for later local changes, once the document is trusted
 * @returns the document; the caller must free or keep it
 * @throws {GateError} `garbled`
 */
export const loadArrived = (counted: Uint8Array, actor: Actor): Resident => {
  const resident = newResident(actor)
  try {
    resident.handle.loadIncremental(counted)
    return resident
  } catch (cause) {
    resident.handle.free()
    throw new GateError('garbled', 'A received document cannot be loaded.', { cause })
  }
}

/** The changes of a loaded document, each as a separate chunk. */
export const chunksOf = ({ handle }: Resident): Promise<Chunk[]> => readChunks(handle.getChanges([]), COLUMNS_LIMIT)

/** The changes of a whole document, each as a separate chunk. @throws {GateError} `garbled`, `too-large` */
export const unpackDocument = async (bytes: Uint8Array): Promise<Chunk[]> => {
  await readDocument(bytes)
  return unpackCounted(bytes)
}

/** Like `unpackDocument`, for a document that `readDocument` has accepted. */
export const unpackCounted = async (counted: Uint8Array): Promise<Chunk[]> => {
  const resident = loadArrived(counted, '00')
  try {
    return await chunksOf(resident)
  } finally {
    resident.handle.free()
  }
}

/** Decodes a change and encodes it again with Automerge. @throws {GateError} `garbled` if it cannot be decoded */
export const rewriteChange: Rewrite = async (change, hash) => {
  try {
    const again = encodeChange(decodeChange(change))
    if (equalBytes(again, change)) return hash
    // Other implementations may compress differently, so compare the inflated bytes.
    const [came, written] = await readChunks([change, again])
    if (came?.kind !== 'change' || written?.kind !== 'change') return ''
    return equalBytes(withoutFractions(came.body), withoutFractions(written.body)) ? hash : written.hash
  } catch (cause) {
    if (cause instanceof GateError) throw cause
    throw new GateError('garbled', 'A change cannot be decoded.', { cause })
  }
}

/** Replaces all 64-bit floats except NaN by zero, because decoding and encoding again may round their last bit. */
const withoutFractions = (body: Uint8Array): Uint8Array => {
  const copy = body.slice()
  const { columns, operations } = readChangeHead(copy)
  const [lengths, values] = [unsigned(columns.get('value length')), columns.get('value') ?? new Uint8Array()]
  let at = 0
  for (let row = 0; row < operations; row++) {
    const value = lengths() ?? 0
    const bytes = values.subarray(at, at + Math.floor(value / KIND_BITS))
    at += Math.floor(value / KIND_BITS)
    if (value % KIND_BITS !== FRACTION || bytes.length !== 8) continue
    if (!Number.isNaN(new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true))) bytes.fill(0)
  }
  return copy
}
