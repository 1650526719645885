import { mayHoldFormerLinks } from '../../space/cells/cell.ts'
import type { FieldId } from '../../space/ids.ts'
import { everyTable, type Field, type FieldType, type Schema, type Table } from '../../space/schema.ts'
import { type Database, run } from '../sqlite/sqlite.ts'
import { storedFields } from './rows.ts'
import { columnName, entryOf, foldedName, linkName, type SpaceIndex, tableName, treeName } from './space-index.ts'

/** Columns that a table ever gets, those of fields that went to the trash among them. */
const COLUMNS = 1_980

/** Columns up to which there is room for texts as they are compared. */
const ROOMY = 1_000

/** Fields that are filtered and sorted by what they say; long texts are seldom, and would stand there twice. */
const FOLDED: ReadonlySet<FieldType> = new Set(['text', 'url', 'email', 'phone', 'colour'])

/** Whether the column `foldedName` says how this field's texts are compared. */
export const isFolded = ({ folded }: SpaceIndex, field: Field): boolean =>
  // The names of linked records change without the row.
  FOLDED.has(field.type) && folded.get(field.table)?.has(field.id) === true && !mayHoldFormerLinks(field)

/** Makes tables and columns for what is new in `schema`; nothing is ever taken away while the index lives. */
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
