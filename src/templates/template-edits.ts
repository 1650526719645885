import type { Edit, FieldInput, OptionInput, ViewInput } from '../space/edits/edits.ts'
import { type FieldId, newId, type OptionId, type TableId } from '../space/ids.ts'
import type { Template, TemplateField, TemplateTable, TemplateView } from './template.ts'

/** The order of creation: stored fields first, then links, then fields that read through links. */
const TURNS: Readonly<Record<string, number>> = { link: 1, lookup: 2, rollup: 2, formula: 2 }
const LAST_TURN = 2

const turnOf = ({ type }: TemplateField): number => TURNS[type] ?? 0

/**
 * Converts a template to edits with new ids. Fields have the order of the template; the inverse sides of two-way links are last.
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

/** The ids of a template's names. @throws if a template refers to an unknown name */
interface Names {
  table(name: string): TableId
  field(table: string, name: string): FieldId
  /** The target table of a link of this name, from either side. */
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

/** The fields of a turn, each placed before the next field that already exists. */
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

/** Assigns ids to options, so that a default stays valid when its option is renamed. */
const withOptions = <Input extends Pick<FieldInput, 'options' | 'default'>>(input: Input): Input => {
  if (!input.options) return input
  const options = input.options.map((option): OptionInput & { id: OptionId } => ({ ...option, id: newId() }))
  const chosen = options.find(({ name }) => name === input.default)
  return { ...input, options, ...(chosen && { default: chosen.id }) }
}

/** Sets the primary field if it is not the first one created, and creates the views. */
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

/** Replaces the name in every `field` property by an id. */
const named = (part: unknown, idOf: (name: string) => FieldId): unknown => {
  if (Array.isArray(part)) return part.map((each) => named(each, idOf))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, key === 'field' ? idOf(String(value)) : named(value, idOf)]),
  )
}
