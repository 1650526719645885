import type { FieldId } from '../../space/ids.ts'
import type { Field, Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import type { Compiling } from '../fields/compiling.ts'
import { kindOf } from '../fields/field-kinds.ts'
import { type Aggregate, aggregateSql, operandSql } from '../fields/field-sql.ts'
import { columnName } from '../index/space-index.ts'
import { UNFIT_SQL } from '../index/unfit.ts'
import { keyOf, SAME, type SortKey } from './sort.ts'

/** A view's `group`. */
export interface GroupBy {
  readonly by: readonly { readonly field: FieldId; readonly descending?: boolean; readonly unit?: 'day' | 'month' | 'year' }[]
  readonly aggregates?: readonly { readonly field: FieldId; readonly aggregate: Aggregate }[]
}

export const AGGREGATES = ['count', 'sum', 'average', 'min', 'max', 'list', 'earliest', 'latest', 'checked'] as const

/** The compiled keys and aggregates of a group. */
export interface CompiledGroup {
  readonly keys: readonly (SortKey & { readonly field: Field; readonly value: string })[]
  readonly aggregates: readonly { readonly field: Field; readonly aggregate: Aggregate; readonly sql: string }[]
}

const MOST_KEYS = 3
const MOST_AGGREGATES = 50
const UNITS: Readonly<Record<string, number>> = { year: 4, month: 7, day: 10 }

/** @throws {QueryError} */
export const compileGroup = (compiling: Compiling, table: Table, group: unknown): CompiledGroup => {
  const { by, aggregates = [] } = (group ?? {}) as Partial<GroupBy>
  if (!Array.isArray(by) || by.length === 0 || by.length > MOST_KEYS || !Array.isArray(aggregates))
    throw new QueryError(
      'bad-group',
      `A grouping is {"by": [one to ${MOST_KEYS} of {"field"}], "aggregates": []}, got ${JSON.stringify(group)}.`,
    )
  if (aggregates.length > MOST_AGGREGATES)
    throw new QueryError('bad-group', `At most ${MOST_AGGREGATES} aggregates are possible.`)
  const fieldIn = (id: unknown): Field => {
    const field = table.fields.find((each) => each.id === id)
    if (!field)
      throw new QueryError('unknown-field', `"${table.name}" has no field ${JSON.stringify(id)} to group by or to sum up.`)
    return field
  }
  return {
    keys: by.map(({ field: id, descending = false, unit }) => {
      const field = fieldIn(id)
      if (unit !== undefined && UNITS[unit] === undefined)
        throw new QueryError('bad-group', `"unit" is day, month or year, got ${JSON.stringify(unit)}.`)
      return { ...groupKey(compiling, field, unit), field, descending }
    }),
    aggregates: aggregates.map(({ field: id, aggregate }) => {
      if (!AGGREGATES.includes(aggregate))
        throw new QueryError('bad-group', `"${String(aggregate)}" is not an aggregate. Use one of: ${AGGREGATES.join(', ')}.`)
      const field = fieldIn(id)
      return { field, aggregate, sql: aggregateSql(compiling, aggregate, field, 'r', 'r.ord, r.id') }
    }),
  }
}

/** The expressions to group by, their order, and the key of a group in an answer. */
const groupKey = (
  compiling: Compiling,
  field: Field,
  unit: string | undefined,
): Omit<SortKey, 'descending'> & { value: string } => {
  const kind = kindOf(compiling, field)
  const key = keyOf(compiling, field)
  const length = unit === undefined ? undefined : UNITS[unit]
  if ((kind === 'date' || kind === 'moment') && length !== undefined) {
    const span = `substr(${operandSql(compiling, field, 'r')}, 1, ${length})`
    return { rank: key.rank, by: span, value: span, plain: key.plain }
  }
  switch (kind) {
    case 'checkbox': {
      const on = `(${operandSql(compiling, field, 'r')} = 1)`
      return { rank: SAME, by: on, value: on, plain: key.plain }
    }
    case 'text': {
      const sql = operandSql(compiling, field, 'r')
      return { ...key, value: sql }
    }
    case 'links':
    case 'choices': {
      // Rows with the same links or options form a group; groups are ordered by the first link or option.
      const stored = compiling.index.columns.get(field.table)?.includes(field.id)
      return { ...key, value: stored ? `r.${columnName(field.id)}` : operandSql(compiling, field, 'r') }
    }
    case 'choice':
      return { ...key, value: `r.${columnName(field.id)}` }
    case 'any':
    case 'number':
      return { ...key, value: `CASE WHEN ${key.rank} = 0 THEN ${key.by} END` }
    default:
      return { ...key, value: `CASE WHEN ${key.rank} < 2 THEN ltrim(${operandSql(compiling, field, 'r')}, ${UNFIT_SQL}) END` }
  }
}
