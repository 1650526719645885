import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { fromUtf8, utf8 } from '../../bytes/encoding.ts'
import type { SavedIndex } from '../../query/index/saved-index.ts'
import type { SpaceId } from '../../space/ids.ts'
import type { Schema } from '../../space/schema.ts'
import type { Vault } from '../../vault/vault.ts'

/** A saved index and the heads of the document that it represents. */
export interface IndexCopy {
  readonly saved: SavedIndex
  readonly heads: readonly string[]
  /** The heads up to which the index has the history. */
  readonly historyHeads: readonly string[]
}

const KEY = ['index']

/** Reads the stored copy of the index of a space. @returns undefined when there is none, or it cannot be read */
export const readIndexCopy = async (vault: Vault, space: SpaceId): Promise<IndexCopy | undefined> => {
  try {
    const bytes = await vault.get(space, KEY)
    if (!bytes) return undefined
    const { version, schema, heads, told, database } = fromCbor(bytes) as {
      version: number
      schema: Uint8Array
      heads: string[]
      told: string[]
      database: Uint8Array
    }
    return { saved: { version, schema: JSON.parse(fromUtf8(schema)) as Schema, bytes: database }, heads, historyHeads: told }
  } catch {
    // The index is built from the document instead. The integrity check reports altered values.
    return undefined
  }
}

export const writeIndexCopy = (vault: Vault, space: SpaceId, { saved, heads, historyHeads }: IndexCopy): Promise<void> => {
  const { version, schema, bytes } = saved
  const value = toCbor({
    version,
    schema: utf8(JSON.stringify(schema)),
    heads: [...heads],
    told: [...historyHeads],
    database: bytes,
  })
  return vault.write([{ area: space, key: KEY, value }])
}

export const removeIndexCopy = (vault: Vault, space: SpaceId): Promise<void> =>
  vault.write([{ area: space, key: KEY, value: undefined }])
