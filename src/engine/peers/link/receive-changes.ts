import { toHex } from '../../../bytes/encoding.ts'
import type { DeviceId } from '../../../people/device-keys.ts'
import { PREVIOUS_LIMIT } from '../../../people/entry.ts'
import { PeopleError } from '../../../people/errors.ts'
import type { Resident } from '../../../space/automerge.ts'
import type { Chunk } from '../../../sync/chunks/chunk.ts'
import { chunksOf, type DocumentSync, rewriteChange } from '../../../sync/document-sync.ts'
import { documentView } from '../../../sync/gate/document-view.ts'
import { checkChanges } from '../../../sync/gate/gate.ts'
import type { RemoteChanges } from '../../spaces/apply-remote-changes.ts'
import { changesIn, loadExamined } from '../../spaces/received-document.ts'
import type { SpaceSession } from '../../spaces/space-session.ts'
import { authorsOf } from '../authors.ts'
import type { AttestationExchange } from './attestation-exchange.ts'
import type { HeldBack } from './held-back.ts'
import type { LogExchange } from './log-exchange.ts'
import type { StalledRounds } from './stalled-rounds.ts'

/** A sync message of the peer, not validated. */
export interface SyncMessage {
  readonly data: Uint8Array
  readonly statements: unknown
  /** Heads of the sender's log. */
  readonly log: unknown
}

export interface ReceiveDeps {
  readonly session: SpaceSession
  readonly peer: DeviceId
  readonly sync: DocumentSync
  readonly log: LogExchange
  readonly attestations: AttestationExchange
  readonly held: HeldBack
  readonly rounds: StalledRounds
}

/**
 * Validates the changes in sync messages of one peer and applies them to the document.
 * @returns a function that processes one message. It resolves when the changes are on disk, with the answer if there is one
 * @throws {GateError | PeopleError} when the message is not one that an honest device sends
 */
export const changeReceiver = ({
  session,
  peer,
  sync,
  log,
  attestations,
  held,
  rounds,
}: ReceiveDeps): ((message: SyncMessage) => Promise<Uint8Array | undefined>) => {
  const authors = authorsOf(session)
  const present = () =>
    documentView(
      () => session.space().resident,
      (actor) => session.actorClocks.get(actor),
    )

  return async ({ data, statements, log: heads }) => {
    await log.waitFor(parseHeads(heads))
    const fresh = attestations.parse(statements)
    // Signatures are verified while the changes are parsed; both must succeed before anything is applied.
    const verified = attestations.verify(fresh)
    verified.catch(() => undefined)
    const { chunks, emptied } = await sync.open(data)
    const available = attestations.withPending(fresh)
    const all = [...session.statements.values(), ...available]
    await authors.refresh()

    const document = held.changes.length === 0 ? onlyDocument(chunks) : undefined
    // Reject forged attestations before examining a document, which is expensive.
    if (document) await verified
    const whole = document && (await loadExamined(session, document, all, authors))
    let adopted = false
    try {
      const changes = whole ? [] : await changesIn(session, chunks)
      return await session.exclusive(async (receive, giveWay) => {
        const apply = async (validated: Pick<RemoteChanges, 'changes' | 'actorClocks' | 'loaded'>) => {
          await verified
          await receive({ from: peer, statements: available, ...validated })
          attestations.keepPending(available)
        }
        if (whole?.actorClocks && containsOwn(whole.resident, session)) {
          // Replacing the document is much faster than applying its changes one by one.
          adopted = true
          held.missing = []
          await apply({ changes: [whole.bytes], actorClocks: whole.actorClocks, loaded: whole.resident })
        } else {
          const batch = [...held.changes, ...(whole ? await chunksOf(whole.resident) : changes)]
          const checked = await checkChanges(batch, all, authors, present(), rewriteChange, giveWay)
          await apply({ changes: checked.ready, actorClocks: checked.actorClocks })
          held.replace(checked.held, checked.missing)
        }
        sync.received(emptied)
        return rounds.shouldAnswer() ? sync.next(held.missing) : undefined
      })
    } finally {
      if (!adopted) whole?.resident.handle.free()
    }
  }
}

const onlyDocument = ([chunk, another]: readonly Chunk[]): Uint8Array | undefined =>
  chunk?.kind === 'document' && !another ? chunk.bytes : undefined

/** @throws {PeopleError} `malformed` */
const parseHeads = (heads: unknown): string[] => {
  // A plain automerge-repo has no log.
  if (heads === undefined) return []
  if (!Array.isArray(heads) || heads.length > PREVIOUS_LIMIT || !heads.every((each) => each instanceof Uint8Array))
    throw new PeopleError('malformed', 'The other device sent something else where heads of the log were expected.')
  return heads.map((each) => toHex(each))
}

/** The maximum number of own changes to add to a received document. With more, the received changes are applied one by one. */
const ADDED_LIMIT = 500

/** Adds local changes that a received document lacks. @returns whether it then contains all local changes */
const containsOwn = ({ handle }: Resident, session: SpaceSession): boolean => {
  if (!session.arrived) return true
  const own = session.space().resident.handle
  const known = own.getHeads().filter((head) => handle.getChangeMetaByHash(head))
  if (known.length === own.getHeads().length) return true
  const common = handle.getHeads().filter((head) => own.getChangeMetaByHash(head))
  const added = own.getChangesMeta([...known, ...common]).filter(({ hash }) => !handle.getChangeMetaByHash(hash))
  if (added.length > ADDED_LIMIT) return false
  for (const { hash } of added) {
    const change = own.getChangeByHash(hash)
    if (change) handle.loadIncremental(change)
  }
  return own.getHeads().every((head) => handle.getChangeMetaByHash(head))
}
