import type { Field } from '../../space/schema.ts'
import type { Compiling } from '../fields/compiling.ts'
import { kindOf } from '../fields/field-kinds.ts'
import { foldedTextSql, valueSql } from '../fields/field-sql.ts'
import { FOLDED_ORDER, foldLoosely } from '../index/fold.ts'
import { UNFIT_SQL } from '../index/unfit.ts'
import { type Compiled, type Operator, textOf, wrongOperator, wrongValue } from './filter-operators.ts'
import { beginOf, type Days, daysOf } from './periods.ts'

const ISO_DAY = /^\d{4}(-\d\d(-\d\d)?)?$/

type Comparison = '<' | '<=' | '>' | '>=' | '='

export const compare = (compiling: Compiling, field: Field, op: Comparison, value: unknown, now: number): Compiled => {
  const asked = op === '=' ? 'is' : op
  const kind = kindOf(compiling, field)
  const sql = valueSql(compiling, field, 'r')
  if (kind === 'number' || (kind === 'any' && typeof value === 'number')) {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongValue(field, asked, value, 'a number')
    // Values that do not fit are text, which SQLite sorts after every number.
    return op === '>' || op === '>='
      ? { sql: `(${sql} ${op} ? AND ${sql} < '')`, bind: [value] }
      : { sql: `${sql} ${op} ?`, bind: [value] }
  }
  if (kind === 'date' || kind === 'moment') {
    const days = typeof value === 'string' && ISO_DAY.test(value) ? spanOf(value) : undefined
    if (days) return compareDays(compiling, field, op, days)
    if (kind === 'date' && typeof value === 'string' && value.startsWith('--') && op === '=')
      return { sql: `rtrim(${sql}, '~') = ?`, bind: [value] }
    if (kind === 'moment' && typeof value === 'string' && !Number.isNaN(Date.parse(value)))
      return { sql: `substr(${sql}, 1, 19) ${op} ?`, bind: [new Date(value).toISOString().slice(0, 19)] }
    return compareDays(compiling, field, op, daysOf(value, now))
  }
  if (kind === 'text' || kind === 'any') {
    const folded = foldedTextSql(compiling, field, 'r')
    return { sql: `${folded} ${op} ? ${FOLDED_ORDER}`, bind: [foldLoosely(textOf(field, asked, value))] }
  }
  throw wrongOperator(field, asked)
}

/** The days of a year, month or day. */
const spanOf = (text: string): Days => {
  const [year = '', month, day] = text.split('-')
  if (day !== undefined) return { from: text, to: text }
  if (month === undefined) return { from: `${year}-01-01`, to: `${year}-12-31` }
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return { from: `${text}-01`, to: `${text}-${last}` }
}

/** The first day of a date: 2026-01-01 for `2026`. Dates without a year have none. */
const firstDay = (sql: string): string =>
  `CASE WHEN ${sql} < ${UNFIT_SQL} AND ${sql} NOT GLOB '--*' THEN substr(rtrim(${sql}, '~') || '-01-01', 1, 10) END`

const compareDays = (compiling: Compiling, field: Field, op: Comparison, { from, to }: Days): Compiled => {
  const isMoment = kindOf(compiling, field) === 'moment'
  if (op === '=') return inDays(compiling, field, 'is', { from, to })
  const sql = valueSql(compiling, field, 'r')
  if (isMoment) {
    const at = `CASE WHEN ${sql} < ${UNFIT_SQL} THEN substr(${sql}, 1, 19) END`
    // "Before" compares with the first moment of a span, "up to" with the moment after its last.
    const [relation, bound] = {
      '<': ['<', beginOf(from)],
      '<=': ['<', beginOf(to, 1)],
      '>': ['>=', beginOf(to, 1)],
      '>=': ['>=', beginOf(from)],
    }[op] as [string, string]
    return { sql: `${at} ${relation} ?`, bind: [bound] }
  }
  return { sql: `${firstDay(sql)} ${op} ?`, bind: [op === '<' || op === '>=' ? from : to] }
}

export const inDays = (compiling: Compiling, field: Field, op: Operator, { from, to }: Days): Compiled => {
  const kind = kindOf(compiling, field)
  const sql = valueSql(compiling, field, 'r')
  if (kind === 'moment')
    return {
      sql: `(CASE WHEN ${sql} < ${UNFIT_SQL} THEN substr(${sql}, 1, 19) >= ? AND substr(${sql}, 1, 19) < ? END)`,
      bind: [beginOf(from), beginOf(to, 1)],
    }
  if (kind !== 'date' && kind !== 'any') throw wrongOperator(field, op)
  return { sql: `${firstDay(sql)} BETWEEN ? AND ?`, bind: [from, to] }
}
