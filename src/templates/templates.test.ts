import { describe, expect, it } from 'vitest'
import { randomBytes, toHex } from '../bytes/encoding.ts'
import { commitAlone } from '../space/answer-lookups.ts'
import { cellOf } from '../space/cells/cell.ts'
import type { Edit } from '../space/edits/edits.ts'
import { newId, type RecordId } from '../space/ids.ts'
import { readRecord } from '../space/read-records.ts'
import type { Field, Table } from '../space/schema.ts'
import { primaryOf } from '../space/schema.ts'
import { createSpace, type Space } from '../space/space.ts'
import type { Template } from './template.ts'
import { templateEdits } from './template-edits.ts'
import { TEMPLATES, templateOf } from './templates.ts'

const NOW = 1_780_000_000

const made = (template: Template): Space => {
  const { space } = createSpace(toHex(randomBytes(24)), template.name, NOW)
  commitAlone(space, templateEdits(template), NOW)
  return space
}

const commit = (space: Space, edits: readonly Edit[]) => commitAlone(space, edits, NOW + 60)

const tableIn = ({ schema }: Space, name: string): Table => {
  const table = schema.tables.find((each) => each.name === name)
  if (!table) throw new Error(`There is no table ${name}.`)
  return table
}

const fieldIn = (table: Table, name: string): Field => {
  const field = table.fields.find((each) => each.name === name)
  if (!field) throw new Error(`There is no field ${name}.`)
  return field
}

const cell = (space: Space, table: string, record: RecordId, field: string) => {
  const found = tableIn(space, table)
  const stored = readRecord(space, found.id, record)
  return stored && cellOf(fieldIn(found, field), stored.flat)
}

describe.each(TEMPLATES.map((template) => [template.id, template] as const))('the template %s', (_, template) => {
  it('creates its tables, fields and views in order', () => {
    const { schema } = made(template)
    expect(schema.tables.map(({ name }) => name)).toEqual(template.tables.map(({ name }) => name))
    for (const [at, { fields, views }] of template.tables.entries()) {
      const table = schema.tables[at]
      const own = table?.fields.filter(({ settings }) => settings.inverse === undefined)
      expect(own?.map(({ name, type }) => [name, type])).toEqual(fields.map(({ name, type }) => [name, type]))
      expect(table && primaryOf(table)?.name).toBe(fields[0]?.name)
      expect(table?.views.map(({ name }) => name)).toEqual(views.map(({ name }) => name))
    }
  })

  it('gives every space its own ids', () => {
    const idsOf = ({ schema }: Space) => schema.tables.flatMap(({ id, fields }) => [id, ...fields.map((field) => field.id)])
    const [one, other] = [new Set<string>(idsOf(made(template))), idsOf(made(template))]
    expect(other.filter((id) => one.has(id))).toEqual([])
  })

  it('refers in its views only to fields of their tables', () => {
    for (const { fields, views } of made(template).schema.tables) {
      const own = new Set<string>(fields.map(({ id }) => id))
      const said = JSON.stringify(views.map(({ filter, sort, group }) => [filter, sort, group])).matchAll(/"field":"([^"]*)"/g)
      for (const [, field = ''] of said) expect(own).toContain(field)
    }
  })

  it('reads existing fields through links', () => {
    const { tables } = made(template).schema
    for (const field of tables.flatMap(({ fields }) => fields)) {
      if (field.type !== 'lookup' && field.type !== 'rollup') continue
      const via = tables.flatMap(({ fields }) => fields).find(({ id }) => id === field.settings.via)
      const target = tables.find(({ id }) => id === via?.target)
      expect(target?.fields.map(({ id }) => id)).toContain(field.settings.of)
    }
  })
})

describe('a plural system', () => {
  it('stores who belongs to a subsystem in which role, and who fronts since when', () => {
    const space = made(templateOf('plural-system'))
    const [ash, below, above, entry] = [newId<RecordId>(), newId<RecordId>(), newId<RecordId>(), newId<RecordId>()]
    commit(space, [
      { do: 'create-record', id: ash, table: 'Members', values: { Name: 'Ash', Pronouns: 'they/them', Roles: ['Host'] } },
      { do: 'create-record', id: above, table: 'Groups', values: { Name: 'The House', Kind: 'Subsystem' } },
      { do: 'create-record', id: below, table: 'Groups', values: { Name: 'The Attic', 'Part of': above } },
      { do: 'link', table: 'Groups', record: below, field: 'Members', to: ash, attributes: { Role: 'Keeper', Leads: true } },
      { do: 'create-record', id: entry, table: 'Front', values: { Who: ash, Status: 'tired' } },
    ])
    const members = cell(space, 'Groups', below, 'Members')
    const [role] = fieldIn(tableIn(space, 'Groups'), 'Members').attributes
    expect(members).toMatchObject({ to: [ash], links: [{ attributes: { [String(role?.id)]: { value: 'Keeper' } } }] })
    expect(cell(space, 'Groups', below, 'Part of')).toMatchObject({ parents: [{ parent: above }] })
    expect(cell(space, 'Front', entry, 'Start')).toMatchObject({ value: '2026-05-28T20:27:40Z' })
    expect(cell(space, 'Members', ash, 'Archived')).toMatchObject({ value: false })
  })

  it('keeps a default whose option was renamed', () => {
    const space = made(templateOf('plural-system'))
    const front = fieldIn(tableIn(space, 'Front'), 'Front')
    const [option] = front.options
    const entry = newId<RecordId>()
    commit(space, [{ do: 'update-field', field: front.id, option: { id: option?.id ?? newId(), name: 'In front' } }])
    commit(space, [{ do: 'create-record', id: entry, table: 'Front' }])
    expect(cell(space, 'Front', entry, 'Front')).toMatchObject({ value: option?.id })
  })
})

describe('a machine inventory', () => {
  it('takes the interfaces of a machine along to the trash, and keeps names and addresses unique', () => {
    const space = made(templateOf('machine-inventory'))
    const [machine, port] = [newId<RecordId>(), newId<RecordId>()]
    commit(space, [
      { do: 'create-record', id: machine, table: 'Machines', values: { Name: 'atlas', Kind: 'Server', Memory: 64 } },
      {
        do: 'create-record',
        id: port,
        table: 'Interfaces',
        values: { Name: 'eth0', Machine: machine, 'MAC address': '02:00:00:00:00:01' },
      },
    ])
    expect(fieldIn(tableIn(space, 'Interfaces'), 'Machine').settings.onDelete).toBe('cascade')
    expect(() => commit(space, [{ do: 'create-record', table: 'Machines', values: { Name: 'Atlas' } }])).toThrow('unique')
    expect(() => commit(space, [{ do: 'create-record', table: 'Interfaces', values: { Name: 'eth1' } }])).toThrow(
      '"Machine" is required',
    )
  })

  it('stores the role of a machine in a service', () => {
    const space = made(templateOf('machine-inventory'))
    const [machine, service] = [newId<RecordId>(), newId<RecordId>()]
    commit(space, [
      { do: 'create-record', id: machine, table: 'Machines', values: { Name: 'atlas' } },
      { do: 'create-record', id: service, table: 'Services', values: { Name: 'Mail', Kind: 'Service' } },
      {
        do: 'link',
        table: 'Machines',
        record: machine,
        field: 'Services',
        to: service,
        attributes: { Part: 'Primary', Port: 25 },
      },
    ])
    expect(cell(space, 'Services', service, 'Runs on')).toMatchObject({ to: [machine] })
  })
})

describe('an outline', () => {
  it('is a tree of notes with tags and dates', () => {
    const space = made(templateOf('outline'))
    const [above, below] = [newId<RecordId>(), newId<RecordId>()]
    commit(space, [
      { do: 'create-record', id: above, table: 'Notes', values: { Title: 'Garden', Text: 'What grows where.' } },
      {
        do: 'create-record',
        id: below,
        table: 'Notes',
        values: { Title: 'Beans', Below: above, Tags: ['Idea'], Date: '2026-05' },
      },
    ])
    expect(cell(space, 'Notes', below, 'Below')).toMatchObject({ parents: [{ parent: above }] })
    expect(() => commit(space, [{ do: 'move', table: 'Notes', record: above, field: 'Below', parent: below }])).toThrow('below')
  })
})

it('lists the available templates for an unknown one', () => {
  expect(() => templateOf('garden')).toThrow('There are blank, plural-system, machine-inventory, outline.')
})
