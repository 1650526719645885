import type { Resident } from '../space/automerge.ts'
import { pastsIn } from './ancestry/document-ancestry.ts'
import type { Present, Reach } from './gate.ts'
import { referredIn } from './operations/referred.ts'

/**
 * What the gate must know of a document, asked of it.
 * @param resident the document as it is now; it may be another one after a reload
 * @param reachOf how far an actor has come in it, which is kept beside it
 */
export const presentIn = (resident: () => Resident, reachOf: (actor: string) => Reach | undefined): Present => ({
  greatestOperation: (hash) => resident().handle.getChangeMetaByHash(hash)?.maxOp,
  reachOf,
  actorOf: (hash) => resident().handle.getChangeMetaByHash(hash)?.actor,
  pasts: (giveWay) => pastsIn(resident, giveWay),
  ...referredIn(resident),
})
