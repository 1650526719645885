import type { Resident } from '../space/automerge.ts'
import { type Chunk, readChunks } from '../sync/chunk.ts'
import { checkDocumentSize } from '../sync/document-head.ts'
import { loadArrived } from '../sync/document-sync.ts'
import type { Cover } from '../sync/gate.ts'
import type { authorsOf } from './authors.ts'
import type { SpaceSession } from './space-session.ts'

/** A whole document that came where ours is awaited. */
export interface ArrivedDocument {
  readonly bytes: Uint8Array
  /** To be freed or kept. */
  readonly resident: Resident
  /** How many changes each actor has, when every change counts; undefined when they are to be taken in one by one. */
  readonly sequences: ReadonlyMap<string, number> | undefined
}

/** Counts a document, and loads it here while a thread that is thrown away looks into it. @throws {GateError} */
export const loadExamined = async (
  session: SpaceSession,
  bytes: Uint8Array,
  covers: readonly Cover[],
  authors: ReturnType<typeof authorsOf>,
): Promise<ArrivedDocument> => {
  await checkDocumentSize(bytes)
  const load = async () => loadArrived(bytes, session.space().resident.handle.getActorId())
  const question = {
    bytes,
    devices: [...authors.devices],
    covers: covers.map(({ device, change }) => ({ device, change })),
    anchors: authors.anchors,
  }
  const [examined, loaded] = await Promise.allSettled([session.examine('arrived', question), load()])
  if (examined.status === 'fulfilled' && loaded.status === 'fulfilled')
    return { bytes, resident: loaded.value, sequences: examined.value }
  if (loaded.status === 'fulfilled') loaded.value.handle.free()
  throw examined.status === 'rejected' ? examined.reason : (loaded as PromiseRejectedResult).reason
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
