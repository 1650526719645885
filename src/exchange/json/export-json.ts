import type { ExportedField, ExportedSpace, ExportedValue } from '../exported.ts'

/** Identifies the format; see `docs/formats/export-json.md`. */
const FORMAT = 'tessera-export'
const VERSION = 1

/** One JSON document with all tables, fields and records. Cells are stored by the keys of their fields. */
export const exportJson = ({ tables, ...space }: ExportedSpace): string =>
  `${JSON.stringify(
    {
      format: FORMAT,
      version: VERSION,
      space,
      tables: tables.map(({ fields, records, ...table }) => ({
        ...table,
        fields: fields.map(described),
        records: records.map(({ id, created, values }) => ({
          id,
          created: new Date(created * 1_000).toISOString(),
          values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, plain(value)])),
        })),
      })),
    },
    undefined,
    1,
  )}\n`

const described = ({ key, field }: ExportedField) => ({
  id: field.id,
  key,
  name: field.name,
  type: field.unknownType ?? field.type,
  description: field.description,
  required: field.required,
  unique: field.unique,
  ...(field.default !== undefined && { default: field.default }),
  ...(field.options.length > 0 && { options: field.options }),
  ...(field.target !== undefined && { target: field.target }),
  ...(field.type === 'link' && { many: field.many }),
  settings: field.settings,
  ...(field.attributes.length > 0 && {
    attributes: field.attributes.map(({ id, name, type, options }) => ({ id, name, type, options })),
  }),
})

/** Plain values unchanged, everything else with ids and names. */
const plain = (value: ExportedValue): unknown => {
  switch (value.kind) {
    case 'value':
      return value.value
    case 'options':
      return value.options
    case 'links':
      return value.links
    case 'parent':
      return value.parent
    case 'files':
      return value.files
  }
}
