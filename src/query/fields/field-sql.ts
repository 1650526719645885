import { mayHoldFormerLinks } from '../../space/cells/cell.ts'
import { type Field, primaryOf, type Table } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { isFolded } from '../index/define-schema.ts'
import { foldedSql } from '../index/fold.ts'
import { OPTIONS } from '../index/options-table.ts'
import { columnName, deviceSql, fieldOf, foldedName, linkName, tableName, tableOf, treeName } from '../index/space-index.ts'
import { UNFIT_SQL } from '../index/unfit.ts'
import { alias, type Compiling, isIn, within } from './compiling.ts'
import { kindOf } from './field-kinds.ts'
import { compileFormula } from './formula.ts'
import { probeFormula } from './probe-formula.ts'

/** The value of a column if it fits the field's type, else null. */
const fitting = (sql: string): string => `CASE WHEN ${sql} < ${UNFIT_SQL} THEN ${sql} END`

const momentSql = (seconds: string): string => `strftime('%Y-%m-%dT%H:%M:%SZ', ${seconds}, 'unixepoch')`

/**
 * The value of a field in the row called `row`, for comparisons. Stored values include texts that do not fit the type. Links and
 * trees give the labels that they show.
 * @throws {QueryError} `bad-formula`
 */
export const valueSql = (compiling: Compiling, field: Field, row: string): string => {
  switch (field.type) {
    case 'created':
    case 'changed':
      return momentSql(`${row}.${field.type}`)
    case 'created-by':
      return deviceSql(`${row}.created_by`)
    case 'changed-by':
      return deviceSql(`${row}.changed_by`)
    case 'lookup':
    case 'rollup':
    case 'formula':
      return within(compiling, field, () => computedSql(compiling, field, row))
    case 'link':
    case 'tree':
      return shownSql(compiling, field, row)
    case 'text':
    case 'long-text':
      if (!isIn(compiling, field)) return 'NULL'
      return showsFormerLinks(compiling, field)
        ? within(compiling, field, () => formerLinksSql(compiling, field, row))
        : `${row}.${columnName(field.id)}`
    default:
      return isIn(compiling, field) ? `${row}.${columnName(field.id)}` : 'NULL'
  }
}

/** The displayed value of a field, as text or number. @throws {QueryError} `bad-formula` */
export const shownSql = (compiling: Compiling, field: Field, row: string): string => {
  if (field.type === 'link' || field.type === 'tree') return within(compiling, field, () => labelsSql(compiling, field, row))
  const value = valueSql(compiling, field, row)
  switch (field.type) {
    case 'choice':
      return `coalesce((SELECT name FROM ${OPTIONS} WHERE id = ${value}), ltrim(${value}, ${UNFIT_SQL}))`
    case 'choices': {
      const each = alias(compiling)
      const names = `SELECT group_concat(o.name, ', ' ORDER BY o.place) FROM json_each(${value}) AS ${each} JOIN ${OPTIONS} AS o ON o.id = ${each}.value`
      return `CASE WHEN ${value} < ${UNFIT_SQL} THEN (${names}) ELSE ltrim(${value}, ${UNFIT_SQL}) END`
    }
    case 'file': {
      const each = alias(compiling)
      const names = `SELECT group_concat(${each}.value ->> 'name', ', ') FROM json_each(${value}) AS ${each}`
      return `CASE WHEN ${value} < ${UNFIT_SQL} THEN (${names}) ELSE ltrim(${value}, ${UNFIT_SQL}) END`
    }
    case 'auto-number':
      return isIn(compiling, field) ? numberSql(field, value, row, alias(compiling)) : 'NULL'
    case 'text':
    case 'long-text':
    case 'lookup':
    case 'rollup':
    case 'formula':
    case 'created':
    case 'changed':
    case 'created-by':
    case 'changed-by':
      return value
    default:
      return value === 'NULL' ? value : `CASE WHEN ${value} < ${UNFIT_SQL} THEN ${value} ELSE substr(${value}, 2) END`
  }
}

/** The displayed value of a field as text, with numbers as people write them: `3`, not `3.0`. */
export const textSql = (compiling: Compiling, field: Field, row: string): string => {
  const kind = kindOf(compiling, field)
  const shown = shownSql(compiling, field, row)
  return kind === 'number' || kind === 'any'
    ? `CASE typeof(${shown}) WHEN 'real' THEN format('%.15g', ${shown}) WHEN 'integer' THEN CAST(${shown} AS TEXT) ELSE ${shown} END`
    : shown
}

/**
 * The displayed text of a field, normalised for filters and sorting; read from the folded column if there is one. Compare it with
 * `FOLDED_ORDER`, because only letters beyond ASCII are guaranteed to be lower case.
 */
export const foldedTextSql = (compiling: Compiling, field: Field, row: string): string =>
  isFolded(compiling.index, field)
    ? `coalesce(${row}.${foldedName(field.id)}, ${row}.${columnName(field.id)})`
    : field.type === 'created-by' || field.type === 'changed-by'
      ? valueSql(compiling, field, row)
      : foldedSql(textSql(compiling, field, row))

/** If two records have the same number, the record with the smaller id shows it plain; the other adds the beginning of its id. */
const numberSql = (field: Field, value: string, row: string, other: string): string => {
  const twin = `SELECT 1 FROM ${tableName(field.table)} AS ${other} WHERE ${other}.${columnName(field.id)} = ${value} AND ${other}.id < ${row}.id`
  const plain = `CAST(${value} AS INTEGER)`
  return `CASE WHEN ${value} IS NULL THEN NULL WHEN typeof(${value}) = 'text' THEN ltrim(${value}, ${UNFIT_SQL}) WHEN EXISTS (${twin}) THEN ${plain} || '-' || substr(${row}.id, 1, 2) ELSE ${plain} END`
}

/** The `FROM` clause for the records that a link shows, or for the parent in a tree: existing records outside the trash. */
interface Shown {
  readonly table: Table
  readonly record: string
  readonly from: string
  readonly order: string
}

export const shownRecords = (compiling: Compiling, field: Field, row: string): Shown | undefined => {
  const { index } = compiling
  const [link, record] = [alias(compiling), alias(compiling)]
  const there = (table: Table | undefined, from: string, on: string, where: string, order: string): Shown | undefined => {
    if (!table || !index.columns.has(table.id)) return undefined
    compiling.tables.add(table.id)
    return {
      table,
      record,
      from: `${from} AS ${link} CROSS JOIN ${tableName(table.id)} AS ${record} ON ${record}.id = ${link}.${on} WHERE ${link}.${where} = ${row}.id AND ${record}.deleted = 0`,
      order,
    }
  }
  if (field.type === 'tree') {
    if (!index.trees.has(field.id)) return undefined
    return there(tableOf(index, field.table), treeName(field.id), 'parent', 'id', `${record}.id`)
  }
  const { inverse, space } = field.settings
  if (field.type !== 'link' || space !== undefined) return undefined
  if (inverse !== undefined) {
    const stored = fieldOf(index, inverse)
    if (stored?.type !== 'link' || !index.links.has(stored.id)) return undefined
    return there(tableOf(index, stored.table), linkName(stored.id), 'source', 'target', `${record}.ord, ${record}.id`)
  }
  if (!field.target || !index.links.has(field.id)) return undefined
  return there(tableOf(index, field.target), linkName(field.id), 'target', 'source', `${link}.place`)
}

/** Fields whose text consists of labels of other records. */
const LABELLED: ReadonlySet<string> = new Set(['link', 'tree'])

/** Maximum number of links from a label to the labels that it consists of. Each one multiplies the cost. */
const LABEL_DEPTH = 3
/** Maximum length of a label that consists of labels of other records, in characters. */
const LABEL_LENGTH = 500

/** The labels of linked records, joined by `', '`. Stored text that is no link is shown unchanged. */
const labelsSql = (compiling: Compiling, field: Field, row: string): string => {
  const shown = shownRecords(compiling, field, row)
  const unfit = isIn(compiling, field) && field.type === 'link' ? `${row}.${columnName(field.id)}` : undefined
  const plain = unfit && `CASE WHEN ${unfit} >= ${UNFIT_SQL} THEN substr(${unfit}, 2) END`
  if (!shown) return plain ?? 'NULL'
  const depth = compiling.stack.filter((id) => LABELLED.has(fieldOf(compiling.index, id)?.type ?? '')).length
  if (depth > LABEL_DEPTH) {
    const more = `(SELECT '…' FROM ${shown.from} LIMIT 1)`
    return plain ? `coalesce(${more}, ${plain})` : more
  }
  const labels = `(SELECT group_concat(${labelSql(compiling, shown.table, shown.record)}, ', ' ORDER BY ${shown.order}) FROM ${shown.from})`
  return plain ? `coalesce(${labels}, ${plain})` : labels
}

/** Whether cells of a field may show the names of records that it linked to before its type changed. */
export const showsFormerLinks = ({ index }: Pick<Compiling, 'index'>, field: Field): boolean =>
  mayHoldFormerLinks(field) && index.links.has(field.id) && field.target !== undefined && index.columns.has(field.target)

/**
 * The names of the records that a cell linked to before its field's type changed, joined by `', '`. Includes records in the trash,
 * and the ids of records that are not on this device. For other cells, the column itself. See `showsFormerLinks`.
 */
export const formerLinksSql = (compiling: Compiling, field: Field, row: string): string => {
  const column = `${row}.${columnName(field.id)}`
  const target = field.target && tableOf(compiling.index, field.target)
  if (!target) return column
  compiling.tables.add(target.id)
  const [link, record] = [alias(compiling), alias(compiling)]
  const name = `iif(${record}.id IS NULL, ${link}.target, ${labelSql(compiling, target, record)})`
  const names = `SELECT group_concat(${name}, ', ' ORDER BY ${link}.place) FROM ${linkName(field.id)} AS ${link}
    LEFT JOIN ${tableName(target.id)} AS ${record} ON ${record}.id = ${link}.target WHERE ${link}.source = ${row}.id`
  return `coalesce((${names}), ${column})`
}

/**
 * The label of a record: the displayed value of its table's primary field.
 * @param text compiles the field's text, for display or for comparison
 */
export const labelSql = (compiling: Compiling, table: Table, row: string, text = textSql): string => {
  const primary = primaryOf(table)
  // A record whose label depends on itself through links has no label.
  if (!primary || compiling.stack.includes(primary.id)) return "''"
  const shown = text(compiling, primary, row)
  return LABELLED.has(primary.type) ? `coalesce(substr(${shown}, 1, ${LABEL_LENGTH}), '')` : `coalesce(${shown}, '')`
}

const computedSql = (compiling: Compiling, field: Field, row: string): string => {
  if (field.type === 'formula') {
    const { expression } = field.settings
    if (typeof expression !== 'string') throw new QueryError('bad-formula', `"${field.name}" has no formula yet.`)
    probeFormula(compiling.index, expression)
    return compileFormula(expression, (reference) => operandSql(compiling, referred(compiling, field, reference), row))
  }
  const { via, of } = field.settings
  const link = via === undefined ? undefined : fieldOf(compiling.index, via)
  if (!link || link.table !== field.table)
    throw new QueryError('bad-formula', `The link that "${field.name}" follows does not exist. It may be in the trash.`)
  const shown = shownRecords(compiling, link, row)
  if (!shown) throw new QueryError('bad-formula', `"${link.name}", which "${field.name}" follows, has no table in this space.`)
  const target = of === undefined ? undefined : shown.table.fields.find(({ id }) => id === of)
  const rollup = field.type === 'lookup' ? 'list' : (field.settings.rollup ?? 'count')
  if (!target) {
    if (rollup === 'count') return `(SELECT count(*) FROM ${shown.from})`
    throw new QueryError('bad-formula', `The field that "${field.name}" reads does not exist. It may be in the trash.`)
  }
  return `(SELECT ${aggregateSql(compiling, rollup, target, shown.record, shown.order)} FROM ${shown.from})`
}

export type Aggregate = 'count' | 'sum' | 'average' | 'min' | 'max' | 'list' | 'earliest' | 'latest' | 'checked'

/** Aggregates `field` over the rows called `row`. */
export const aggregateSql = (compiling: Compiling, aggregate: Aggregate, field: Field, row: string, order: string): string => {
  if (aggregate === 'list') return `group_concat(${textSql(compiling, field, row)}, ', ' ORDER BY ${order})`
  const value = operandSql(compiling, field, row)
  const number = `CASE WHEN typeof(${value}) IN ('integer', 'real') THEN ${value} END`
  switch (aggregate) {
    case 'sum':
      return `total(${number})`
    case 'average':
      return `avg(${number})`
    case 'min':
    case 'max':
      return `${aggregate}(${kindOf(compiling, field) === 'number' ? number : value})`
    case 'earliest':
    case 'latest':
      return `${aggregate === 'earliest' ? 'min' : 'max'}(CASE WHEN ${value} NOT GLOB '--*' THEN ${value} END)`
    case 'checked':
      return `avg(CASE WHEN ${value} IS 1 THEN 1.0 ELSE 0.0 END)`
    default:
      return `count(${value})`
  }
}

/** The field of the same table that `{reference}` names, by id or by name. */
const referred = ({ index }: Compiling, field: Field, reference: string): Field => {
  const fields = tableOf(index, field.table)?.fields ?? []
  const folded = reference.toLowerCase()
  const found = fields.find(({ id }) => id === reference) ?? fields.find(({ name }) => name.toLowerCase() === folded)
  if (!found)
    throw new QueryError(
      'bad-formula',
      `The formula of "${field.name}" refers to {${reference}}, which is not a field of this table.`,
    )
  return found
}

/** A field's value as an operand of formulas and aggregates. Values that do not fit the field's type count as empty. */
export const operandSql = (compiling: Compiling, field: Field, row: string): string => {
  switch (kindOf(compiling, field)) {
    case 'choice':
    case 'choices':
    case 'links':
    case 'tree':
    case 'files':
      return shownSql(compiling, field, row)
    case 'checkbox':
      return `coalesce(${fitting(valueSql(compiling, field, row))}, 0)`
    case 'moment':
      // Without the time zone, which SQLite's functions do not parse.
      return `CASE WHEN ${valueSql(compiling, field, row)} < ${UNFIT_SQL} THEN substr(${valueSql(compiling, field, row)}, 1, 19) || 'Z' END`
    case 'number':
    case 'date':
      return isComputed(field) ? valueSql(compiling, field, row) : fitting(valueSql(compiling, field, row))
    default:
      return valueSql(compiling, field, row)
  }
}

const isComputed = ({ type }: Field): boolean => type === 'lookup' || type === 'rollup' || type === 'formula'
