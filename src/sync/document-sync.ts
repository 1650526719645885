import {
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
import type { ObjectType } from './check-operations.ts'
import { type Chunk, readChunks } from './chunk.ts'
import { GateError } from './errors.ts'
import type { Inspect } from './gate.ts'

/** What a message brought, taken out of it. */
export interface Arrived {
  readonly chunks: readonly Chunk[]
  /** The message without its changes, for Automerge. */
  readonly emptied: Uint8Array
}

/** The state of sync with one neighbour, in Automerge's own protocol. */
export interface DocumentSync {
  /** @throws {GateError} when it is no sync message, or its chunks are garbled */
  open(message: Uint8Array): Promise<Arrived>
  /** After what it brought is in the document. */
  received(emptied: Uint8Array): void
  /**
   * What to say next, or undefined while there is nothing.
   * @param missing hashes that are to be asked for besides
   */
  next(missing: readonly string[]): Uint8Array | undefined
  /** Whether the neighbour's contents, by its last word, equal ours. */
  equal(): boolean
  /** Forgets what the neighbour has: the link is a new one. */
  reset(): void
}

/** @param resident the document as it is now; it may be another one after a reload */
export const documentSync = (resident: () => Resident): DocumentSync => {
  let state: SyncState = initSyncState()

  return {
    async open(message) {
      let decoded: ReturnType<typeof decodeSyncMessage>
      try {
        decoded = decodeSyncMessage(message)
      } catch (cause) {
        throw new GateError('garbled', 'What came as a sync message is none.', { cause })
      }
      const chunks: Chunk[] = []
      for (const change of decoded.changes) chunks.push(...(await readChunks(change)))
      return { chunks, emptied: encodeSyncMessage({ ...decoded, changes: [] }) }
    },
    received(emptied) {
      const now = resident()
      const [stub, next] = receiveSyncMessage(now.stub, state, emptied)
      now.stub = stub
      state = next
    },
    next(missing) {
      const [next, message] = generateSyncMessage(resident().stub, state)
      state = next
      if (!message) return undefined
      if (missing.length === 0) return message
      const decoded = decodeSyncMessage(message)
      return encodeSyncMessage({ ...decoded, need: [...new Set([...decoded.need, ...missing])] })
    },
    equal() {
      // Null until the neighbour has said something, whatever the types say.
      const { theirHeads } = state as { theirHeads: readonly string[] | null | undefined }
      return theirHeads ? [...theirHeads].sort().join() === resident().handle.getHeads().sort().join() : false
    },
    reset() {
      state = initSyncState()
    },
  }
}

/**
 * The changes of a whole document, each as a chunk of its own. It is loaded into a document of its own that is thrown away: what
 * came is not trusted yet.
 * @throws {GateError} `garbled`
 */
export const unpackDocument = async (bytes: Uint8Array): Promise<Chunk[]> => {
  const { handle } = newResident('00')
  try {
    handle.loadIncremental(bytes)
    const chunks: Chunk[] = []
    for (const change of handle.getChanges([])) chunks.push(...(await readChunks(change)))
    return chunks
  } catch (cause) {
    if (cause instanceof GateError) throw cause
    throw new GateError('garbled', 'What came as a document cannot be opened.', { cause })
  } finally {
    handle.free()
  }
}

/** Decodes a change, and hashes it as Automerge itself writes it. @throws {GateError} `garbled` when it cannot be decoded */
export const inspectChange: Inspect = async (change) => {
  try {
    const decoded = decodeChange(change)
    const [written] = await readChunks(encodeChange(decoded))
    return { decoded, hash: written?.kind === 'change' ? written.hash : '' }
  } catch (cause) {
    if (cause instanceof GateError) throw cause
    throw new GateError('garbled', 'A change cannot be decoded.', { cause })
  }
}

/** The kind of a container in a document, or undefined when it is not there. */
export const typeOfObject = ({ handle }: Resident, object: string): ObjectType | undefined => {
  try {
    const { type } = handle.objInfo(object)
    return type === 'table' ? 'map' : (type as ObjectType)
  } catch {
    // Automerge knows no question whether an object is there, but this one.
    return undefined
  }
}
