import { SpaceError } from '../errors.ts'
import { isId } from '../ids.ts'
import { DELETE_RULES, FIELD_TYPES, type Field, NUMBER_FORMATS, ROLLUPS } from '../schema.ts'
import { checkText, type Scalar } from '../value.ts'
import { acceptList, acceptSingle, checkWritable, defaultInput } from './accept.ts'
import { fieldOf, tableOf, type Writing } from './draft.ts'
import type { FieldChange } from './edits.ts'

/** Maximum length of a formula, description or default, in characters. */
const LONG_SETTING = 20_000

/** @throws {SpaceError} `wrong-type` */
export const checkType = (type: string): void => {
  if (!(FIELD_TYPES as readonly string[]).includes(type)) {
    throw new SpaceError('wrong-type', `A field is one of ${FIELD_TYPES.join(', ')}; "${type}" is none of them.`)
  }
}

const oneOf =
  (known: readonly string[]) =>
  (value: unknown): Scalar | undefined =>
    typeof value === 'string' && known.includes(value) ? value : undefined

const whole =
  (from: number, to: number) =>
  (value: unknown): Scalar | undefined =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to ? value : undefined

const text =
  (longest: number) =>
  (value: unknown): Scalar | undefined =>
    typeof value === 'string' && value.length <= longest ? checkText(value, 'A setting') : undefined

const truth = (value: unknown): Scalar | undefined => (typeof value === 'boolean' ? value : undefined)

/** How each setting is validated, and the expected input for error messages. */
const CHECKS: Readonly<Record<string, readonly [check: (value: unknown) => Scalar | undefined, expected: string]>> = {
  description: [text(LONG_SETTING), `text of at most ${LONG_SETTING} characters`],
  required: [truth, 'true or false'],
  unique: [truth, 'true or false'],
  many: [truth, 'true or false'],
  one: [truth, 'true or false'],
  format: [oneOf(NUMBER_FORMATS), `one of ${NUMBER_FORMATS.join(', ')}`],
  unit: [text(50), 'text of at most 50 characters'],
  currency: [(value) => (typeof value === 'string' && /^[A-Z]{3}$/.test(value) ? value : undefined), 'three letters such as EUR'],
  precision: [whole(0, 10), 'a whole number from 0 to 10'],
  max: [whole(1, 10), 'a whole number from 1 to 10'],
  onDelete: [oneOf(DELETE_RULES), `one of ${DELETE_RULES.join(', ')}`],
  rollup: [oneOf(ROLLUPS), `one of ${ROLLUPS.join(', ')}`],
  expression: [text(LONG_SETTING), `a formula of at most ${LONG_SETTING} characters`],
  space: [(value) => (isId(value) ? (value as string) : undefined), 'the id of a space'],
}

/** Types that cannot be unique, because their cells are not one comparable value. */
const NO_UNIQUE: ReadonlySet<string> = new Set(['long-text', 'checkbox', 'choices', 'file', 'link', 'tree', 'rating'])

/**
 * The keys to write to a field's map; `undefined` removes a key.
 * @param field the field with its new name, type and table
 * @throws {SpaceError} naming the setting, the input and the expected input
 */
export const settingKeys = (writing: Writing, field: Field, change: FieldChange): Map<string, Scalar | undefined> => {
  const keys = new Map<string, Scalar | undefined>()
  const refuse = (key: string, expected: string, got: unknown) =>
    new SpaceError('bad-value', `"${key}" of the field "${field.name}" is ${expected}, got ${JSON.stringify(got)}.`)
  for (const [key, [check, expected]] of Object.entries(CHECKS)) {
    const value = (change as Readonly<Record<string, unknown>>)[key]
    if (value === undefined) continue
    const checked = value === null ? undefined : check(value)
    if (value !== null && checked === undefined) throw refuse(key, expected, value)
    keys.set(key, checked)
  }
  if (change.unique === true && NO_UNIQUE.has(field.type))
    throw new SpaceError(
      'wrong-type',
      `"${field.name}" cannot be unique: a field of the type ${field.type} has no one value to compare.`,
    )
  if (change.default !== undefined) keys.set('default', change.default === null ? undefined : defaultJson(writing, field, change))
  if (change.via !== undefined) keys.set('via', change.via === null ? undefined : viaOf(writing, field, change.via))
  if (change.of !== undefined) {
    const via = keys.get('via') ?? field.settings.via
    keys.set('of', change.of === null ? undefined : ofField(writing, field, typeof via === 'string' ? via : undefined, change.of))
  }
  return keys
}

const defaultJson = ({ now }: Writing, field: Field, change: FieldChange): string => {
  const value = change.default as NonNullable<FieldChange['default']>
  const input = defaultInput(value, field, now)
  checkWritable(field)
  if (field.type === 'choices') acceptList(field, input)
  else if (field.type !== 'long-text') acceptSingle(field, input)
  const json = JSON.stringify(value)
  if (json.length > LONG_SETTING)
    throw new SpaceError(
      'too-large',
      `The default of "${field.name}" has ${json.length} characters; at most ${LONG_SETTING} are possible.`,
    )
  return json
}

const viaOf = (writing: Writing, field: Field, ref: string): string => {
  const link = fieldOf(writing, ref, field.table)
  if (link.type !== 'link' && link.type !== 'tree')
    throw new SpaceError('wrong-type', `"${field.name}" can follow a link; "${link.name}" is ${link.type}.`)
  return link.id
}

const ofField = (writing: Writing, field: Field, via: string | undefined, ref: string): string => {
  const link = via === undefined ? undefined : fieldOf(writing, via, field.table)
  const target = link?.type === 'tree' ? link.table : link?.target
  return target === undefined ? fieldOf(writing, ref).id : fieldOf(writing, ref, tableOf(writing, target).id).id
}
