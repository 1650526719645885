import { mayHoldFormerLinks } from '../../space/cells/cell.ts'
import type { FieldId } from '../../space/ids.ts'
import { everyTable, type Field, type FieldType, type Schema, type Table } from '../../space/schema.ts'
import { type Database, run } from '../sqlite/sqlite.ts'
import { storedFields } from './rows.ts'
import { columnName, entryOf, foldedName, linkName, type SpaceIndex, tableName, treeName } from './space-index.ts'

/** Maximum number of columns per table, including those of fields in the trash. */
const COLUMNS = 1_980

/** Up to this many columns, text fields also get a folded column. */
const ROOMY = 1_000

/** Field types with a folded column for filtering and sorting. Long texts are rarely sorted by, and would be stored twice. */
const FOLDED: ReadonlySet<FieldType> = new Set(['text', 'url', 'email', 'phone', 'colour'])

/** Whether the column `foldedName` holds this field's normalised text. */
export const isFolded = ({ folded }: SpaceIndex, field: Field): boolean =>
  // The names of linked records change without the row.
  FOLDED.has(field.type) && folded.get(field.table)?.has(field.id) === true && !mayHoldFormerLinks(field)

/** Creates tables and columns for what is new in `schema`. Nothing is removed during the lifetime of the index. */
export const defineSchema = (index: SpaceIndex, schema: Schema): void => {
  index.schema = schema
  for (const table of everyTable(schema)) defineTable(index, table)
}

const defineTable = (index: SpaceIndex, table: Table): void => {
  const { database, columns, links, trees } = index
  const name = tableName(table.id)
  const known = columns.get(table.id)
  const fields = known ?? []
  const folded = entryOf(index.folded, table.id, () => new Set<FieldId>())
  const count = () => fields.length + folded.size
  const added: string[] = []
  for (const { id } of storedFields(table)) {
    if (fields.includes(id) || count() >= COLUMNS) continue
    added.push(columnName(id))
    fields.push(id)
  }
  for (const { id, type } of storedFields(table)) {
    if (!FOLDED.has(type) || folded.has(id) || count() >= ROOMY) continue
    added.push(foldedName(id))
    folded.add(id)
  }
  // SQLite parses the definitions of all tables again for each column that is added later.
  if (known) for (const column of added) run(database, `ALTER TABLE ${name} ADD COLUMN ${column}`)
  else {
    run(
      database,
      `CREATE TABLE ${name} (id TEXT NOT NULL UNIQUE, ord TEXT NOT NULL, deleted INTEGER NOT NULL, marked REAL, hidden TEXT,
         created REAL, created_by INTEGER, changed REAL, changed_by INTEGER${added.map((column) => `, ${column}`).join('')});
       CREATE INDEX ${name}_ord ON ${name} (deleted, ord, id)`,
    )
  }
  for (const field of storedFields(table)) {
    if (!fields.includes(field.id)) continue
    if (field.type === 'link' || mayHoldFormerLinks(field)) defineLink(database, links, field)
    if (field.type === 'tree' && !trees.has(field.id)) {
      const tree = treeName(field.id)
      run(
        database,
        `CREATE TABLE ${tree} (id TEXT PRIMARY KEY, parent TEXT NOT NULL, ord TEXT NOT NULL) WITHOUT ROWID;
         CREATE INDEX ${tree}_children ON ${tree} (parent, ord, id)`,
      )
      trees.add(field.id)
    }
  }
  columns.set(table.id, fields)
}

const defineLink = (database: Database, links: SpaceIndex['links'], field: Field): void => {
  const name = linkName(field.id)
  const known = links.get(field.id)
  const added = field.attributes.map(({ id }) => id).filter((id) => !known?.includes(id))
  if (known) for (const id of added) run(database, `ALTER TABLE ${name} ADD COLUMN ${columnName(id)}`)
  else {
    run(
      database,
      `CREATE TABLE ${name} (source TEXT NOT NULL, place INTEGER NOT NULL, target TEXT NOT NULL, space TEXT${added.map((id) => `, ${columnName(id)}`).join('')},
         PRIMARY KEY (source, place)) WITHOUT ROWID;
       CREATE INDEX ${name}_target ON ${name} (target, source)`,
    )
  }
  links.set(field.id, [...(known ?? []), ...added])
}
