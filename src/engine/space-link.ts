import { type PeerId, stringifyAutomergeUrl } from '@automerge/automerge-repo/slim'
import type { Cbor } from '../bytes/cbor.ts'
import { hexBytes, toHex } from '../bytes/encoding.ts'
import type { Link } from '../network/adapter/link.ts'
import { decodeWire, encodeWire } from '../network/adapter/repo-wire.ts'
import { LinkError } from '../network/errors.ts'
import type { DeviceId } from '../people/device-keys.ts'
import { type Entry, type EntryHash, packEntry, parseEntry } from '../people/entry.ts'
import { PeopleError } from '../people/errors.ts'
import { epochSecret } from '../people/founding.ts'
import { greet } from '../people/hello.ts'
import { DEVICE_LIMIT } from '../people/membership.ts'
import { packStatement, type Statement, unpackStatement, verifyStatement } from '../people/statement.ts'
import type { Talk } from '../people/talk.ts'
import type { Chunk } from '../sync/chunk.ts'
import { documentSync, rewriteChange, loadArrived, typeOfObject, unpackDocument, wroteTo } from '../sync/document-sync.ts'
import { checkChanges } from '../sync/gate.ts'
import { authorsOf } from './authors.ts'
import type { SpaceSession } from './space-session.ts'
import { talkOver } from './talk-over.ts'

/** Bytes that may be held for a neighbour while what they build on is not here. */
const HELD_LIMIT = 64 * 1024 * 1024

/** A connection to one other device in one space, both sides proven, log and document kept equal. */
export interface SpaceLink {
  readonly device: DeviceId
  readonly link: Link
  /** Whether the neighbour is known to have exactly what is here. */
  equal(): boolean
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
}

/**
 * Runs a link of a space until it closes.
 * @param talk when something was said on the link before
 * @throws {PeopleError | GateError | LinkError} the reason why it ended
 */
export const runSpaceLink = async (link: Link, session: SpaceSession, options: SpaceLinkOptions, talk?: Talk): Promise<void> => {
  let refused: unknown
  try {
    await run(link, session, options, talk ?? (await talkOver(link)), (error) => {
      refused = error
    })
  } catch (error) {
    // A message that was refused closed the link; that is the reason, not the closing.
    const reason = refused ?? error
    if (!isClosed(reason)) link.close('refused', reason instanceof Error ? reason.message : String(reason))
    throw reason
  }
}

const run = async (
  link: Link,
  session: SpaceSession,
  options: SpaceLinkOptions,
  talk: Talk,
  refuse: (error: unknown) => void,
): Promise<void> => {
  const { membership, root } = session
  const { device } = await greet(talk, {
    space: root,
    keys: session.keys,
    epochSecret: await epochSecret(session.keys, membership.epoch),
    began: options.began,
  })
  if (!session.membership.devices.has(device))
    throw new PeopleError('not-allowed', 'The other device is not listed in this space.')

  const own = toHex(session.keys.sign.publicKey)
  const documentId = stringifyAutomergeUrl(session.membership.document as never).slice('automerge:'.length)
  const sync = documentSync(() => session.space().resident)
  const authors = authorsOf(session)
  const told = new Map<string, string>()
  /** The newest that the neighbour said for each device; its change may come later than it. */
  const said = new Map<string, Statement>()
  const toldEntries = new Set<EntryHash>()
  let target: string = device
  let held: readonly Chunk[] = []
  let missing: readonly string[] = []
  let level = false
  let asked = false

  /** Statements that the neighbour has not been sent. */
  const freshStatements = (): Uint8Array[] =>
    [...session.statements.values()].flatMap((statement) => {
      if (told.get(statement.device) === statement.change) return []
      told.set(statement.device, statement.change)
      return [packStatement(statement)]
    })

  const post = async (data: Uint8Array): Promise<void> => {
    const message = { type: 'sync', senderId: own, targetId: target, documentId, data, statements: freshStatements() }
    await link.send('sync', encodeWire(message as never))
  }

  /** Says what there is to say about the document. */
  const speak = async (): Promise<void> => {
    const message = await session.exclusive(async () => sync.next(missing))
    if (message) await post(message)
  }

  const introduceAs = (type: 'arrive' | 'welcome') =>
    link.send('sync', encodeWire({ type, senderId: own as PeerId, peerMetadata: {} }))

  const takeSync = async (data: Uint8Array, packed: unknown): Promise<void> => {
    const [fresh, arrived] = await Promise.all([readStatements(session, packed), sync.open(data)])
    for (const statement of fresh) said.set(statement.device, statement)
    const statements = [...said.values()]
    const [document] = arrived.chunks
    const whole =
      held.length === 0 && arrived.chunks.length === 1 && document?.kind === 'document'
        ? { bytes: document.bytes, ...(await loadArrived(document.bytes, session.space().resident.handle.getActorId())) }
        : undefined
    let kept = false
    try {
      const chunks = whole ? whole.chunks : [...held]
      if (!whole) {
        for (const chunk of arrived.chunks)
          chunks.push(...(chunk.kind === 'document' ? await unpackDocument(chunk.bytes) : [chunk]))
      }
      const covers = [...session.statements.values(), ...statements]
      await authors.refresh()
      const reply = await session.exclusive(async (receive) => {
        const present = presentOf(session)
        let checked = await checkChanges(chunks, covers, authors, present, whole ? undefined : rewriteChange)
        // Changes of a document that does not count whole are taken in one by one, and looked at one by one.
        if (whole && checked.held.length > 0) checked = await checkChanges(chunks, covers, authors, present, rewriteChange)
        held = checked.held
        missing = checked.missing
        if (held.reduce((sum, chunk) => sum + (chunk.kind === 'change' ? chunk.body : chunk.bytes).length, 0) > HELD_LIMIT) {
          throw new PeopleError('too-large', 'The other device sends more changes than it can account for.')
        }
        // A document that came whole and counts whole is taken in as it is, which is much faster than change by change.
        const asItIs = whole && held.length === 0 && checked.ready.length > 0 ? whole : undefined
        kept = asItIs !== undefined && !session.arrived
        const ready = asItIs ? [asItIs.bytes] : checked.ready
        await receive(ready, statements, checked.sequences, kept ? asItIs?.resident : undefined)
        sync.received(arrived.emptied)
        return sync.next(missing)
      })
      options.progressed()
      if (reply) await post(reply)
    } finally {
      if (!kept) whole?.resident.handle.free()
    }
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
      await takeSync(message.data, message.statements)
    }
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
    await talk.send(['log', entries.map(({ bytes, signature }) => packEntry(bytes, signature))])
  }

  const spaceLink: SpaceLink = {
    device,
    link,
    equal: () => level && sync.equal(),
    announce() {
      if (!level || link.state.kind === 'closed') return
      const fresh = [...session.log.values()].filter(({ hash }) => !toldEntries.has(hash))
      Promise.all([fresh.length > 0 ? sendEntries(fresh) : undefined, speak()]).catch((error: unknown) => {
        if (!isClosed(error)) link.close('failed', error instanceof Error ? error.message : String(error))
      })
    },
    tell: (message) => talk.send([...message]),
  }

  await talk.send(['have', [...session.log.keys()].map((hash) => hexBytes(hash))])
  for (;;) {
    const message = await talk.receive()
    const [kind, list] = Array.isArray(message) ? message : []
    if (kind === 'have' && Array.isArray(list)) {
      if (asked) throw new PeopleError('malformed', 'The other device asked for the log twice.')
      asked = true
      const theirs = new Set(list.map((hash) => toHex(hash as Uint8Array)))
      for (const hash of theirs) toldEntries.add(hash as EntryHash)
      await sendEntries([...session.log.values()].filter(({ hash }) => !theirs.has(hash)))
    } else if (kind === 'log' && Array.isArray(list)) {
      const entries = await Promise.all(list.map((packed) => parseEntry(packed as Uint8Array)))
      for (const { hash } of entries) toldEntries.add(hash)
      await session.addEntries(entries)
      if (level) continue
      level = true
      options.ready(spaceLink)
      await introduceAs('arrive')
    } else if (Array.isArray(message) && options.told) await options.told(message)
  }
}

const presentOf = (session: SpaceSession) => ({
  greatestOperation: (hash: string) => session.space().resident.handle.getChangeMetaByHash(hash)?.maxOp,
  sequenceOf: (actor: string) => session.sequences.get(actor) ?? 0,
  typeOf: (object: string) => typeOfObject(session.space().resident, object),
  wrote: (operation: string, object: string, key: string) => wroteTo(session.space().resident, operation, object, key),
})

/** @throws {PeopleError} `bad-signature` */
const readStatements = async (session: SpaceSession, packed: unknown): Promise<Statement[]> => {
  if (!Array.isArray(packed)) return []
  if (packed.length > DEVICE_LIMIT) {
    throw new PeopleError('too-large', `A message holds a statement for each device at most, got ${packed.length}.`)
  }
  const statements: Statement[] = []
  for (const each of packed) {
    const statement = each instanceof Uint8Array ? unpackStatement(each) : undefined
    if (!statement || !session.membership.devices.has(statement.device)) continue
    if (session.statements.get(statement.device)?.change === statement.change) continue
    if (!(await verifyStatement(session.root, session.membership.document, statement))) {
      throw new PeopleError('bad-signature', `A statement that names the device ${statement.device.slice(0, 8)} is not by it.`)
    }
    statements.push(statement)
  }
  return statements
}

/** Whether an error only says that the link has ended. */
export const isClosed = (error: unknown): boolean => error instanceof LinkError && error.code === 'closed'
