import type { Edit, FieldInput, OptionInput, ViewInput } from '../space/edits/edits.ts'
import { type FieldId, newId, type OptionId, type TableId } from '../space/ids.ts'
import type { Template, TemplateField, TemplateTable, TemplateView } from './template.ts'

/** What is made after what: fields that hold something, links, what reads through links. */
const TURNS: Readonly<Record<string, number>> = { link: 1, lookup: 2, rollup: 2, formula: 2 }
const LAST_TURN = 2

const turnOf = ({ type }: TemplateField): number => TURNS[type] ?? 0

/**
 * A template as ordinary edits, with fresh ids. Each field stands where the template has it, the other sides of two-way links
 * behind all.
 */
export const templateEdits = ({ icon, colour, tables }: Template): Edit[] => {
  if (tables.length === 0) return []
  const names = namesOf(tables)
  const edits: Edit[] = [{ do: 'update-space', icon, colour }]
  for (const table of tables) {
    const fields = table.fields.filter((field) => turnOf(field) === 0).map((field) => fieldInput(names, table, field))
    edits.push({ do: 'create-table', id: names.table(table.name), name: table.name, icon: table.icon, fields })
  }
  for (let turn = 1; turn <= LAST_TURN; turn++) for (const table of tables) edits.push(...laterFields(names, table, turn))
  for (const table of tables) edits.push(...tableEdits(names, table))
  return edits
}

/** The ids that names stand for. @throws when a template speaks of what is not in it */
interface Names {
  table(name: string): TableId
  field(table: string, name: string): FieldId
  /** The table that a link of this name leads to, from either side. */
  across(table: TemplateTable, link: string): string
}

const namesOf = (tables: readonly TemplateTable[]): Names => {
  const tableIds = new Map(tables.map(({ name }) => [name, newId<TableId>()]))
  const fieldIds = new Map<string, FieldId>()
  const inverses = new Map<string, string>()
  const keyOf = (table: string, field: string) => JSON.stringify([table, field])
  for (const table of tables) {
    for (const { name, target, twoWay } of table.fields) {
      fieldIds.set(keyOf(table.name, name), newId())
      if (!twoWay) continue
      fieldIds.set(keyOf(target ?? table.name, twoWay.name), newId())
      inverses.set(keyOf(target ?? table.name, twoWay.name), table.name)
    }
  }
  const known = <Found>(found: Found | undefined, name: string): Found => {
    if (found === undefined) throw new Error(`The template speaks of "${name}", which is not in it.`)
    return found
  }
  return {
    table: (name) => known(tableIds.get(name), name),
    field: (table, name) => known(fieldIds.get(keyOf(table, name)), `${table}: ${name}`),
    across({ name, fields }, link) {
      const own = fields.find((field) => field.name === link)
      return own ? (own.target ?? name) : known(inverses.get(keyOf(name, link)), `${name}: ${link}`)
    },
  }
}

/** The fields of a turn, each before the next one that stands already. */
const laterFields = (names: Names, table: TemplateTable, turn: number): Edit[] =>
  table.fields.flatMap((field, at): Edit[] => {
    if (turnOf(field) !== turn) return []
    const next = table.fields.slice(at + 1).find((each) => turnOf(each) < turn)
    const before = next && { before: names.field(table.name, next.name) }
    return [{ do: 'create-field', table: names.table(table.name), ...fieldInput(names, table, field), ...before }]
  })

const fieldInput = (names: Names, table: TemplateTable, field: TemplateField): FieldInput => {
  const { target, via, of, twoWay, attributes, ...own } = field
  return {
    ...withOptions(own),
    id: names.field(table.name, field.name),
    ...(target !== undefined && { target: names.table(target) }),
    ...(via !== undefined && { via: names.field(table.name, via) }),
    ...(via !== undefined && of !== undefined && { of: names.field(names.across(table, via), of) }),
    ...(twoWay && { twoWay: { name: twoWay.name, id: names.field(target ?? table.name, twoWay.name) } }),
    ...(attributes && { attributes: attributes.map(withOptions) }),
  }
}

/** Options with ids, so that a default holds on to its option when that is renamed. */
const withOptions = <Input extends Pick<FieldInput, 'options' | 'default'>>(input: Input): Input => {
  if (!input.options) return input
  const options = input.options.map((option): OptionInput & { id: OptionId } => ({ ...option, id: newId() }))
  const chosen = options.find(({ name }) => name === input.default)
  return { ...input, options, ...(chosen && { default: chosen.id }) }
}

/** What names a record where it is not the first field that was made, and the views. */
const tableEdits = (names: Names, table: TemplateTable): Edit[] => {
  const id = names.table(table.name)
  const [first] = table.fields
  const primary: Edit[] =
    first && turnOf(first) > 0 ? [{ do: 'update-table', table: id, primary: names.field(table.name, first.name) }] : []
  return [...primary, ...table.views.map((view): Edit => ({ do: 'create-view', table: id, ...viewInput(names, table, view) }))]
}

const viewInput = (names: Names, table: TemplateTable, { name, kind, hide = [], ...parts }: TemplateView) => {
  const withIds = named(parts, (field) => names.field(table.name, field)) as ViewInput
  const columns = Object.fromEntries(hide.map((field) => [names.field(table.name, field), { hidden: true }]))
  return { name, kind, ...withIds, ...(hide.length > 0 && { columns }) }
}

/** The same with an id in place of every `field`. */
const named = (part: unknown, idOf: (name: string) => FieldId): unknown => {
  if (Array.isArray(part)) return part.map((each) => named(each, idOf))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, key === 'field' ? idOf(String(value)) : named(value, idOf)]),
  )
}
