import { SpaceError } from '../errors.ts'
import type { FieldId, TableId } from '../ids.ts'
import { orderKeys } from '../order/order.ts'
import type { Field, FieldSettings } from '../schema.ts'
import { SETTING_KEYS } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { checkName, type Scalar } from '../value.ts'
import type { NewMap } from '../write.ts'
import { fieldOf, replaceField, tableOf, takeId, type Writing } from './draft.ts'
import type { Edit, FieldInput, PlaceInput } from './edits.ts'
import { newOptions, optionKeys, putOption } from './options.ts'
import { orderAmong } from './order-keys.ts'
import { checkType, settingKeys } from './settings.ts'

export const FIELD_LIMIT = 500

/** Maximum number of attributes per link. */
export const ATTRIBUTE_LIMIT = 50

/** Types that an attribute can have: those stored as one value under one key. */
const ATTRIBUTE_TYPES: ReadonlySet<string> = new Set([
  'text',
  'number',
  'checkbox',
  'date',
  'date-time',
  'duration',
  'choice',
  'rating',
  'colour',
  'url',
  'email',
  'phone',
])

const siblingsOf = ({ draft }: Writing, owner: string) =>
  [...draft.fields.values()]
    .filter(({ table }) => (table as string) === owner)
    .map(({ id }) => ({ id: id as string, place: { in: 'field', field: id } as DocumentPath }))

export const createField = (writing: Writing, table: TableId, input: FieldInput & PlaceInput<string>): Field => {
  const { draft } = writing
  const owner = tableOf(writing, table)
  const field = makeField(writing, owner.id, input, FIELD_LIMIT, `The table "${owner.name}"`)
  draft.tables.set(owner.id, { ...tableOf(writing, owner.id), fields: [...tableOf(writing, owner.id).fields, field] })
  let made = field
  for (const attribute of input.attributes ?? []) made = addAttribute(writing, made, attribute)
  if (input.twoWay !== undefined) addInverse(writing, made, input.twoWay)
  return made
}

export const createAttribute = (writing: Writing, edit: Extract<Edit, { do: 'create-attribute' }>): void => {
  addAttribute(writing, fieldOf(writing, edit.field, edit.table), edit)
}

const addAttribute = (writing: Writing, link: Field, input: Omit<FieldInput, 'twoWay'>): Field => {
  if (link.type !== 'link' || !link.many || link.settings.inverse !== undefined)
    throw new SpaceError('wrong-type', `Only a link to several records can have attributes; "${link.name}" is not one.`)
  checkType(input.type)
  if (!ATTRIBUTE_TYPES.has(input.type))
    throw new SpaceError(
      'wrong-type',
      `An attribute of a link has one of the types ${[...ATTRIBUTE_TYPES].join(', ')}; "${input.type}" is not.`,
    )
  const attribute = makeField(writing, link.id as unknown as TableId, input, ATTRIBUTE_LIMIT, `The link "${link.name}"`)
  const next = { ...link, attributes: [...link.attributes, attribute] }
  replaceField(writing, next)
  return next
}

/** Creates the other side's field of a two-way link. Which side stores the links never changes. */
const addInverse = (writing: Writing, link: Field, { id, name }: NonNullable<FieldInput['twoWay']>): void => {
  if (link.type !== 'link' || link.target === undefined || link.settings.space !== undefined)
    throw new SpaceError('wrong-type', `"${link.name}" cannot be two-way: it is not a link to a table of this space.`)
  const target = tableOf(writing, link.target)
  const back = makeField(
    writing,
    target.id,
    { ...(id !== undefined && { id }), name, type: 'link', target: link.table, many: true },
    FIELD_LIMIT,
    `The table "${target.name}"`,
    link.id,
  )
  writing.draft.tables.set(target.id, { ...target, fields: [...target.fields, back] })
}

const makeField = (
  writing: Writing,
  owner: TableId,
  input: FieldInput & PlaceInput<string>,
  limit: number,
  where: string,
  inverse?: FieldId,
): Field => {
  const { draft, transaction, containers, recorder, now } = writing
  const siblings = siblingsOf(writing, owner)
  if (siblings.length >= limit) throw new SpaceError('too-many', `${where} holds at most ${limit} fields.`)
  const id = takeId(input.id, (field) => draft.fields.has(field), 'Field')
  const name = checkName(input.name, 'a field')
  checkType(input.type)
  const options = newOptions(input.options ?? [])
  const target = targetOf(writing, owner, input)
  const many = input.many ?? true
  const bare: Field = {
    id,
    table: owner,
    name,
    type: input.type,
    description: '',
    required: false,
    unique: false,
    options: options.map(({ id, name, colour }) => ({ id, name, colour })),
    many: input.type === 'link' && many,
    settings: {},
    attributes: [],
    ...(target !== undefined && { target }),
  }
  // Registered before its settings are checked: a formula or default may refer to it.
  draft.fields.set(id, bare)
  const keys = settingKeys(writing, bare, input)
  const before = input.before === undefined || input.before === null ? input.before : fieldOf(writing, input.before, owner).id
  const content: Record<string, Scalar> = {
    table: owner,
    name,
    type: input.type,
    '~order': fieldOrder(writing, owner, siblings, before),
    '~created': now,
    ...(target !== undefined && { target }),
    ...(inverse !== undefined && { inverse }),
  }
  if (input.type === 'link') content.many = many
  for (const [key, value] of keys) if (value !== undefined && (key !== 'many' || input.type === 'link')) content[key] = value
  for (const option of options) {
    Object.assign(content, optionKeys(option.id, option.name, option.colour))
    content[`option/${option.id}/order`] = option.order
  }
  transaction.make(containers.fields, id, content as NewMap)
  const made = { ...bare, ...described(bare, content) }
  draft.fields.set(id, made)
  recorder.made({ in: 'field', field: id })
  return made
}

/** Last, or before another field. The last key is cached, so that creating many fields at once is fast. */
const fieldOrder = (
  writing: Writing,
  owner: TableId,
  siblings: ReturnType<typeof siblingsOf>,
  before: string | null | undefined,
): string => {
  const { orders } = writing.draft
  if (before !== undefined && before !== null) return orderAmong(writing, siblings, before)
  const last = orders.get(`fields/${owner}`)
  const order = last === undefined ? orderAmong(writing, siblings) : (orderKeys(1, last)[0] as string)
  orders.set(`fields/${owner}`, order)
  return order
}

/** The properties of a field other than name and type. */
const described = (field: Field, keys: Readonly<Record<string, Scalar | undefined>>): Partial<Field> => {
  const settings: Record<string, Scalar> = {}
  for (const key of SETTING_KEYS) {
    const value = key in keys ? keys[key] : field.settings[key]
    if (value !== undefined) settings[key] = value
  }
  const fallback = 'default' in keys ? keys.default : undefined
  return {
    description: String(keys.description ?? field.description),
    required: 'required' in keys ? keys.required === true : field.required,
    unique: 'unique' in keys ? keys.unique === true : field.unique,
    settings: settings as FieldSettings,
    ...(typeof fallback === 'string' && { default: JSON.parse(fallback) }),
  }
}

const targetOf = (
  writing: Writing,
  owner: TableId,
  input: { type?: string; target?: string | null; space?: unknown },
): TableId | undefined => {
  if (input.type === 'tree') return owner
  if (input.type !== 'link' || input.space !== undefined) return undefined
  return input.target === undefined || input.target === null ? owner : tableOf(writing, input.target).id
}

export const updateField = (writing: Writing, edit: Extract<Edit, { do: 'update-field' }>): void => {
  const field = attributeOrField(writing, edit.field, edit.table)
  if (field.unknownType !== undefined) {
    throw new SpaceError(
      'wrong-type',
      `"${field.name}" has the type ${field.unknownType} of a newer version; this version only shows it. Update to change it.`,
    )
  }
  const { recorder } = writing
  const place: DocumentPath = { in: 'field', field: field.id }
  let next = field
  if (edit.name !== undefined) {
    next = { ...next, name: checkName(edit.name, 'a field') }
    recorder.put(place, 'name', next.name)
  }
  if (edit.type !== undefined && edit.type !== field.type) {
    checkType(edit.type)
    if (field.settings.inverse !== undefined)
      throw new SpaceError('wrong-type', `"${field.name}" shows the other side of a link; change the field that it belongs to.`)
    recorder.put(place, 'type', edit.type)
    next = { ...next, type: edit.type }
  }
  if (next.type === 'link' && next.settings.inverse === undefined && next.settings.space === undefined) {
    // Writes only what the edit contains: the target may be in the trash or purged, or another device may set it concurrently.
    const isNew = field.type !== 'link'
    if (edit.target || (isNew && field.target === undefined)) {
      const target = tableOf(writing, edit.target ?? field.table).id
      recorder.put(place, 'target', target)
      next = { ...next, target }
    }
    if (isNew || typeof edit.many === 'boolean') {
      const many = edit.many ?? true
      recorder.put(place, 'many', many)
      next = { ...next, many }
    }
  } else if (next.type === 'tree') {
    recorder.put(place, 'target', field.table)
    next = { ...next, target: field.table }
  }
  const keys = settingKeys(writing, next, edit)
  keys.delete('many')
  for (const [key, value] of keys) {
    if (value === undefined) recorder.remove(place, key)
    else recorder.put(place, key, value)
  }
  next = { ...next, ...described(next, Object.fromEntries(keys)) }
  if (edit.option !== undefined) next = { ...next, options: putOption(writing, next, edit.option) }
  if (edit.before !== undefined) {
    const others = siblingsOf(writing, field.table).filter(({ id }) => id !== field.id)
    const before = edit.before === null ? null : attributeOrField(writing, edit.before, field.table).id
    recorder.put(place, '~order', orderAmong(writing, others, before))
  }
  replaceField(writing, next)
}

/** A field of a table, or an attribute by its id. */
const attributeOrField = (writing: Writing, ref: string, table: string | undefined): Field =>
  writing.draft.fields.get(ref as FieldId) ?? fieldOf(writing, ref, table)
