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

/** The content of an archive: the document of a space with its history, the log, and the statements that prove who wrote it. */
export interface ArchivedSpace {
  readonly name: string
  /** The format version of the document. */
  readonly version: string
  /** Seconds since 1970 when the archive was made. */
  readonly made: number
  /** The hash of the log's create entry. */
  readonly root: Entry['hash']
  readonly log: readonly Entry[]
  readonly statements: readonly Statement[]
  /** Saved by Automerge. */
  readonly document: Uint8Array
}

/** Encodes the content of an archive before encryption; see `docs/formats/archive.md`. */
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
  if (!isWhole) throw unproven('it lacks fields that every archive has')
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
    throw unproven('it is not valid CBOR', cause)
  }
}

/** The reason why an archive cannot be opened. */
export interface ArchiveRefused {
  readonly refused: string
}

/** Decodes and validates an archive. Call it only in a disposable worker: a crafted archive can take long. */
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
 * Validates that every change of an archive is by the device that it names, like a document from another device.
 * @throws {EngineFailure} `damaged`
 */
export const proveArchive = async (
  archived: ArchivedSpace,
  check: (columns: DocumentColumns) => Fit | undefined = operationsFit,
): Promise<Membership> => {
  const { root, log, statements, document } = archived
  const membership = membershipOf(logOf(log), root)
  if (!membership) throw unproven('its log does not contain the create entry of its space')
  const listed = statements.filter(({ device }) => membership.devices.has(device))
  for (const statement of listed)
    if (!(await verifyStatement(root, membership.document, statement)))
      throw unproven(`a statement has no valid signature of the device ${statement.device.slice(0, 8)}`)
  const devices = [...membership.devices.keys()]
  const question = {
    bytes: document,
    devices: devices.map((device) => [actorStem(hexBytes(device)), device] as const),
    attestations: listed.map(({ device, change }) => ({ device, change })),
    // No known migrations: the archive may be by another program, so the log alone names the migration changes.
    migrations: { first: membership.first, named: [...membership.formats], known: [], writes: undefined },
  }
  let fits: Fit | undefined
  let actorClocks: ActorClocks | undefined
  try {
    fits = check(await readDocument(document))
    actorClocks = await actorClocksOf(question)
  } catch (cause) {
    throw unproven(messageOf(cause), cause)
  }
  // Valid changes are not enough: operations in another than the canonical order could show different content.
  if (fits === undefined) throw unproven('its operations are not in canonical order')
  if (actorClocks === undefined) throw unproven('it contains changes that no device has signed')
  return membership
}

/** @param what the reason, as a sentence or clause */
export const unproven = (what: string, cause?: unknown): EngineFailure =>
  new EngineFailure(
    'damaged',
    `The passphrase is right, but the content of this archive is not valid: ${what.replace(/\.$/, '')}. Use another copy of the file.`,
    {},
    { cause },
  )
