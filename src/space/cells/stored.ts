import { type FieldId, isId, type OptionId, type RecordId, type SpaceId } from '../ids.ts'
import type { Field } from '../schema.ts'
import type { Scalar } from '../value.ts'

type Flat = Readonly<Record<string, Scalar>>

/** A link as stored in its record. */
export interface StoredLink {
  readonly to: RecordId
  /** The space of the record, if it is another one. */
  readonly space?: SpaceId
  readonly order: string
  readonly attributes: Readonly<Record<FieldId, Scalar>>
}

export interface StoredFile {
  /** SHA-256 of the content, hexadecimal. */
  readonly hash: string
  readonly order: string
  readonly name: string
  readonly mime: string
  /** Bytes. */
  readonly size: number
  readonly alt: string
  readonly manifest?: string
}

/** A collaborative text. A cell has several if devices created them concurrently. */
export interface StoredText {
  readonly id: string
  readonly text: string
}

/**
 * Everything that a record stores for a field, whatever the field's type is or was. The type of each value tells what it is: an
 * option is `true`, a link or file is its order key (text), a parent in a tree is a number.
 */
export interface Stored {
  readonly single: Scalar | undefined
  readonly options: readonly OptionId[]
  readonly links: readonly StoredLink[]
  readonly files: readonly StoredFile[]
  readonly texts: readonly StoredText[]
  /** Parents with their move counters; '' for the top level. */
  readonly parents: readonly { readonly parent: RecordId | ''; readonly count: number }[]
  /** The order among siblings. */
  readonly order: string
}

const FILE = /^[0-9a-f]{64}$/

/** A record's keys grouped by field, in one pass. */
export const keysByField = (flat: Flat): Map<string, string[]> => {
  const keys = new Map<string, string[]>()
  for (const key of Object.keys(flat)) {
    const at = key.indexOf('/')
    if (at < 0) continue
    const field = key.slice(0, at)
    const known = keys.get(field)
    if (known) known.push(key)
    else keys.set(field, [key])
  }
  return keys
}

const NOTHING: Stored = { single: undefined, options: [], links: [], files: [], texts: [], parents: [], order: '' }

/** @param keys the keys of `flat` that begin with the field's id and a slash */
export const storedIn = (field: Field, flat: Flat, keys: readonly string[]): Stored => {
  const single = flat[field.id]
  if (keys.length === 0) return single === undefined ? NOTHING : { ...NOTHING, single }
  const options: OptionId[] = []
  const links: StoredLink[] = []
  const files: StoredFile[] = []
  const texts: StoredText[] = []
  const parents: { parent: RecordId | ''; count: number }[] = []
  const elsewhere = field.settings.space !== undefined
  for (const key of keys) {
    const value = flat[key]
    const [one = '', two, three] = key.slice(field.id.length + 1).split('/')
    if (value === undefined) continue
    if (one === 'text' && two !== undefined) {
      // Leave out texts that were emptied, and texts that were joined to the first and not edited since.
      if (three === undefined && value !== '' && flat[`${key}/joined`] !== value) texts.push({ id: two, text: String(value) })
    } else if (FILE.test(one) && two === undefined) files.push(fileOf(flat, key, one, String(value)))
    else if (one === '' && typeof value === 'number') parents.push({ parent: '', count: value })
    else if (isId(one) && two === undefined) {
      if (value === true) options.push(one as unknown as OptionId)
      else if (typeof value === 'number') parents.push({ parent: one as unknown as RecordId, count: value })
      else if (typeof value === 'string' && !elsewhere)
        links.push({ to: one as unknown as RecordId, order: value, attributes: attributesOf(field, flat, key) })
    } else if (elsewhere && isId(one) && isId(two) && three === undefined && typeof value === 'string') {
      links.push({
        to: two as unknown as RecordId,
        space: one as unknown as SpaceId,
        order: value,
        attributes: attributesOf(field, flat, key),
      })
    }
  }
  return {
    single,
    options,
    links: links.sort(byOrderThenTo),
    files: files.sort((a, b) => compare(a.order, b.order) || compare(a.hash, b.hash)),
    texts: texts.sort((a, b) => compare(a.id, b.id)),
    parents,
    order: String(flat[`${field.id}/order`] ?? ''),
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const byOrderThenTo = (one: StoredLink, other: StoredLink): number => compare(one.order, other.order) || compare(one.to, other.to)

const attributesOf = ({ attributes }: Field, flat: Flat, key: string): Record<FieldId, Scalar> => {
  const values: Record<FieldId, Scalar> = {}
  for (const { id } of attributes) {
    const value = flat[`${key}/${id}`]
    if (value !== undefined) values[id] = value
  }
  return values
}

const fileOf = (flat: Flat, key: string, hash: string, order: string): StoredFile => {
  const manifest = flat[`${key}/manifest`]
  return {
    hash,
    order,
    name: String(flat[`${key}/name`] ?? ''),
    mime: String(flat[`${key}/mime`] ?? ''),
    size: Number(flat[`${key}/size`] ?? 0),
    alt: String(flat[`${key}/alt`] ?? ''),
    ...(manifest !== undefined && { manifest: String(manifest) }),
  }
}
