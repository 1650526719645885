import type { FieldId, TableId } from '../../space/ids.ts'
import type { Field } from '../../space/schema.ts'
import { QueryError } from '../errors.ts'
import { fieldOf, type SpaceIndex } from '../index/space-index.ts'

/** Characters of SQL per field. Formulas that refer to formulas can double in length with every step. */
const LONGEST = 100_000

/** Inputs and results of compiling a field. */
export interface Compiling {
  readonly index: SpaceIndex
  /** Fields that are being compiled. A field that occurs twice refers to itself. */
  readonly stack: FieldId[]
  /** Tables that the result depends on, in addition to the record's own table. */
  readonly tables: Set<TableId>
  aliases: number
  length: number
}

export const newCompiling = (index: SpaceIndex): Compiling => ({ index, stack: [], tables: new Set(), aliases: 0, length: 0 })

export const isIn = ({ index }: Compiling, field: Field): boolean => index.columns.get(field.table)?.includes(field.id) === true

export const alias = (compiling: Compiling): string => `a${++compiling.aliases}`

export const within = (compiling: Compiling, field: Field, compile: () => string): string => {
  if (compiling.stack.includes(field.id)) {
    const names = [...compiling.stack, field.id].map((id) => `"${fieldOf(compiling.index, id)?.name ?? id}"`)
    throw new QueryError('bad-formula', `"${field.name}" refers to itself: ${names.join(' → ')}.`)
  }
  compiling.stack.push(field.id)
  try {
    const sql = compile()
    compiling.length += sql.length
    if (sql.length > LONGEST || compiling.length > 20 * LONGEST)
      throw new QueryError('bad-formula', `"${field.name}" depends on too many other fields. Simplify the formula.`)
    return sql
  } finally {
    compiling.stack.pop()
  }
}
