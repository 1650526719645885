import type { Field } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import type { Column } from '../index/rows.ts'

export const OPERATORS = [
  'is',
  'is not',
  'contains',
  'does not contain',
  'starts with',
  'is empty',
  'is not empty',
  '<',
  '<=',
  '>',
  '>=',
  'between',
  'is any of',
  'is none of',
  'has any of',
  'has all of',
  'has none of',
  'links to',
  'below',
  'within',
] as const

export type Operator = (typeof OPERATORS)[number]

/** A condition on the row called `r`, with the values of its parameters. */
export interface Compiled {
  readonly sql: string
  readonly bind: readonly Column[]
}

/** Maximum length of a text operand, in characters. */
const LONGEST = 200

export const wrongOperator = (field: Field, op: Operator): QueryError =>
  new QueryError('bad-operator', `"${op}" does not apply to "${field.name}", which has the type ${field.type}.`)

export const wrongValue = (field: Field, op: Operator, value: unknown, wanted: string): QueryError =>
  new QueryError('bad-value', `"${op}" on "${field.name}" takes ${wanted}, got ${JSON.stringify(value) ?? 'nothing'}.`)

export const textOf = (field: Field, op: Operator, value: unknown): string => {
  if (typeof value !== 'string' && typeof value !== 'number') throw wrongValue(field, op, value, 'a text')
  if (String(value).length > LONGEST) throw wrongValue(field, op, '…', `at most ${LONGEST} characters`)
  return String(value)
}

export const listOf = (field: Field, op: Operator, value: unknown): readonly unknown[] => {
  if (!Array.isArray(value) || value.length > 500 || (op === 'between' && value.length !== 2))
    throw wrongValue(field, op, value, op === 'between' ? 'a list of two' : 'a list of at most 500')
  return value
}
