import { type PeerId, stringifyAutomergeUrl } from '@automerge/automerge-repo/slim'
import type { Cbor } from '../../../bytes/cbor.ts'
import { hexBytes, toHex } from '../../../bytes/encoding.ts'
import type { Link } from '../../../network/adapter/link.ts'
import { decodeWire, encodeWire } from '../../../network/adapter/repo-wire.ts'
import { LinkError } from '../../../network/errors.ts'
import { packStatement, type Statement, statementId, unpackStatement, verifyStatement } from '../../../people/attestation.ts'
import type { ControlChannel } from '../../../people/control-channel.ts'
import type { DeviceId } from '../../../people/device-keys.ts'
import { type Entry, type EntryHash, PREVIOUS_LIMIT, packEntry, parseLog } from '../../../people/entry.ts'
import { PeopleError } from '../../../people/errors.ts'
import { epochSecret } from '../../../people/founding.ts'
import { handshake } from '../../../people/handshake.ts'
import { DEVICE_LIMIT } from '../../../people/membership.ts'
import type { Resident } from '../../../space/automerge.ts'
import type { Space } from '../../../space/space.ts'
import { chunksOf, documentSync, rewriteChange } from '../../../sync/document-sync.ts'
import { GateError } from '../../../sync/errors.ts'
import { checkChanges } from '../../../sync/gate.ts'
import { heldChanges } from '../../../sync/held-changes.ts'
import { presentIn } from '../../../sync/present-in.ts'
import { messageOf } from '../../api/failure.ts'
import { report } from '../../api/report.ts'
import { type Clock, systemClock, within } from '../../scheduling/clock.ts'
import type { Receive } from '../../spaces/apply-remote-changes.ts'
import { changesIn, loadExamined } from '../../spaces/received-document.ts'
import type { SpaceSession } from '../../spaces/space-session.ts'
import { authorsOf } from '../authors.ts'
import { awaitedEntries } from './awaited-entries.ts'
import { openControlChannel } from './control-channel.ts'

/** Milliseconds that the hello may take: whoever opens a link and says nothing must not hold it. */
const HELLO_WITHIN = 10_000

/** Rounds that brought nobody further, after which a neighbour is left alone for a while: both would channel for ever. */
const FUTILE_ROUNDS = 5
const LEFT_ALONE = 60_000

/**
 * Statements in one message, and those that wait for their changes. A device has one, and one more for each time that its storage
 * was rolled back. More than these go with the next message.
 */
const STATEMENTS_LIMIT = 64 * DEVICE_LIMIT

/** A connection to one other device in one space, both sides proven, log and document kept equal. */
export interface SpaceLink {
  readonly device: DeviceId
  readonly link: Link
  /** Whether the neighbour is known to have exactly what is here. */
  equal(): boolean
  /** Something is being written here: what is to be said of it is prepared meanwhile, and said by `announce` once it is on disk. */
  prepare(): void
  /** The document or the log changed here: tells the neighbour. */
  announce(): void
  /** Says something of one's own on the control channel; the other side's `told` gets it. */
  tell(message: readonly Cbor[]): Promise<void>
}

export interface SpaceLinkOptions {
  readonly began: boolean
  /** The link is proven and both logs are the same. */
  ready(link: SpaceLink): void
  /** Whether what the neighbour has may have changed. */
  progressed(): void
  /** A message that only this kind of link knows. */
  told?(message: readonly unknown[]): Promise<void>
  /** Changes of the neighbour were dropped, with the reason; reported when left out. */
  dropped?(reason: GateError): void
  readonly clock?: Clock
}

/**
 * Runs a link of a space until it closes.
 * @param channel when something was said on the link before
 * @throws {PeopleError | GateError | LinkError} the reason why it ended
 */
export const runSpaceLink = async (
  link: Link,
  session: SpaceSession,
  options: SpaceLinkOptions,
  channel?: ControlChannel,
): Promise<void> => {
  let refused: unknown
  try {
    await run(link, session, options, channel ?? (await openControlChannel(link)), (error) => {
      refused = error
    })
  } catch (error) {
    // A message that was refused closed the link; that is the reason, not the closing.
    const reason = refused ?? error
    if (!isClosed(reason)) link.close('refused', messageOf(reason))
    throw reason
  }
}

const run = async (
  link: Link,
  session: SpaceSession,
  options: SpaceLinkOptions,
  channel: ControlChannel,
  refuse: (error: unknown) => void,
): Promise<void> => {
  const { membership, root } = session
  const { clock = systemClock, dropped = report } = options
  const hello = handshake(channel, {
    space: root,
    keys: session.keys,
    epochSecret: await epochSecret(session.keys, membership),
    began: options.began,
  })
  const { device } = await within(
    clock,
    HELLO_WITHIN,
    hello,
    () => new PeopleError('too-slow', 'The other device did not prove within ten seconds who it is.'),
  )
  if (!session.membership.devices.has(device))
    throw new PeopleError('not-allowed', 'The other device is not listed in this space.')

  const own = toHex(session.keys.sign.publicKey)
  const documentId = stringifyAutomergeUrl(session.membership.document as never).slice('automerge:'.length)
  const sync = documentSync(() => session.space().resident)
  const authors = authorsOf(session)
  /** Ids of the kept statements that the neighbour was sent. */
  let sentStatements: ReadonlySet<string> = new Set()
  /** What the neighbour sent whose change is not here yet, by id. */
  let early: ReadonlyMap<string, Statement> = new Map()
  const toldEntries = new Set<EntryHash>()
  let target: string = device
  /** Entries that came over this link, those without effect included. */
  const taken = new Set<string>()
  const log = awaitedEntries((entry) => session.log.has(entry as EntryHash) || taken.has(entry), clock)
  const held = heldChanges(clock.now)
  let expiry: (() => void) | undefined
  let alone: (() => void) | undefined
  let standing = ''
  let futile = 0
  let missing: readonly string[] = []
  let level = false
  let asked = false
  /** What is said once it is on disk; of a document that was read again, since that failed, it is never said. */
  let prepared: { readonly of: Space; readonly message: Uint8Array | undefined } | undefined

  /** Statements that the neighbour has not been sent. */
  const freshStatements = (): Uint8Array[] => {
    const kept = session.statements
    const fresh = [...kept].filter(([id]) => !sentStatements.has(id)).slice(0, STATEMENTS_LIMIT)
    sentStatements = new Set([...[...sentStatements].filter((id) => kept.has(id)), ...fresh.map(([id]) => id)])
    return fresh.map(([, statement]) => packStatement(statement))
  }

  const post = async (data: Uint8Array): Promise<void> => {
    const heads = session.membership.heads.map((hash) => hexBytes(hash))
    const message = { type: 'sync', senderId: own, targetId: target, documentId, data, statements: freshStatements(), log: heads }
    await link.send('sync', encodeWire(message as never))
  }

  /** Says what there is to say about the document. */
  const speak = async (): Promise<void> => {
    const message = await session.exclusive(async () => sync.next(missing))
    if (message) await post(message)
  }

  /** Says what was prepared while it was being written. */
  const speakPrepared = async (): Promise<void> => {
    const ready = prepared
    prepared = undefined
    if (ready?.of !== session.space()) return speak()
    if (ready.message) await post(ready.message)
  }

  const introduceAs = (type: 'arrive' | 'welcome') =>
    link.send('sync', encodeWire({ type, senderId: own as PeerId, peerMetadata: {} }))

  const takeSync = async (data: Uint8Array, packed: unknown, heads: unknown): Promise<void> => {
    await log.arrived(readHeads(heads))
    const fresh = readStatements(session, packed)
    // Signatures are looked at elsewhere, so meanwhile the changes are; nothing is taken in before both have held.
    const verified = verifyStatements(session, fresh)
    verified.catch(() => undefined)
    const arrived = await sync.open(data)
    const statements = [...new Map([...early.values(), ...fresh].map((each) => [statementId(each), each])).values()]
    const covers = [...session.statements.values(), ...statements]
    await authors.refresh()
    const [document] = arrived.chunks
    const alone = held.changes.length === 0 && arrived.chunks.length === 1
    if (alone && document?.kind === 'document') await verified
    const whole =
      alone && document?.kind === 'document' ? await loadExamined(session, document.bytes, covers, authors) : undefined
    let kept = false
    try {
      const single = whole ? [] : await changesIn(session, arrived.chunks)
      const reply = await session.exclusive(async (receive, giveWay) => {
        const takeIn: Receive = async (received) => {
          await verified
          await receive(received)
          const { handle } = session.space().resident
          const waiting = statements.filter(({ change }) => !handle.getChangeMetaByHash(change)).slice(-STATEMENTS_LIMIT)
          early = new Map(waiting.map((statement) => [statementId(statement), statement]))
        }
        if (whole?.reaches && holdsAll(whole.resident, session)) {
          // It counts whole, and is taken in as it is, which is much faster than change by change.
          kept = true
          missing = []
          await takeIn({
            from: device,
            changes: [whole.bytes],
            statements,
            reaches: whole.reaches,
            loaded: whole.resident,
          })
        } else {
          const chunks = [...held.changes, ...(whole ? await chunksOf(whole.resident) : single)]
          const present = presentIn(
            () => session.space().resident,
            (actor) => session.reaches.get(actor),
          )
          const checked = await checkChanges(chunks, covers, authors, present, rewriteChange, giveWay)
          await takeIn({ from: device, changes: checked.ready, statements, reaches: checked.reaches })
          missing = checked.missing
          hold(checked.held)
        }
        sync.received(arrived.emptied)
        return talkOn() ? sync.next(missing) : undefined
      })
      options.progressed()
      if (reply) await post(reply)
      // What found no room was sent once, and Automerge sends nothing twice to one that it knows.
      if (held.lost && held.changes.length === 0)
        link.close('left', 'Some changes found no room while others were waited for. They are asked for over a new link.')
    } finally {
      if (!kept) whole?.resident.handle.free()
    }
  }

  const hold = (changes: Parameters<typeof held.keep>[0]) => {
    const count = held.keep(changes).length
    if (count > 0)
      dropped(new GateError('too-large', `${count} changes of ${nameOf(device)} found no room among those that wait.`))
    expiry?.()
    expiry = undefined
    if (held.until !== undefined) expiry = clock.after(held.until - clock.now(), expire)
  }

  const expire = () => {
    const late = held.expire()
    expiry = held.until === undefined ? undefined : clock.after(held.until - clock.now(), expire)
    if (late.length === 0) return
    missing = []
    const what = late.map(({ hash }) => hash.slice(0, 8)).join(', ')
    dropped(
      new GateError(
        'uncovered',
        `Changes of ${nameOf(device)} were dropped: what they build on, or who stands for them, did not come in a minute (${what}).`,
      ),
    )
  }

  /** Whether to answer; a neighbour with whom nothing changes any more is spoken to again after a while. */
  const talkOn = (): boolean => {
    const now = sync.standing()
    futile = now === standing && !sync.equal() ? futile + 1 : 0
    standing = now
    if (futile < FUTILE_ROUNDS) return true
    alone ??= clock.after(LEFT_ALONE, () => {
      alone = undefined
      futile = 0
      speak().catch(closeOn)
    })
    return false
  }

  const take = async (bytes: Uint8Array): Promise<void> => {
    const message = decodeWire(bytes) as unknown as Record<string, unknown>
    if (message.type === 'arrive' || message.type === 'welcome') {
      // A plain automerge-repo at the other end wants to know whom it speaks to, and goes by a name of its own.
      target = String(message.senderId)
      if (message.type === 'arrive') await introduceAs('welcome')
      // One side begins: two that both did sent the whole document twice.
      else if (options.began) await speak()
    } else if (
      (message.type === 'sync' || message.type === 'request') &&
      message.documentId === documentId &&
      message.data instanceof Uint8Array
    ) {
      target = String(message.senderId)
      await takeSync(message.data, message.statements, message.log)
    }
  }

  link.onState(({ kind }) => {
    if (kind !== 'closed') return
    log.end()
    expiry?.()
    alone?.()
  })

  const closeOn = (error: unknown) => {
    if (!isClosed(error)) link.close('failed', messageOf(error))
  }

  link.onMessage('sync', async (bytes) => {
    try {
      await take(bytes)
    } catch (error) {
      refuse(error)
      throw error
    }
  })

  const sendEntries = async (entries: readonly Entry[]): Promise<void> => {
    for (const { hash } of entries) toldEntries.add(hash)
    await channel.send(['log', entries.map(({ bytes, signature }) => packEntry(bytes, signature))])
  }

  const spaceLink: SpaceLink = {
    device,
    link,
    equal: () => level && sync.equal(),
    prepare() {
      if (!level || link.state.kind === 'closed') return
      try {
        prepared = { of: session.space(), message: sync.next(missing) }
      } catch (error) {
        // What cannot be said to one neighbour is no reason not to write.
        closeOn(error)
      }
    },
    announce() {
      if (!level || link.state.kind === 'closed') return
      log.look()
      const fresh = [...session.log.values()].filter(({ hash }) => !toldEntries.has(hash))
      // Entries first: what is said of the document waits there until they have come.
      Promise.all([fresh.length > 0 ? sendEntries(fresh) : undefined, speakPrepared()]).catch(closeOn)
    },
    tell: (message) => channel.send([...message]),
  }

  await channel.send(['have', [...session.log.keys()].map((hash) => hexBytes(hash))])
  for (;;) {
    const message = await channel.receive()
    const [kind, list] = Array.isArray(message) ? message : []
    if (kind === 'have' && Array.isArray(list)) {
      if (asked) throw new PeopleError('malformed', 'The other device asked for the log twice.')
      asked = true
      const theirs = new Set(list.map((hash) => toHex(hash as Uint8Array)))
      for (const hash of theirs) toldEntries.add(hash as EntryHash)
      await sendEntries([...session.log.values()].filter(({ hash }) => !theirs.has(hash)))
    } else if (kind === 'log' && Array.isArray(list)) {
      const entries = await parseLog(list)
      for (const { hash } of entries) toldEntries.add(hash)
      await session.addEntries(entries)
      for (const { hash } of entries) taken.add(hash)
      log.look()
      if (level) continue
      level = true
      if (!session.arrived) session.prepareToExamine()
      options.ready(spaceLink)
      await introduceAs('arrive')
    } else if (Array.isArray(message) && options.told) await options.told(message)
  }
}

const nameOf = (device: DeviceId): string => `the device ${device.slice(0, 8)}`

/** @throws {PeopleError} `malformed` */
const readHeads = (heads: unknown): string[] => {
  // A plain automerge-repo knows of no log.
  if (heads === undefined) return []
  if (!Array.isArray(heads) || heads.length > PREVIOUS_LIMIT || !heads.every((each) => each instanceof Uint8Array))
    throw new PeopleError('malformed', 'The other device sent something else where heads of the log were expected.')
  return heads.map((each) => toHex(each))
}

/** Statements that say something new, not verified yet. @throws {PeopleError} `too-large` */
const readStatements = (session: SpaceSession, packed: unknown): Statement[] => {
  if (!Array.isArray(packed)) return []
  if (packed.length > STATEMENTS_LIMIT)
    throw new PeopleError('too-large', `A message holds at most ${STATEMENTS_LIMIT} statements, got ${packed.length}.`)
  return packed.flatMap((each) => {
    const statement = each instanceof Uint8Array ? unpackStatement(each) : undefined
    if (!statement || !session.membership.devices.has(statement.device)) return []
    return session.statements.has(statementId(statement)) ? [] : [statement]
  })
}

/** @throws {PeopleError} `bad-signature` */
const verifyStatements = async (session: SpaceSession, statements: readonly Statement[]): Promise<void> => {
  for (const statement of statements) {
    if (await verifyStatement(session.root, session.membership.document, statement)) continue
    throw new PeopleError('bad-signature', `A statement that names the device ${statement.device.slice(0, 8)} is not by it.`)
  }
}

/** Whether an error only says that the link has ended. */
export const isClosed = (error: unknown): boolean => error instanceof LinkError && error.code === 'closed'

/** Whether an error says that what the other device sent cannot be taken in. */
export const isRefusal = (error: unknown): boolean => error instanceof GateError || error instanceof PeopleError

/** Changes of our own that are added to a whole document that came; with more, its changes are taken in one by one. */
const ADDED = 500

/** Whether a document that came has all that ours has, or gets it: what was written here since the neighbour heard of us is added. */
const holdsAll = ({ handle }: Resident, session: SpaceSession): boolean => {
  if (!session.arrived) return true
  const own = session.space().resident.handle
  const known = own.getHeads().filter((head) => handle.getChangeMetaByHash(head))
  if (known.length === own.getHeads().length) return true
  const common = handle.getHeads().filter((head) => own.getChangeMetaByHash(head))
  const added = own.getChangesMeta([...known, ...common]).filter(({ hash }) => !handle.getChangeMetaByHash(hash))
  if (added.length > ADDED) return false
  for (const { hash } of added) {
    const change = own.getChangeByHash(hash)
    if (change) handle.loadIncremental(change)
  }
  return own.getHeads().every((head) => handle.getChangeMetaByHash(head))
}
