import type { Edit, Field, FieldSettings, FieldType, Option, OptionInput, TableId } from '../../../engine/api/engine.ts'

/** Settings of a field's type; `null` removes one. */
export type SettingsInput = { readonly [Key in keyof FieldSettings]?: FieldSettings[Key] | null }

/** What every field has beside its name and type. */
export interface CommonSettings {
  readonly description: string
  readonly required: boolean
  readonly unique: boolean
}

/** The submitted form of the field dialog. */
export interface FieldForm {
  readonly name: string
  readonly type: FieldType
  /** Of a choice, in order. */
  readonly options: readonly (OptionInput & Pick<Option, 'id'>)[]
  /** Of a link. */
  readonly link:
    | {
        readonly target: TableId | undefined
        readonly many: boolean
        /** Of a new link: the name of the field that shows it from the other side. */
        readonly back?: string | undefined
      }
    | undefined
  readonly settings?: SettingsInput
  readonly common?: CommonSettings
}

/** Types whose options are edited in the dialog. */
export const hasOptions = (type: FieldType): boolean => type === 'choice' || type === 'choices'

/** The edits that create a field. */
export const createFieldEdits = (table: TableId, form: FieldForm): readonly Edit[] => {
  const { name, type, options, link, settings = {}, common } = form
  return [
    {
      do: 'create-field',
      table,
      name,
      type,
      ...(hasOptions(type) && { options }),
      ...(link && { many: link.many, ...(link.target !== undefined && { target: link.target }) }),
      ...(link?.back && { twoWay: { name: link.back } }),
      ...(Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as FieldSettings),
      ...(common?.description && { description: common.description }),
      ...(common?.required && { required: true }),
      ...(common?.unique && { unique: true }),
    },
  ]
}

/**
 * The edits that change a field to the form's state. They contain only what differs, so that concurrent edits of other devices and
 * a target in the trash stay as they are.
 */
export const changeFieldEdits = (field: Field, form: FieldForm): readonly Edit[] => {
  const { name, type, options, link, settings = {}, common } = form
  const change = {
    ...(name !== field.name && { name }),
    ...(type !== field.type && { type }),
    ...(link && link.target !== undefined && link.target !== field.target && { target: link.target }),
    ...(link && (field.type !== 'link' || link.many !== field.many) && { many: link.many }),
    ...changedSettings(field, settings),
    ...(common && common.description !== field.description && { description: common.description }),
    ...(common && common.required !== field.required && { required: common.required }),
    ...(common && common.unique !== field.unique && { unique: common.unique }),
  }
  const edits: Edit[] = Object.keys(change).length > 0 ? [{ do: 'update-field', field: field.id, ...change }] : []
  return hasOptions(type) ? [...edits, ...optionEdits(field, options)] : edits
}

const changedSettings = (field: Field, settings: SettingsInput): SettingsInput =>
  Object.fromEntries(
    Object.entries(settings).filter(([key, value]) => (field.settings[key as keyof FieldSettings] ?? null) !== value),
  )

const fold = (name: string): string => name.trim().toLowerCase()

const optionEdits = (field: Field, options: FieldForm['options']): readonly Edit[] => {
  const kept = new Set<string>(options.map(({ id }) => id))
  const removed = field.options.filter(({ id }) => !kept.has(id))
  const before = new Map<string, Option>(field.options.map((option) => [option.id, option]))
  const changed = options.filter(({ id, name, colour }) => {
    const known = before.get(id)
    return known?.name !== name || known.colour !== colour
  })
  // Swapped names are freed first, since two options must never have the same name.
  const wanted = new Map(changed.map(({ id, name }) => [fold(name), id]))
  const exchanged = changed.filter(({ id }) => {
    const known = before.get(id)
    const next = known && wanted.get(fold(known.name))
    return next !== undefined && next !== id
  })
  return [
    ...removed.map(({ id }): Edit => ({ do: 'delete', what: { field: field.id, option: id } })),
    ...exchanged.map(({ id }): Edit => ({ do: 'update-field', field: field.id, option: { id, name: id } })),
    ...changed.map((option): Edit => ({ do: 'update-field', field: field.id, option })),
  ]
}

/** The first option with the name of an earlier one, ignoring case. */
export const duplicateOption = (names: readonly string[]): { readonly at: number; readonly name: string } | undefined => {
  const seen = new Set<string>()
  for (const [at, name] of names.entries()) {
    if (!name.trim()) continue
    if (seen.has(fold(name))) return { at, name: name.trim() }
    seen.add(fold(name))
  }
  return undefined
}

/** Whether another field of the table has this name, ignoring case. */
export const isNameTaken = (fields: readonly Pick<Field, 'id' | 'name'>[], name: string, own?: Field['id']): boolean =>
  name.trim() !== '' && fields.some((field) => field.id !== own && fold(field.name) === fold(name))

/** The longest name of an option. */
const OPTION_NAME = 200

/** Option names for values: trimmed, without duplicates or long texts. */
export const optionNames = (values: readonly string[]): string[] => {
  const names = new Map<string, string>()
  for (const value of values) {
    const name = value.trim().replace(/\s+/g, ' ')
    if (name !== '' && name.length <= OPTION_NAME && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  return [...names.values()]
}
