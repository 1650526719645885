import type { ChangeMetadata, Resident } from '../../space/automerge.ts'
import { CHANGE_LIMIT, type Chunk, readChunks } from '../../sync/chunks/chunk.ts'
import { readDocument } from '../../sync/chunks/document-head.ts'
import { loadArrived } from '../../sync/document-sync.ts'
import { checkLoaded } from '../../sync/gate/gate.ts'
import type { ActorClock, VerifiedAttestation } from '../../sync/gate/ports.ts'
import type { Fit } from '../../sync/operations/document-operations.ts'
import type { authorsOf } from '../peers/authors.ts'
import { turn } from '../scheduling/turn.ts'
import type { SpaceSession } from './space-session.ts'

/** A whole document from another device, for a space that has no content here. */
export interface ArrivedDocument {
  readonly bytes: Uint8Array
  /** The caller keeps or frees it. */
  readonly resident: Resident
  /** The clock of each actor when all changes are valid; undefined when the changes must be validated one by one. */
  readonly actorClocks: ReadonlyMap<string, ActorClock> | undefined
}

/** Loads a document while a disposable worker validates it. @throws {GateError} */
export const loadExamined = async (
  session: SpaceSession,
  bytes: Uint8Array,
  attestations: readonly VerifiedAttestation[],
  authors: ReturnType<typeof authorsOf>,
): Promise<ArrivedDocument> => {
  const columns = await readDocument(bytes)
  const load = async () => loadArrived(bytes, session.space().resident.handle.getActorId())
  const [fit, loaded] = await Promise.allSettled([session.examine('operations', { columns }), load()])
  if (loaded.status === 'rejected') throw loaded.reason
  const resident = loaded.value
  try {
    if (fit.status === 'rejected') throw fit.reason
    if (fit.value) {
      const changes = resident.handle.getChangesMeta([])
      const small = await areSmall(resident, changes, fit.value)
      return { bytes, resident, actorClocks: small ? await checkLoaded(changes, attestations, authors, turn) : undefined }
    }
    await session.examine('arrived', {
      bytes,
      devices: [...authors.devices],
      attestations: attestations.map(({ device, change }) => ({ device, change })),
      migrations: authors.knownMigrations,
    })
    // The order of its operations is not the canonical one, so the document could show different content than its changes.
    return { bytes, resident, actorClocks: undefined }
  } catch (error) {
    resident.handle.free()
    throw error
  }
}

/** Whether every change is within the size that other devices accept. */
const areSmall = async ({ handle }: Resident, changes: readonly ChangeMetadata[], { large }: Fit): Promise<boolean> => {
  const names = new Set(large.map(({ actor, sequence }) => `${sequence}@${actor}`))
  for (const { hash, actor, seq } of changes) {
    if (!names.has(`${seq}@${actor}`)) continue
    if ((handle.getChangeByHash(hash)?.length ?? Number.POSITIVE_INFINITY) > CHANGE_LIMIT) return false
    await turn()
  }
  return true
}

/** The changes in received chunks. A disposable worker extracts them from whole documents. @throws {GateError} */
export const changesIn = async (session: SpaceSession, chunks: readonly Chunk[]): Promise<Chunk[]> => {
  const changes: Chunk[] = []
  for (const chunk of chunks) {
    if (chunk.kind === 'change') changes.push(chunk)
    else changes.push(...(await readChunks(await session.examine('changes', { bytes: chunk.bytes }))))
  }
  return changes
}
