import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { packStatement, type Statement, unpackStatement } from '../../people/attestation.ts'
import { type Entry, type EntryHash, packEntry, parseEntry } from '../../people/entry.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { Vault, VaultWrite } from '../../vault/vault.ts'

/** Changes and the statements that cover them, stored in one transaction. */
export interface Part {
  readonly changes: readonly Uint8Array[]
  readonly statements: readonly Statement[]
  /** The calls that these changes answer, so that a repeated call is not executed twice. */
  readonly calls: readonly { readonly id: string; readonly change: string }[]
}

/** A document as stored. */
export interface StoredDocument {
  readonly parts: readonly Part[]
  /** Bytes of the first part, the snapshot. */
  readonly snapshotBytes: number
  /** Bytes of the parts after it. */
  readonly laterBytes: number
}

/** Stores the document and the log of one space, encrypted with the key of the space. */
export interface SpaceStore {
  read(): Promise<StoredDocument>
  readLog(): Promise<Entry[]>
  /** Resolves when the write is durable. @param more further vault writes for the same transaction */
  append(part: Part, entries?: readonly Entry[], more?: readonly VaultWrite[]): Promise<void>
  appendLog(entries: readonly Entry[]): Promise<void>
  /** Replaces all stored parts with one snapshot. */
  compact(snapshot: Uint8Array, statements: readonly Statement[], calls: Part['calls']): Promise<void>
}

export const spaceStore = (vault: Vault, space: SpaceId): SpaceStore => {
  const area = space
  /** Numbers of the parts on disk, oldest first. */
  const numbers: number[] = []
  const keyOf = (number: number) => ['parts', String(number)]

  const logEntry = ({ hash, bytes, signature }: Entry) => ({ area, key: ['log', hash], value: packEntry(bytes, signature) })
  const nextNumber = () => {
    const number = (numbers.at(-1) ?? 0) + 1
    numbers.push(number)
    return number
  }

  return {
    async read() {
      const stored = (await vault.range(area, ['parts']))
        .map(([key, value]) => ({ number: Number(key[1]), part: decodePart(value), bytes: value.length }))
        .sort((one, other) => one.number - other.number)
      numbers.splice(0, numbers.length, ...stored.map(({ number }) => number))
      const [first, ...later] = stored
      return {
        parts: stored.map(({ part }) => part),
        snapshotBytes: first?.bytes ?? 0,
        laterBytes: later.reduce((sum, { bytes }) => sum + bytes, 0),
      }
    },
    async readLog() {
      return Promise.all((await vault.range(area, ['log'])).map(([, value]) => parseEntry(value)))
    },
    append: (part, entries = [], more = []) =>
      vault.write([{ area, key: keyOf(nextNumber()), value: encodePart(part), fresh: true }, ...entries.map(logEntry), ...more]),
    appendLog: (entries) => vault.write(entries.map(logEntry)),
    async compact(snapshot, statements, calls) {
      const replaced = [...numbers]
      const number = nextNumber()
      await vault.write([
        { area, key: keyOf(number), value: encodePart({ changes: [snapshot], statements, calls }) },
        ...replaced.map((each) => ({ area, key: keyOf(each), value: undefined })),
      ])
      numbers.splice(0, replaced.length)
    },
  }
}

const encodePart = ({ changes, statements, calls }: Part): Uint8Array =>
  toCbor({ changes, statements: statements.map(packStatement), calls: calls.map(({ id, change }) => [id, change]) })

const decodePart = (bytes: Uint8Array): Part => {
  const { changes, statements, calls } = fromCbor(bytes) as {
    changes: Uint8Array[]
    statements: Uint8Array[]
    calls: [string, string][]
  }
  return {
    changes,
    statements: statements.flatMap((each) => unpackStatement(each) ?? []),
    calls: calls.map(([id, change]) => ({ id, change })),
  }
}

/** Log entries by hash. */
export const logOf = (entries: readonly Entry[]): Map<EntryHash, Entry> => new Map(entries.map((entry) => [entry.hash, entry]))
