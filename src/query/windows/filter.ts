import { optionNamed } from '../../space/cells/shape.ts'
import type { FieldId } from '../../space/ids.ts'
import type { Field, Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import type { Compiling } from '../fields/compiling.ts'
import { kindOf } from '../fields/field-kinds.ts'
import { foldedTextSql, shownRecords, valueSql } from '../fields/field-sql.ts'
import { FOLDED_ORDER, foldLoosely } from '../index/fold.ts'
import { columnName, fieldOf, linkName, treeName } from '../index/space-index.ts'
import { UNFIT_SQL } from '../index/unfit.ts'
import { compare, inDays } from './filter-comparisons.ts'
import { type Compiled, listOf, OPERATORS, type Operator, textOf, wrongOperator, wrongValue } from './filter-operators.ts'
import { daysOf } from './periods.ts'

/** The `filter` of a view; `docs/formats/query.md` lists the operators. */
export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly none: readonly Filter[] }
  | Condition

export interface Condition {
  readonly field: FieldId
  readonly op: Operator
  readonly value?: unknown
}

/** Maximum nesting of conditions, and maximum count. */
const DEEPEST = 20

const MOST = 200

/**
 * @param now milliseconds since 1970, for `today` and similar periods
 * @throws {QueryError} naming the unknown field or operator, or the invalid value
 */
export const compileFilter = (compiling: Compiling, table: Table, filter: unknown, now: number): Compiled => {
  let count = 0
  const compile = (each: unknown, depth: number): Compiled => {
    count += 1
    if (depth > DEEPEST || count > MOST)
      throw new QueryError('bad-filter', `A filter has at most ${MOST} conditions, ${DEEPEST} deep.`)
    if (typeof each !== 'object' || each === null || Array.isArray(each))
      throw new QueryError(
        'bad-filter',
        `A condition is an object such as {"field", "op", "value"}, got ${JSON.stringify(each)}.`,
      )
    const { all, any, none } = each as { all?: unknown; any?: unknown; none?: unknown }
    const list = all ?? any ?? none
    if (list === undefined) return compileCondition(compiling, table, each as Condition, now)
    if (!Array.isArray(list)) throw new QueryError('bad-filter', '"all", "any" and "none" take a list of conditions.')
    const parts = list.map((one) => compile(one, depth + 1))
    const bind = parts.flatMap((part) => part.bind)
    // An empty list matches every record.
    if (parts.length === 0) return { sql: '1', bind }
    const joined = parts.map(({ sql }) => `(${sql})`).join(all === undefined ? ' OR ' : ' AND ')
    return { sql: none === undefined || all !== undefined || any !== undefined ? joined : not(joined), bind }
  }
  return compile(filter, 0)
}

const fieldIn = (table: Table, id: unknown): Field => {
  const field = table.fields.find((each) => each.id === id)
  if (!field) throw new QueryError('unknown-field', `"${table.name}" has no field ${JSON.stringify(id)}: it may be in the trash.`)
  return field
}

const compileCondition = (compiling: Compiling, table: Table, { field: id, op, value }: Condition, now: number): Compiled => {
  const field = fieldIn(table, id)
  if (!OPERATORS.includes(op))
    throw new QueryError('bad-operator', `"${String(op)}" is not an operator. Use one of: ${OPERATORS.join(', ')}.`)
  return conditionOn(compiling, field, op, value, now)
}

export const NOT: Readonly<Record<string, Operator>> = {
  'is not': 'is',
  'does not contain': 'contains',
  'is not empty': 'is empty',
  'is none of': 'is any of',
  'has none of': 'has any of',
}

const conditionOn = (compiling: Compiling, field: Field, op: Operator, value: unknown, now: number): Compiled => {
  const positive = NOT[op]
  if (positive !== undefined) {
    const { sql, bind } = conditionOn(compiling, field, positive, value, now)
    return { sql: not(sql), bind }
  }
  switch (op) {
    case 'is empty':
      return { sql: emptySql(compiling, field), bind: [] }
    case 'contains':
      return like(compiling, field, `%${pattern(textOf(field, op, value))}%`)
    case 'starts with':
      return like(compiling, field, `${pattern(textOf(field, op, value))}%`)
    case 'is any of': {
      const parts = listOf(field, op, value).map((each) => conditionOn(compiling, field, 'is', each, now))
      return joined(parts, ' OR ')
    }
    case 'has any of':
    case 'has all of':
      return joined(
        listOf(field, op, value).map((each) => has(compiling, field, op, each)),
        op === 'has all of' ? ' AND ' : ' OR ',
      )
    case 'links to':
      return joined(
        (Array.isArray(value) ? value : [value]).map((each) => has(compiling, field, op, each)),
        ' OR ',
      )
    case 'below':
      return below(field, value)
    case 'between': {
      const [from, to] = listOf(field, op, value)
      return joined([compare(compiling, field, '>=', from, now), compare(compiling, field, '<=', to, now)], ' AND ')
    }
    case 'within':
      return inDays(compiling, field, op, daysOf(value, now))
    case 'is':
      return is(compiling, field, value, now)
    default:
      return compare(compiling, field, op as '<', value, now)
  }
}

/** Negates a condition. NULL counts as false, so that `none` is the opposite of `any`. */
export const not = (sql: string): string => `NOT ifnull((${sql}), 0)`

const joined = (parts: readonly Compiled[], by: ' OR ' | ' AND '): Compiled => {
  const [only, ...others] = parts
  if (only && others.length === 0) return only
  return {
    sql: only === undefined ? '0' : `(${parts.map(({ sql }) => `(${sql})`).join(by)})`,
    bind: parts.flatMap(({ bind }) => bind),
  }
}

/** A `LIKE` pattern with wildcards escaped by a backslash. */
const pattern = (text: string): string => foldLoosely(text).replace(/[\\%_]/g, '\\$&')

const like = (compiling: Compiling, field: Field, wanted: string): Compiled => ({
  sql: `${foldedTextSql(compiling, field, 'r')} LIKE ? ESCAPE '\\'`,
  bind: [wanted],
})

const emptySql = (compiling: Compiling, field: Field): string => {
  if (field.type === 'tree') return `NOT EXISTS (${everyShown(compiling, field) ?? 'SELECT 1 WHERE 0'})`
  if (field.type !== 'link') return `${valueSql(compiling, field, 'r')} IS NULL`
  const { inverse } = field.settings
  const shown = everyShown(compiling, field)
  if (inverse !== undefined) return `NOT EXISTS (${shown ?? 'SELECT 1 WHERE 0'})`
  const column = valueSqlOfLink(compiling, field)
  // Links into the trash are not shown; links to records that are not on this device are.
  return `(${column} IS NULL OR (${column} < ${UNFIT_SQL} AND NOT EXISTS (${linkedSql(field)} AND NOT EXISTS (${trashedSql(compiling, field)}))))`
}

const valueSqlOfLink = ({ index }: Compiling, field: Field): string =>
  index.columns.get(field.table)?.includes(field.id) ? `r.${columnName(field.id)}` : 'NULL'

const linkedSql = (field: Field): string => `SELECT 1 FROM ${linkName(field.id)} AS linked WHERE linked.source = r.id`

const trashedSql = ({ index, tables }: Compiling, field: Field): string => {
  if (field.target === undefined || !index.columns.has(field.target)) return 'SELECT 1 WHERE 0'
  tables.add(field.target)
  return `SELECT 1 FROM t_${field.target} AS there WHERE there.id = linked.target AND there.deleted <> 0`
}

const everyShown = (compiling: Compiling, field: Field): string | undefined => {
  const shown = shownRecords(compiling, field, 'r')
  return shown && `SELECT 1 FROM ${shown.from}`
}

export const is = (compiling: Compiling, field: Field, value: unknown, now: number): Compiled => {
  if (value === null) return { sql: emptySql(compiling, field), bind: [] }
  const kind = kindOf(compiling, field)
  switch (kind) {
    case 'checkbox':
      if (typeof value !== 'boolean') throw wrongValue(field, 'is', value, 'true or false')
      return { sql: `${valueSql(compiling, field, 'r')} IS ${value ? '1' : 'NOT 1'}`, bind: [] }
    case 'choice':
      if (typeof value !== 'string') throw wrongValue(field, 'is', value, 'an option’s id or name')
      return { sql: `${valueSql(compiling, field, 'r')} = ?`, bind: [optionNamed(field, value) ?? value] }
    case 'choices':
    case 'links':
    case 'tree':
      return has(compiling, field, 'is', value)
    case 'number':
      if (field.type === 'auto-number' && typeof value === 'string') break
      return compare(compiling, field, '=', value, now)
    case 'moment':
    case 'date':
      return compare(compiling, field, '=', value, now)
    case 'any':
      if (typeof value === 'number') return { sql: `${valueSql(compiling, field, 'r')} = ?`, bind: [value] }
  }
  return { sql: `${foldedTextSql(compiling, field, 'r')} = ? ${FOLDED_ORDER}`, bind: [foldLoosely(textOf(field, 'is', value))] }
}

/** Whether a cell contains an option, a link or a parent. */
export const has = (compiling: Compiling, field: Field, op: Operator, value: unknown): Compiled => {
  if (typeof value !== 'string') throw wrongValue(field, op, value, 'an id')
  const { index, tables } = compiling
  switch (kindOf(compiling, field)) {
    case 'choices': {
      const option = optionNamed(field, value) ?? value
      return { sql: `instr(${valueSql(compiling, field, 'r')}, ?) > 0`, bind: [`"${option}"`] }
    }
    case 'choice':
      return { sql: `${valueSql(compiling, field, 'r')} = ?`, bind: [optionNamed(field, value) ?? value] }
    case 'tree':
      if (!index.trees.has(field.id)) return { sql: '0', bind: [] }
      return { sql: `r.id IN (SELECT id FROM ${treeName(field.id)} WHERE parent = ?)`, bind: [value] }
    case 'links': {
      const { inverse } = field.settings
      const stored = inverse === undefined ? field : fieldOf(index, inverse)
      if (stored?.type !== 'link' || !index.links.has(stored.id)) return { sql: '0', bind: [] }
      const [own, other] = inverse === undefined ? ['source', 'target'] : ['target', 'source']
      tables.add(inverse === undefined ? field.table : stored.table)
      return {
        sql: `r.id IN (SELECT ${own} FROM ${linkName(stored.id)} WHERE ${other} = ?)`,
        bind: [value],
      }
    }
    default:
      throw wrongOperator(field, op)
  }
}

/** Records below another record in a tree, at any depth. */
export const below = (field: Field, value: unknown): Compiled => {
  if (field.type !== 'tree') throw wrongOperator(field, 'below')
  if (typeof value !== 'string') throw wrongValue(field, 'below', value, 'a record’s id')
  const tree = treeName(field.id)
  return {
    sql: `r.id IN (WITH RECURSIVE under(id) AS (SELECT id FROM ${tree} WHERE parent = ? UNION SELECT p.id FROM ${tree} AS p JOIN under ON p.parent = under.id) SELECT id FROM under)`,
    bind: [value],
  }
}
