import { packStatement, type Statement, statementId, unpackStatement, verifyStatement } from '../../../people/attestation.ts'
import { PeopleError } from '../../../people/errors.ts'
import { DEVICE_LIMIT } from '../../../people/membership.ts'
import type { SpaceSession } from '../../spaces/space-session.ts'

/**
 * The maximum number of attestations in one message, and of pending ones. A device has one, and one more for each rollback of its
 * storage. Attestations above the limit are sent with the next message.
 */
const ATTESTATION_LIMIT = 64 * DEVICE_LIMIT

/** Attestations sent to and received from one peer. */
export class AttestationExchange {
  readonly #session: SpaceSession
  /** Ids of the session's attestations that the peer was sent. */
  #sent: ReadonlySet<string> = new Set()
  /** Received attestations whose changes have not arrived. */
  #pending: readonly Statement[] = []

  constructor(session: SpaceSession) {
    this.#session = session
  }

  /** Packs the attestations that were not sent to the peer yet, and marks them as sent. */
  takeUnsent(): Uint8Array[] {
    const current = this.#session.statements
    const unsent = [...current].filter(([id]) => !this.#sent.has(id)).slice(0, ATTESTATION_LIMIT)
    this.#sent = new Set([...[...this.#sent].filter((id) => current.has(id)), ...unsent.map(([id]) => id)])
    return unsent.map(([, attestation]) => packStatement(attestation))
  }

  /** Parses the new attestations of listed devices in a message, without verifying them. @throws {PeopleError} `too-large` */
  parse(packed: unknown): Statement[] {
    if (!Array.isArray(packed)) return []
    if (packed.length > ATTESTATION_LIMIT)
      throw new PeopleError('too-large', `A message may have ${ATTESTATION_LIMIT} attestations, got ${packed.length}.`)
    return packed.flatMap((each) => {
      const attestation = each instanceof Uint8Array ? unpackStatement(each) : undefined
      if (!attestation || !this.#session.membership.devices.has(attestation.device)) return []
      return this.#session.statements.has(statementId(attestation)) ? [] : [attestation]
    })
  }

  /** @throws {PeopleError} `bad-signature` */
  async verify(attestations: readonly Statement[]): Promise<void> {
    const { root, membership } = this.#session
    for (const attestation of attestations) {
      if (await verifyStatement(root, membership.document, attestation)) continue
      throw new PeopleError(
        'bad-signature',
        `An attestation that names the device ${attestation.device.slice(0, 8)} is not signed by it.`,
      )
    }
  }

  /** The pending attestations and these, without duplicates. */
  withPending(fresh: readonly Statement[]): Statement[] {
    return [...new Map([...this.#pending, ...fresh].map((each) => [statementId(each), each])).values()]
  }

  /** Keeps those of these attestations whose changes have not arrived for the next message. */
  keepPending(attestations: readonly Statement[]): void {
    const { handle } = this.#session.space().resident
    this.#pending = attestations.filter(({ change }) => !handle.getChangeMetaByHash(change)).slice(-ATTESTATION_LIMIT)
  }
}
