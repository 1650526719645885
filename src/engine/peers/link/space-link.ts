import { type PeerId, stringifyAutomergeUrl } from '@automerge/automerge-repo/slim'
import type { Cbor } from '../../../bytes/cbor.ts'
import { hexBytes, toHex } from '../../../bytes/encoding.ts'
import type { Link } from '../../../network/adapter/link.ts'
import { decodeWire, encodeWire } from '../../../network/adapter/repo-wire.ts'
import { LinkError } from '../../../network/errors.ts'
import type { ControlChannel } from '../../../people/control-channel.ts'
import type { DeviceId } from '../../../people/device-keys.ts'
import { PeopleError } from '../../../people/errors.ts'
import { epochSecret } from '../../../people/founding.ts'
import { handshake } from '../../../people/handshake.ts'
import { type DocumentSync, documentSync } from '../../../sync/document-sync.ts'
import { GateError } from '../../../sync/errors.ts'
import { messageOf } from '../../api/failure.ts'
import { report } from '../../api/report.ts'
import { type Clock, systemClock, within } from '../../scheduling/clock.ts'
import type { SpaceSession } from '../../spaces/space-session.ts'
import { AttestationExchange } from './attestation-exchange.ts'
import { openControlChannel } from './control-channel.ts'
import { HeldBack } from './held-back.ts'
import { LogExchange } from './log-exchange.ts'
import { changeReceiver, type SyncMessage } from './receive-changes.ts'
import { StalledRounds } from './stalled-rounds.ts'

/** The time limit of the handshake in milliseconds: a peer that opens a link and stays silent must not keep it open. */
const HANDSHAKE_WITHIN = 10_000

/** An authenticated connection to another device that syncs the log and the document of one space. */
export interface SpaceLink {
  readonly device: DeviceId
  readonly link: Link
  /** Whether the peer is known to have exactly the same document. */
  equal(): boolean
  /** Sends new changes and log entries. Call it after the document or the log has changed. */
  announce(): void
  /** Sends a message on the control channel; the peer's `onMessage` receives it. */
  send(message: readonly Cbor[]): Promise<void>
}

export interface SpaceLinkOptions {
  /** Whether this side opened the connection; exactly one did. */
  readonly initiator: boolean
  /** The peer is authenticated and its log was received. */
  onReady(link: SpaceLink): void
  /** A message was processed: `equal` may have changed. */
  onProgress(): void
  /** Receives control messages that are not about the log or the document. */
  onMessage?(message: readonly unknown[]): Promise<void>
  /** Changes of the peer were dropped; reported by default. */
  onDropped?(reason: GateError): void
  readonly clock?: Clock
}

/**
 * Runs a link of a space until it closes.
 * @param channel the control channel of the link when it is open already, after pairing
 * @throws {PeopleError | GateError | LinkError} the reason why it ended
 */
export const runSpaceLink = async (
  link: Link,
  session: SpaceSession,
  options: SpaceLinkOptions,
  channel?: ControlChannel,
): Promise<void> => {
  let rejected: unknown
  try {
    const control = channel ?? (await openControlChannel(link))
    const device = await authenticate(control, session, options)
    const running = new RunningLink(link, session, device, control, options, (error) => {
      rejected = error
    })
    await running.run()
  } catch (error) {
    // When a rejected message closed the link, report the rejection instead of the close.
    const reason = rejected ?? error
    if (!isClosed(reason)) link.close('refused', messageOf(reason))
    throw reason
  }
}

const authenticate = async (
  channel: ControlChannel,
  session: SpaceSession,
  { initiator, clock = systemClock }: SpaceLinkOptions,
): Promise<DeviceId> => {
  const { membership, root, keys } = session
  const { device } = await within(
    clock,
    HANDSHAKE_WITHIN,
    handshake(channel, { space: root, keys, epochSecret: await epochSecret(keys, membership), initiator }),
    () => new PeopleError('too-slow', 'The other device did not complete the handshake within ten seconds.'),
  )
  if (!session.membership.devices.has(device))
    throw new PeopleError('not-allowed', 'The other device is not listed in this space.')
  return device
}

class RunningLink implements SpaceLink {
  readonly device: DeviceId
  readonly link: Link
  readonly #session: SpaceSession
  readonly #channel: ControlChannel
  readonly #options: SpaceLinkOptions
  readonly #rejected: (error: unknown) => void
  readonly #sync: DocumentSync
  readonly #log: LogExchange
  readonly #attestations: AttestationExchange
  readonly #held: HeldBack
  readonly #rounds: StalledRounds
  readonly #receive: (message: SyncMessage) => Promise<Uint8Array | undefined>
  readonly #documentId: string
  /** The peer id that the other repo announced. */
  #target: string
  #ready = false

  /** @param rejected called with the error of a message that closes the link */
  constructor(
    link: Link,
    session: SpaceSession,
    device: DeviceId,
    channel: ControlChannel,
    options: SpaceLinkOptions,
    rejected: (error: unknown) => void,
  ) {
    const { clock = systemClock, onDropped = report } = options
    this.device = device
    this.link = link
    this.#session = session
    this.#channel = channel
    this.#options = options
    this.#rejected = rejected
    this.#target = device
    this.#documentId = stringifyAutomergeUrl(session.membership.document as never).slice('automerge:'.length)
    this.#sync = documentSync(() => session.space().resident)
    this.#log = new LogExchange(session, channel, clock)
    this.#attestations = new AttestationExchange(session)
    this.#held = new HeldBack(clock, `the device ${device.slice(0, 8)}`, onDropped)
    this.#rounds = new StalledRounds(this.#sync, clock, () => this.#sendNext().catch(this.#close))
    this.#receive = changeReceiver({
      session,
      peer: device,
      sync: this.#sync,
      log: this.#log,
      attestations: this.#attestations,
      held: this.#held,
      rounds: this.#rounds,
    })
  }

  /** Exchanges messages until the link closes. */
  async run(): Promise<void> {
    this.link.onState(({ kind }) => {
      if (kind === 'closed') this.#end()
    })
    this.link.onMessage('sync', async (bytes) => {
      try {
        await this.#onRepoMessage(bytes)
      } catch (error) {
        this.#rejected(error)
        throw error
      }
    })
    await this.#log.sendHave()
    for (;;) {
      const message = await this.#channel.receive()
      if (Array.isArray(message)) await this.#onControlMessage(message)
    }
  }

  equal(): boolean {
    return this.#ready && this.#sync.equal()
  }

  announce(): void {
    if (!this.#ready || this.link.state.kind === 'closed') return
    // Entries first: the peer delays messages about the document until it has the entries that they name.
    Promise.all([this.#log.sendNew(), this.#sendNext()]).catch(this.#close)
  }

  send(message: readonly Cbor[]): Promise<void> {
    return this.#channel.send([...message])
  }

  async #onControlMessage(message: readonly unknown[]): Promise<void> {
    const [kind, list] = message
    if (kind === 'have' && Array.isArray(list)) return this.#log.receiveHave(list)
    if (kind === 'log' && Array.isArray(list)) {
      await this.#log.receiveEntries(list)
      if (!this.#ready) await this.#becomeReady()
      return
    }
    await this.#options.onMessage?.(message)
  }

  async #becomeReady(): Promise<void> {
    this.#ready = true
    if (!this.#session.arrived) this.#session.prepareToExamine()
    this.#options.onReady(this)
    await this.#introduce('arrive')
  }

  /** Handles a message of automerge-repo's protocol. */
  async #onRepoMessage(bytes: Uint8Array): Promise<void> {
    const message = decodeWire(bytes) as unknown as Record<string, unknown>
    const { type, senderId, documentId, data, statements, log } = message
    if (type === 'arrive' || type === 'welcome') {
      this.#target = String(senderId)
      if (type === 'arrive') await this.#introduce('welcome')
      // Only the initiator begins: otherwise both sides would send the whole document.
      else if (this.#options.initiator) await this.#sendNext()
    } else if ((type === 'sync' || type === 'request') && documentId === this.#documentId && data instanceof Uint8Array) {
      this.#target = String(senderId)
      const answer = await this.#receive({ data, statements, log })
      this.#options.onProgress()
      if (answer) await this.#sendSync(answer)
      if (this.#held.mustReconnect)
        // Automerge does not resend over the same connection; reconnect to fetch dropped changes.
        this.link.close('left', 'Some changes were dropped because too many were waiting; a new link fetches them.')
    }
  }

  /** Announces the peer id of this device, as automerge-repo requires. */
  #introduce(type: 'arrive' | 'welcome'): Promise<void> {
    return this.link.send('sync', encodeWire({ type, senderId: this.#senderId as PeerId, peerMetadata: {} }))
  }

  get #senderId(): string {
    return toHex(this.#session.keys.sign.publicKey)
  }

  async #sendSync(data: Uint8Array): Promise<void> {
    const message = {
      type: 'sync',
      senderId: this.#senderId,
      targetId: this.#target,
      documentId: this.#documentId,
      data,
      statements: this.#attestations.takeUnsent(),
      log: this.#session.membership.heads.map((hash) => hexBytes(hash)),
    }
    await this.link.send('sync', encodeWire(message as never))
  }

  /** Sends the next sync message, if there is one. */
  async #sendNext(): Promise<void> {
    const message = await this.#session.exclusive(async () => this.#sync.next(this.#held.missing))
    if (message) await this.#sendSync(message)
  }

  readonly #close = (error: unknown): void => {
    if (!isClosed(error)) this.link.close('failed', messageOf(error))
  }

  #end(): void {
    this.#log.end()
    this.#held.end()
    this.#rounds.end()
  }
}

/** Whether the error only reports that the link has closed. */
export const isClosed = (error: unknown): boolean => error instanceof LinkError && error.code === 'closed'

/** Whether the error reports that a message of the other device was rejected. */
export const isRefusal = (error: unknown): boolean => error instanceof GateError || error instanceof PeopleError
