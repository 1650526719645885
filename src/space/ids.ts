import { fromBase32, randomBytes, toBase32 } from '../bytes/encoding.ts'

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

/** 26 characters of base32: the first 16 bytes of the hash of the membership log's first entry. */
export type SpaceId = Id<'space'>
export type TableId = Id<'table'>
export type FieldId = Id<'field'>
export type OptionId = Id<'option'>
export type RecordId = Id<'record'>
export type ViewId = Id<'view'>

/** A fresh id: 16 random bytes as 26 characters of base32. */
export const newId = <T extends Id<string>>(): T => toBase32(randomBytes(16)) as T

/** Ids per call of the random generator. Each call has overhead, and browsers return at most 65,536 bytes. */
const DRAWN = 1_000

/** Creates `count` ids. */
export const newIds = <T extends Id<string>>(count: number): T[] => {
  const ids: T[] = []
  while (ids.length < count) {
    const random = randomBytes(16 * Math.min(DRAWN, count - ids.length))
    for (let at = 0; at < random.length; at += 16) ids.push(toBase32(random.subarray(at, at + 16)) as T)
  }
  return ids
}

/** Whether `text` has the shape of an id. */
export const isId = (text: unknown): text is Id<string> =>
  typeof text === 'string' && text.length === 26 && fromBase32(text) !== undefined

/** The bucket of a record: the first byte of its id, as two hexadecimal digits. */
export const bucketOf = (record: RecordId): string => (fromBase32(record)?.[0] ?? 0).toString(16).padStart(2, '0')

/** The 256 buckets that every table has. */
export const BUCKETS: readonly string[] = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'))
