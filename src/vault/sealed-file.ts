import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { concat, concatAll, equalBytes, randomBytes, utf8 } from '../bytes/encoding.ts'
import { sha256 } from '../bytes/hash.ts'
import { VaultError } from './errors.ts'
import { findKey, isKeySlot, type KeySlot, passphraseSlot, sealToSlots } from './key-slots.ts'
import { passphraseParameters } from './passphrase.ts'
import { type Sealer, sealer } from './sealing.ts'

/** The first bytes of a file of any version. */
const MAGIC = utf8('tessera-archive')
const VERSION = 1

/** Chunk size in bytes, so that a large file is neither read nor sealed as a whole. */
const PIECE = 1024 * 1024
/** Bytes that sealing adds to a chunk: version (8), nonce (12), length of the key (4), the key `[]` (2), tag (16). */
const SEALED_MORE = 42

const LENGTH = 4
const HASH = 32
/** Maximum bytes of a header, which contains one key slot. */
const HEADER_LIMIT = 4_096

/**
 * Maximum KiB times iterations of a file: five times the cost of `sealFile`, a few seconds. Files may be hostile, and Argon2id
 * cannot be interrupted. The limit of a vault's own header would block the engine for minutes.
 */
const MOST_WORK = 5 * 64 * 1024 * 3

/** Progress and cancellation of long work. */
export interface LongWork {
  readonly signal?: AbortSignal
  /** @param total in bytes, like `done` */
  progress?(done: number, total: number): void
}

/**
 * Seals bytes into a file that can be opened anywhere with this passphrase; see `docs/formats/archive.md`.
 * @param parameters of the key derivation
 * @throws {DOMException} `AbortError`
 */
export const sealFile = async (
  content: Uint8Array,
  passphrase: string,
  { signal, progress }: LongWork = {},
  parameters = passphraseParameters(),
): Promise<Blob> => {
  const key = randomBytes(32)
  const [way] = await sealToSlots(key, [await passphraseSlot(passphrase, parameters)])
  const header = toCbor({ size: content.length, way: { ...way } })
  const length = new Uint8Array(LENGTH)
  new DataView(length.buffer).setUint32(0, header.length)
  const open = concat(MAGIC, Uint8Array.of(VERSION), length, header)
  const hash = await sha256(open)
  const pieces = await sealer(key)
  const parts: Uint8Array<ArrayBuffer>[] = [open, hash]
  for (let number = 0; number * PIECE < content.length; number++) {
    signal?.throwIfAborted()
    const piece = content.subarray(number * PIECE, (number + 1) * PIECE)
    parts.push(Uint8Array.from(await pieces.seal(nameOf(hash), number, [], piece)))
    progress?.(number * PIECE + piece.length, content.length)
  }
  return new Blob(parts)
}

/** Every chunk is bound to its file's header and to its position. */
const nameOf = (hash: Uint8Array) => [utf8('archive'), hash]

/**
 * Opens a file from `sealFile`.
 * @throws {VaultError} `not-an-archive`, `newer`, `wrong-passphrase`; `damaged` if anything was altered or cut off
 * @throws {DOMException} `AbortError`
 */
export const openSealedFile = async (
  file: Blob,
  passphrase: string,
  { signal, progress }: LongWork = {},
): Promise<Uint8Array> => {
  const { hash, size, way, at } = await readHeader(file)
  const expected = at + sealedLength(size)
  if (file.size !== expected) {
    const what = file.size < expected ? 'its end is missing' : 'it has extra bytes at its end'
    throw damaged(`it has ${file.size} bytes in place of ${expected}: ${what}`)
  }
  const pieces = await sealer(await keyOf(way, passphrase))
  const content = new Uint8Array(size)
  for (let number = 0; number * PIECE < size; number++) {
    signal?.throwIfAborted()
    content.set(await openPiece(file, pieces, hash, number, at), number * PIECE)
    progress?.(Math.min(size, (number + 1) * PIECE), size)
  }
  return content
}

const sealedLength = (size: number): number => size + Math.ceil(size / PIECE) * SEALED_MORE

const openPiece = async (file: Blob, pieces: Sealer, hash: Uint8Array, number: number, at: number): Promise<Uint8Array> => {
  const from = at + number * (PIECE + SEALED_MORE)
  const opened = await pieces.open(nameOf(hash), await bytesOf(file, from, from + PIECE + SEALED_MORE))
  if (opened?.version !== number) throw damaged(`the bytes from ${from} on were altered`)
  return opened.value
}

const keyOf = async (way: KeySlot, passphrase: string): Promise<Uint8Array> => {
  try {
    return (await findKey([way], passphrase)).keyEncryptionKey
  } catch (cause) {
    if (!(cause instanceof VaultError && cause.code === 'wrong-passphrase')) throw cause
    throw new VaultError(
      'wrong-passphrase',
      'This passphrase does not open the archive. It is the one that the archive was made with.',
      {
        cause,
      },
    )
  }
}

const bytesOf = async (file: Blob, from: number, to: number): Promise<Uint8Array> =>
  new Uint8Array(await file.slice(from, to).arrayBuffer())

/** Reads the header; `at` is the position of the first chunk. */
const readHeader = async (
  file: Blob,
): Promise<{ readonly hash: Uint8Array; readonly size: number; readonly way: KeySlot; readonly at: number }> => {
  const begin = MAGIC.length + 1 + LENGTH
  const opening = await bytesOf(file, 0, begin)
  if (!equalBytes(opening.subarray(0, MAGIC.length), MAGIC)) {
    throw new VaultError(
      'not-an-archive',
      `This is not an archive of Tessera: such a file begins with "tessera-archive". Choose a file made by archiving a space.`,
    )
  }
  if (opening.length < begin) throw damaged(`it has only ${opening.length} bytes`)
  const length = new DataView(opening.buffer).getUint32(MAGIC.length + 1)
  if (length > HEADER_LIMIT) throw damaged('its header was altered')
  const at = begin + length + HASH
  const header = await bytesOf(file, begin, begin + length)
  const hash = await bytesOf(file, begin + length, at)
  if (!equalBytes(await sha256(concatAll([opening, header])), hash)) throw damaged('its header was altered or cut off')
  const version = opening[MAGIC.length] ?? 0
  if (version > VERSION) {
    throw new VaultError(
      'newer',
      `This archive was written by a newer Tessera (archive format ${version}, this one reads ${VERSION}). Update Tessera to open it.`,
    )
  }
  const { size, way } = readCbor(header)
  if (
    version !== VERSION ||
    typeof size !== 'number' ||
    !Number.isSafeInteger(size) ||
    size < 0 ||
    !isKeySlot(way) ||
    !isQuick(way)
  )
    throw damaged('its header cannot be read')
  return { hash, size, way, at }
}

const isQuick = (way: KeySlot): boolean => way.kind === 'passphrase' && way.memory * way.iterations <= MOST_WORK

const readCbor = (bytes: Uint8Array): { readonly size?: unknown; readonly way?: unknown } => {
  try {
    return (fromCbor(bytes) ?? {}) as { size?: unknown; way?: unknown }
  } catch {
    return {}
  }
}

const damaged = (what: string): VaultError =>
  new VaultError('damaged', `This archive is damaged and was not opened: ${what}. Take another copy of the file.`)
