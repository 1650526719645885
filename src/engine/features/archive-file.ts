import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { hexBytes, toHex } from '../../bytes/encoding.ts'
import { packStatement, type Statement, unpackStatement, verifyStatement } from '../../people/attestation.ts'
import { actorStem } from '../../people/device-keys.ts'
import { type Entry, packEntry, parseLog } from '../../people/entry.ts'
import { type Membership, membershipOf } from '../../people/membership.ts'
import { type DocumentColumns, readDocument } from '../../sync/chunks/document-head.ts'
import { type Fit, operationsFit } from '../../sync/operations/document-operations.ts'
import { EngineFailure, messageOf } from '../api/failure.ts'
import { logOf } from '../spaces/space-store.ts'
import { type ActorClocks, actorClocksOf } from '../spaces/whole-document.ts'

/** All of a space: its document with its history, and what proves who wrote it. */
export interface ArchivedSpace {
  readonly name: string
  /** Of the format, as the document has it. */
  readonly version: string
  /** Seconds since 1970 when the archive was made. */
  readonly made: number
  /** The hash of the log's create entry. */
  readonly root: Entry['hash']
  readonly log: readonly Entry[]
  readonly statements: readonly Statement[]
  /** As Automerge saves it. */
  readonly document: Uint8Array
}

/** What is sealed in an archive; see `docs/formats/archive.md`. */
export const encodeArchive = ({ name, version, made, root, log, statements, document }: ArchivedSpace): Uint8Array =>
  toCbor({
    name,
    version,
    made,
    space: hexBytes(root),
    log: log.map(({ bytes, signature }) => packEntry(bytes, signature)),
    statements: statements.map(packStatement),
    document,
  })

/** @throws {EngineFailure} `damaged` */
export const decodeArchive = async (bytes: Uint8Array): Promise<ArchivedSpace> => {
  const { name, version, made, space, log, statements, document } = read(bytes)
  const isWhole =
    typeof name === 'string' &&
    typeof version === 'string' &&
    typeof made === 'number' &&
    space instanceof Uint8Array &&
    document instanceof Uint8Array &&
    Array.isArray(log) &&
    Array.isArray(statements) &&
    statements.every((packed) => packed instanceof Uint8Array)
  if (!isWhole) throw unproven('it does not hold what an archive holds')
  return {
    name,
    version,
    made,
    root: toHex(space) as Entry['hash'],
    log: await parseLog(log).catch((cause: unknown) => {
      throw unproven(messageOf(cause), cause)
    }),
    statements: statements.flatMap((packed: Uint8Array) => unpackStatement(packed) ?? []),
    document,
  }
}

const read = (bytes: Uint8Array): Readonly<Record<string, unknown>> => {
  try {
    return (fromCbor(bytes) ?? {}) as Record<string, unknown>
  } catch (cause) {
    throw unproven('it does not hold what an archive holds', cause)
  }
}

/** Why an archive is not opened. */
export interface ArchiveRefused {
  readonly refused: string
}

/** Reads and proves an archive. Only to be called in a disposable worker: a crafted one can take long. */
export const readArchive = async (bytes: Uint8Array): Promise<ArchivedSpace | ArchiveRefused> => {
  try {
    const archived = await decodeArchive(bytes)
    await proveArchive(archived)
    return archived
  } catch (error) {
    return { refused: messageOf(error) }
  }
}

/**
 * Proves that every change of an archive is by the device that it names, as for a document that a neighbour sends.
 * @throws {EngineFailure} `damaged`
 */
export const proveArchive = async (
  archived: ArchivedSpace,
  check: (columns: DocumentColumns) => Fit | undefined = operationsFit,
): Promise<Membership> => {
  const { root, log, statements, document } = archived
  const membership = membershipOf(logOf(log), root)
  if (!membership) throw unproven('its log does not begin with the space that it names')
  const listed = statements.filter(({ device }) => membership.devices.has(device))
  for (const statement of listed)
    if (!(await verifyStatement(root, membership.document, statement)))
      throw unproven(`the device ${statement.device.slice(0, 8)} did not sign what is said to be its word`)
  const devices = [...membership.devices.keys()]
  const question = {
    bytes: document,
    devices: devices.map((device) => [actorStem(hexBytes(device)), device] as const),
    attestations: listed.map(({ device, change }) => ({ device, change })),
    // Made by this program or another: the log says which changes brought versions.
    anchors: { first: membership.first, named: [...membership.formats], anchors: [], writes: undefined },
  }
  let fits: Fit | undefined
  let actorClocks: ActorClocks | undefined
  try {
    fits = check(await readDocument(document))
    actorClocks = await actorClocksOf(question)
  } catch (cause) {
    throw unproven(messageOf(cause), cause)
  }
  // Its changes may all be honest, and their operations stand in an order in which they show something else.
  if (fits === undefined) throw unproven('its operations are not written as a space writes them')
  if (actorClocks === undefined) throw unproven('it holds changes that nobody stands for')
  return membership
}

/** @param what why, in a sentence or a part of one */
export const unproven = (what: string, cause?: unknown): EngineFailure =>
  new EngineFailure(
    'damaged',
    `This archive opens, but its content cannot be what a space held: ${what.replace(/\.$/, '')}. Take another copy of the file.`,
    {},
    { cause },
  )
