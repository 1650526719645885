import type { Resident } from '../space/automerge.ts'
import { type Chunk, readChunks } from '../sync/chunk.ts'
import { readDocument } from '../sync/document-head.ts'
import { loadArrived } from '../sync/document-sync.ts'
import { type Cover, checkLoaded, type Reach } from '../sync/gate.ts'
import type { authorsOf } from './authors.ts'
import type { SpaceSession } from './space-session.ts'
import { turn } from './turn.ts'

/** A whole document that came where ours is awaited. */
export interface ArrivedDocument {
  readonly bytes: Uint8Array
  /** To be freed or kept. */
  readonly resident: Resident
  /** How far each actor has come, when every change counts; undefined when they are to be taken in one by one. */
  readonly reaches: ReadonlyMap<string, Reach> | undefined
}

/** Counts a document, and loads it here while a thread that is thrown away looks into it. @throws {GateError} */
export const loadExamined = async (
  session: SpaceSession,
  bytes: Uint8Array,
  covers: readonly Cover[],
  authors: ReturnType<typeof authorsOf>,
): Promise<ArrivedDocument> => {
  const columns = await readDocument(bytes)
  const load = async () => loadArrived(bytes, session.space().resident.handle.getActorId())
  const [fit, loaded] = await Promise.allSettled([session.examine('operations', { columns }), load()])
  if (loaded.status === 'rejected') throw loaded.reason
  const resident = loaded.value
  try {
    if (fit.status === 'rejected') throw fit.reason
    if (fit.value)
      return { bytes, resident, reaches: await checkLoaded(resident.handle.getChangesMeta([]), covers, authors, turn) }
    await session.examine('arrived', {
      bytes,
      devices: [...authors.devices],
      covers: covers.map(({ device, change }) => ({ device, change })),
      anchors: authors.anchors,
    })
    // Its changes may count, and its operations stand in an order in which they show something else.
    return { bytes, resident, reaches: undefined }
  } catch (error) {
    resident.handle.free()
    throw error
  }
}

/** The changes in what came, those of whole documents taken out in a thread that is thrown away. @throws {GateError} */
export const changesIn = async (session: SpaceSession, chunks: readonly Chunk[]): Promise<Chunk[]> => {
  const changes: Chunk[] = []
  for (const chunk of chunks) {
    if (chunk.kind === 'change') changes.push(chunk)
    else changes.push(...(await readChunks(await session.examine('changes', { bytes: chunk.bytes }))))
  }
  return changes
}
