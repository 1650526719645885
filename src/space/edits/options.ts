import { SpaceError } from '../errors.ts'
import type { OptionId } from '../ids.ts'
import { orderKeys } from '../order/order.ts'
import type { Field } from '../schema.ts'
import type { DocumentPath } from '../steps.ts'
import { checkName, type Scalar } from '../value.ts'
import { takeId, type Writing } from './draft.ts'
import type { Edit, OptionInput } from './edits.ts'
import { orderAt } from './order-keys.ts'

export const OPTION_LIMIT = 5_000

export const newOptions = (inputs: readonly OptionInput[]) => {
  if (inputs.length > OPTION_LIMIT) throw new SpaceError('too-many', `A choice has at most ${OPTION_LIMIT} options.`)
  const orders = inputs.length === 0 ? [] : orderKeys(inputs.length)
  const names = new Set<string>()
  return inputs.map((option, index) => {
    const name = checkName(option.name, 'an option')
    if (names.has(name.toLowerCase()))
      throw new SpaceError('already-there', `Two options are called "${name}".`, { detail: { option: name } })
    names.add(name.toLowerCase())
    return {
      id: takeId(option.id, () => false, 'Option'),
      name,
      colour: checkColour(option.colour ?? (index % 12) + 1),
      order: orders[index] as string,
    }
  })
}

const checkColour = (colour: number): number => {
  if (!Number.isInteger(colour) || colour < 1 || colour > 12)
    throw new SpaceError('bad-value', `An option's colour is a whole number from 1 to 12, got ${colour}.`)
  return colour
}

export const optionKeys = (id: OptionId, name: string, colour: number): Record<string, Scalar> => ({
  [`option/${id}/name`]: name,
  [`option/${id}/colour`]: colour,
})

export const putOption = (
  writing: Writing,
  field: Field,
  option: NonNullable<Extract<Edit, { do: 'update-field' }>['option']>,
): Field['options'] => {
  const { recorder } = writing
  const place: DocumentPath = { in: 'field', field: field.id }
  const name = checkName(option.name, 'an option')
  const known = option.id === undefined ? undefined : field.options.find(({ id }) => id === option.id)
  if (!known && field.options.length >= OPTION_LIMIT)
    throw new SpaceError('too-many', `A choice has at most ${OPTION_LIMIT} options.`)
  const same = field.options.find((each) => each.id !== known?.id && each.name.toLowerCase() === name.toLowerCase())
  if (same)
    throw new SpaceError('already-there', `"${field.name}" has an option "${same.name}" already.`, {
      detail: { option: same.name },
    })
  const id = known?.id ?? takeId(option.id, () => false, 'Option')
  const colour = checkColour(option.colour ?? known?.colour ?? (field.options.length % 12) + 1)
  for (const [key, value] of Object.entries(optionKeys(id, name, colour))) recorder.put(place, key, value)
  const others = field.options.filter((each) => each.id !== id)
  if (!known || option.before !== undefined) {
    const orderKey = (each: OptionId) => `option/${each}/order`
    const found = others.findIndex((each) => each.id === option.before)
    const at = found < 0 ? others.length : found
    const sorted = others.map((each) => ({
      place,
      key: orderKey(each.id),
      order: String(recorder.read(place, orderKey(each.id)) ?? ''),
    }))
    recorder.put(place, orderKey(id), orderAt(recorder, sorted, at))
    return [...others.slice(0, at), { id, name, colour }, ...others.slice(at)]
  }
  return field.options.map((each) => (each.id === id ? { id, name, colour } : each))
}
