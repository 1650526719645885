import type { FieldId } from '../../space/ids.ts'
import type { Field, Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import type { Compiling } from '../fields/compiling.ts'
import { kindOf } from '../fields/field-kinds.ts'
import { foldedTextSql, labelSql, shownRecords, showsFormerLinks, valueSql } from '../fields/field-sql.ts'
import { FOLDED_ORDER, foldedSql } from '../index/fold.ts'
import { columnName, tableOf } from '../index/space-index.ts'
import { UNFIT_SQL } from '../index/unfit.ts'

export interface SortBy {
  readonly field: FieldId
  readonly descending?: boolean
}

/** One sort key, over the row called `r`. */
export interface SortKey {
  /** 0 for values, 1 for texts that do not fit, 2 for empty; the same in both directions. */
  readonly rank: string
  readonly by: string
  readonly descending: boolean
  /** Whether it depends only on the record's own columns, so that an index can be built on it. */
  readonly plain: boolean
}

/** A constant for all rows of a window. A literal number would be interpreted as a column position. */
export const SAME = 'r.deleted'

const MOST = 10
/** Up to this many options, their order is part of the statement. */
const FEW_OPTIONS = 200

/** Compiles a view's `sort`: one `{field, descending}`, or a list of them. @throws {QueryError} */
export const sortKeys = (compiling: Compiling, table: Table, sort: unknown): SortKey[] => {
  const list = sort === undefined || sort === null ? [] : Array.isArray(sort) ? sort : [sort]
  if (list.length > MOST) throw new QueryError('bad-sort', `At most ${MOST} fields can be sorted by, got ${list.length}.`)
  return list.map((each) => {
    const { field: id, descending = false } = (each ?? {}) as { field?: unknown; descending?: unknown }
    const field = table.fields.find((one) => one.id === id)
    if (!field) throw new QueryError('unknown-field', `"${table.name}" has no field ${JSON.stringify(id)} to sort by.`)
    if (typeof descending !== 'boolean')
      throw new QueryError('bad-sort', `"descending" is true or false, got ${JSON.stringify(descending)}.`)
    return { ...keyOf(compiling, field), descending }
  })
}

export const keyOf = (compiling: Compiling, field: Field): Omit<SortKey, 'descending'> => {
  const stored = compiling.index.columns.get(field.table)?.includes(field.id) === true
  const value = (sql: string, rank = rankOf(sql), plain = stored) => ({ rank, by: sql, plain })
  switch (kindOf(compiling, field)) {
    case 'choice': {
      const column = valueSql(compiling, field, 'r')
      if (field.options.length === 0) return value(column)
      const place =
        field.options.length > FEW_OPTIONS
          ? `(SELECT place FROM temp.tessera_options WHERE id = ${column})`
          : `CASE ${column} ${field.options.map(({ id }, at) => `WHEN '${id}' THEN ${at}`).join(' ')} END`
      const rank = `CASE WHEN ${column} IS NULL THEN 2 WHEN ${place} IS NULL THEN 1 ELSE 0 END`
      return { rank, by: place, plain: stored && field.options.length <= FEW_OPTIONS }
    }
    case 'choices': {
      const column = valueSql(compiling, field, 'r')
      const first = `(SELECT place FROM temp.tessera_options WHERE id = CASE WHEN ${column} < ${UNFIT_SQL} THEN ${column} ->> 0 END)`
      return value(first, `CASE WHEN ${column} IS NULL THEN 2 WHEN ${first} IS NULL THEN 1 ELSE 0 END`, false)
    }
    case 'links':
    case 'tree': {
      const shown = shownRecords(compiling, field, 'r')
      const target = shown && tableOf(compiling.index, shown.table.id)
      if (!shown || !target) return value('NULL', SAME, false)
      const label = labelSql(compiling, target, shown.record, foldedTextSql)
      const first = `(SELECT ${label} FROM ${shown.from} ORDER BY ${shown.order} LIMIT 1) ${FOLDED_ORDER}`
      // Computing the label is expensive; rows without one are null and sort last.
      const column = field.type === 'link' && stored ? `r.${columnName(field.id)}` : undefined
      return value(first, column === undefined ? SAME : rankOf(column), false)
    }
    case 'text': {
      const by = `${foldedTextSql(compiling, field, 'r')} ${FOLDED_ORDER}`
      // A device that is looked up by its number is never a text that does not fit.
      if (field.type === 'created-by') return value(by, 'r.created_by IS NULL')
      if (field.type === 'changed-by') return value(by, 'r.changed_by IS NULL')
      return value(by, rankOf(valueSql(compiling, field, 'r')), stored && !showsFormerLinks(compiling, field))
    }
    case 'any': {
      const sql = valueSql(compiling, field, 'r')
      return value(`CASE WHEN typeof(${sql}) = 'text' THEN ${foldedSql(sql)} ELSE ${sql} END`, rankOf(sql))
    }
    case 'checkbox': {
      const sql = valueSql(compiling, field, 'r')
      return value(sql, `CASE WHEN ${sql} < ${UNFIT_SQL} THEN 0 WHEN ${sql} IS NULL THEN 2 ELSE 1 END`)
    }
    default:
      return value(valueSql(compiling, field, 'r'))
  }
}

const rankOf = (sql: string): string => `CASE WHEN ${sql} < ${UNFIT_SQL} THEN 0 WHEN ${sql} IS NULL THEN 2 ELSE 1 END`

/** The direction of a sort key. `NULLS LAST` is unnecessary only for an index on the record's own columns. */
export const directionOf = ({ descending, plain }: SortKey): string =>
  `${descending ? 'DESC' : 'ASC'}${plain ? '' : ' NULLS LAST'}`

/** The `ORDER BY` clause; rows with equal keys keep the order of the table. */
export const orderSql = (keys: readonly SortKey[]): string =>
  [...keys.flatMap((key) => [key.rank, `${key.by} ${directionOf(key)}`]), 'r.ord', 'r.id'].join(', ')
