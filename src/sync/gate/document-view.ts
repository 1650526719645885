import type { Resident } from '../../space/automerge.ts'
import { ancestryIn } from '../ancestry/document-ancestry.ts'
import { referredIn } from '../operations/referred.ts'
import type { ActorClock, DocumentView } from './ports.ts'

/**
 * Answers the gate's questions about a document.
 * @param resident the current document; a reload replaces it
 * @param clockOf returns the stored clock of an actor
 */
export const documentView = (resident: () => Resident, clockOf: (actor: string) => ActorClock | undefined): DocumentView => ({
  greatestOperation: (hash) => resident().handle.getChangeMetaByHash(hash)?.maxOp,
  clockOf,
  actorOf: (hash) => resident().handle.getChangeMetaByHash(hash)?.actor,
  ancestry: (giveWay) => ancestryIn(resident, giveWay),
  ...referredIn(resident),
})
