import type { FieldId, OptionId, RecordId, SpaceId } from '../ids.ts'
import { isId } from '../ids.ts'
import { COMPUTED_TYPES, type Field } from '../schema.ts'
import type { Scalar } from '../value.ts'
import { optionNamed, type Shaped, shape } from './shape.ts'
import { keysByField, type Stored, type StoredFile, type StoredLink, type StoredText, storedIn } from './stored.ts'

/** A cell, interpreted by the field's present type. */
export type Cell =
  | Shaped
  | {
      readonly kind: 'links'
      readonly to: readonly RecordId[]
      /** The same links with their attributes, in the same order. */
      readonly links: readonly LinkCell[]
    }
  | { readonly kind: 'options'; readonly options: readonly OptionId[] }
  | { readonly kind: 'files'; readonly files: readonly StoredFile[] }
  /** `others` are texts that other devices created concurrently. */
  | { readonly kind: 'text'; readonly text: string; readonly id: string | undefined; readonly others: readonly StoredText[] }
  /** Which parent applies depends on all other records: see `tree.ts`. */
  | { readonly kind: 'parents'; readonly parents: Stored['parents']; readonly order: string }

export interface LinkCell {
  readonly to: RecordId
  readonly space?: SpaceId
  readonly attributes: Readonly<Record<FieldId, Shaped>>
}

type Flat = Readonly<Record<string, Scalar>>

/** A record's cell, read from the flat keys of its map; undefined if it is empty or computed by the index. */
export const cellOf = (field: Field, flat: Flat, keys?: readonly string[]): Cell | undefined => {
  if (COMPUTED_TYPES.has(field.type)) return undefined
  const stored = storedIn(field, flat, keys ?? ownKeys(field, flat))
  switch (field.type) {
    case 'link':
      return linksOf(field, stored)
    case 'choices':
      return optionsOf(field, stored)
    case 'file':
      return stored.files.length > 0 ? { kind: 'files', files: stored.files } : unfit(plainOf(field, stored))
    case 'tree':
      return stored.parents.length > 0 || stored.order !== ''
        ? { kind: 'parents', parents: stored.parents, order: stored.order }
        : undefined
    case 'long-text':
      return textOf(field, stored)
    default: {
      const plain = plainOf(field, stored)
      return plain === undefined ? undefined : shape(field, plain)
    }
  }
}

/** All non-empty cells of a record, by field. */
export const cellsOf = (fields: readonly Field[], flat: Flat): Map<FieldId, Cell> => {
  const keys = keysByField(flat)
  const cells = new Map<FieldId, Cell>()
  for (const field of fields) {
    const cell = cellOf(field, flat, keys.get(field.id) ?? [])
    if (cell) cells.set(field.id, cell)
  }
  return cells
}

const unfit = (stored: Scalar | undefined): Cell | undefined =>
  stored === undefined ? undefined : { kind: 'unfit', text: String(stored) }

/** The stored content as one value: from the field's own key, or from keys that other types wrote. */
const plainOf = (field: Field, { single, texts, options, links, files }: Stored): Scalar | undefined => {
  if (single !== undefined) return single
  if (texts[0]) return texts[0].text
  if (options.length > 0) return inFieldOrder(field, options).map(nameOf(field)).join(', ')
  if (links.length > 0) return links.map(({ to }) => to).join(', ')
  if (files.length > 0) return files.map(({ name }) => name).join(', ')
  return undefined
}

const nameOf =
  ({ options }: Field) =>
  (wanted: OptionId): string =>
    options.find(({ id }) => id === wanted)?.name ?? wanted

const inFieldOrder = ({ options }: Field, chosen: readonly OptionId[]): OptionId[] => {
  const places = new Map(options.map(({ id }, place) => [id, place]))
  const last = options.length
  return [...chosen].sort((a, b) => (places.get(a) ?? last) - (places.get(b) ?? last) || (a < b ? -1 : 1))
}

/** Whether a field may hold links from before a change of its type. */
export const mayHoldFormerLinks = ({ type, target }: Field): boolean =>
  target !== undefined && type !== 'link' && type !== 'tree' && !COMPUTED_TYPES.has(type)

/**
 * The links that a cell still shows after a change of the field's type, which never modifies cells. Empty if the cell holds
 * anything else.
 */
export const formerLinksOf = (field: Field, flat: Flat, keys?: readonly string[]): readonly RecordId[] => {
  if (!mayHoldFormerLinks(field)) return []
  const { single, texts, options, links } = storedIn(field, flat, keys ?? ownKeys(field, flat))
  if (texts.length > 0 && (single === undefined || field.type === 'long-text')) return []
  if (single !== undefined) return isId(single) ? [single as unknown as RecordId] : []
  return options.length > 0 ? [] : links.map(({ to }) => to)
}

const ownKeys = (field: Field, flat: Flat): string[] => Object.keys(flat).filter((key) => key.startsWith(`${field.id}/`))

/** A single link is stored at the field's own key, multiple links at their own keys. Both are read, whatever the present type. */
const linksOf = (field: Field, stored: Stored): Cell | undefined => {
  const links: Pick<StoredLink, 'to' | 'space' | 'attributes'>[] = [...stored.links]
  if (isId(stored.single) && !links.some(({ to }) => (to as string) === stored.single))
    links.unshift({ to: stored.single as unknown as RecordId, attributes: {} })
  if (links.length === 0) return unfit(plainOf(field, stored))
  return {
    kind: 'links',
    to: links.map(({ to }) => to),
    links: links.map(({ to, space, attributes }) => ({
      to,
      ...(space !== undefined && { space }),
      attributes: shapedAttributes(field, attributes),
    })),
  }
}

const shapedAttributes = ({ attributes }: Field, values: StoredLink['attributes']): Record<FieldId, Shaped> =>
  Object.fromEntries(
    attributes.flatMap((attribute) => {
      const value = values[attribute.id]
      return value === undefined ? [] : [[attribute.id, shape(attribute, value)]]
    }),
  )

/** Options in the trash stay in the record but are not shown. A text that consists of option names is read as these options. */
const optionsOf = (field: Field, stored: Stored): Cell | undefined => {
  const known = new Set(field.options.map(({ id }) => id))
  const options = inFieldOrder(
    field,
    stored.options.filter((id) => known.has(id)),
  )
  if (options.length > 0) return { kind: 'options', options }
  if (stored.options.length > 0) return undefined
  const plain = plainOf(field, stored)
  if (plain === undefined) return undefined
  const named = String(plain)
    .split(/[,;\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => optionNamed(field, name))
  return named.length > 0 && named.every((id) => id !== undefined)
    ? { kind: 'options', options: inFieldOrder(field, [...new Set(named as OptionId[])]) }
    : unfit(plain)
}

const textOf = (field: Field, stored: Stored): Cell | undefined => {
  const [first, ...others] = stored.texts
  if (first) return { kind: 'text', text: first.text, id: first.id, others }
  const plain = plainOf(field, stored)
  if (plain === undefined) return undefined
  const shaped = shape({ ...field, type: 'text' }, plain)
  return { kind: 'text', text: shaped.kind === 'value' ? String(shaped.value) : shaped.text, id: undefined, others: [] }
}
