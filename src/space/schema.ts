import type { FieldId, OptionId, RecordId, SpaceId, TableId, ViewId } from './ids.ts'

export const FIELD_TYPES = [
  'text',
  'long-text',
  'number',
  'checkbox',
  'date',
  'date-time',
  'duration',
  'choice',
  'choices',
  'rating',
  'colour',
  'url',
  'email',
  'phone',
  'file',
  'link',
  'tree',
  'lookup',
  'rollup',
  'formula',
  'created',
  'changed',
  'created-by',
  'changed-by',
  'auto-number',
] as const
export type FieldType = (typeof FIELD_TYPES)[number]

/** Types whose cells are worked out from others: nobody sets them. */
export const COMPUTED_TYPES: ReadonlySet<FieldType> = new Set([
  'lookup',
  'rollup',
  'formula',
  'created',
  'changed',
  'created-by',
  'changed-by',
])

export const ROLLUPS = ['count', 'sum', 'average', 'min', 'max', 'list', 'earliest', 'latest', 'checked'] as const
export type Rollup = (typeof ROLLUPS)[number]

export const NUMBER_FORMATS = ['plain', 'percent', 'currency'] as const
/** What becomes of a record when those it links to go to the trash. */
export const DELETE_RULES = ['clear', 'cascade', 'restrict'] as const
export type DeleteRule = (typeof DELETE_RULES)[number]

/** What a field's type asks for beside its name. Keys are those of the field's own map in the document. */
export interface FieldSettings {
  /** Of a number. */
  readonly format?: (typeof NUMBER_FORMATS)[number]
  /** What stands behind a number, such as `kg`. */
  readonly unit?: string
  /** ISO 4217. */
  readonly currency?: string
  /** Digits behind the point, 0 to 10. */
  readonly precision?: number
  /** The greatest rating, 1 to 10. */
  readonly max?: number
  /** A link into another space. */
  readonly space?: SpaceId
  /** The other side of a two-way link: the field, of the table it points into, that stores it. */
  readonly inverse?: FieldId
  /** Of a link: whether a record there may be linked to by one record alone. */
  readonly one?: boolean
  readonly onDelete?: DeleteRule
  /** Of a lookup or rollup: the link it follows, and the field it reads there. */
  readonly via?: FieldId
  readonly of?: FieldId
  readonly rollup?: Rollup
  /** Of a formula: a SQL expression in which `{Name}` or `{id}` stands for a field. */
  readonly expression?: string
}

export const SETTING_KEYS = [
  'format',
  'unit',
  'currency',
  'precision',
  'max',
  'space',
  'inverse',
  'one',
  'onDelete',
  'via',
  'of',
  'rollup',
  'expression',
] as const satisfies readonly (keyof FieldSettings)[]

/** A space's tables as people see them: in order, nothing from the trash but what `deleted` lists. */
export interface Schema {
  readonly name: string
  readonly icon: string
  readonly colour: number | undefined
  readonly description: string
  /** The version of the format that the document has; greater than this program's when a newer one has written. */
  readonly version: string
  readonly tables: readonly Table[]
  /** In the trash, newest first. */
  readonly deleted: { readonly tables: readonly Table[]; readonly fields: readonly Field[]; readonly views: readonly View[] }
  /** Being imported, here or elsewhere: shown nowhere yet. */
  readonly unfinished: readonly Table[]
  /** Tables no list shows: the comments. */
  readonly hidden: readonly Table[]
}

export const EMPTY_SCHEMA: Schema = {
  name: '',
  icon: '',
  colour: undefined,
  description: '',
  version: '',
  tables: [],
  deleted: { tables: [], fields: [], views: [] },
  unfinished: [],
  hidden: [],
}

/** Every table that has records, shown or not. */
export const everyTable = ({ tables, deleted, unfinished, hidden }: Schema): Table[] => [
  ...tables,
  ...deleted.tables,
  ...unfinished,
  ...hidden,
]

/** Tables whose records the trash is about: a table in the trash takes nothing of others with it. */
export const livingTables = ({ tables, hidden }: Schema): readonly Table[] => [...tables, ...hidden]

export interface Table {
  readonly id: TableId
  readonly name: string
  readonly icon: string
  /** The field that names a record, when one was chosen: see `primaryOf`. */
  readonly primary: FieldId | undefined
  /** In their order. */
  readonly fields: readonly Field[]
  readonly views: readonly View[]
  /** Imports into this table that have not come to their end, or were undone: their records show nowhere. */
  readonly batches: { readonly [batch: string]: string }
}

export interface Field {
  readonly id: FieldId
  readonly table: TableId
  readonly name: string
  readonly type: FieldType
  /** Of a type this version does not know: shown as it is, read-only. */
  readonly unknownType?: string
  readonly description: string
  readonly required: boolean
  readonly unique: boolean
  /** What a new record gets, as `create-record` takes it; worked out once, by the device that makes the record. */
  readonly default?: DefaultValue
  /** Choices, in their order. */
  readonly options: readonly Option[]
  /** The table a `link` points into; a tree's is its own. */
  readonly target?: TableId
  /** Whether a `link` holds several records. */
  readonly many: boolean
  readonly settings: FieldSettings
  /** What is kept with each link: fields whose values stand at the link. */
  readonly attributes: readonly Field[]
}

/** A value for new records, or what works one out at that moment. */
export type DefaultValue = string | number | boolean | readonly (OptionId | RecordId)[] | { readonly from: 'now' | 'today' }

export interface Option {
  readonly id: OptionId
  readonly name: string
  /** 1 to 12, a hue of the look. */
  readonly colour: number
}

/** How a table is looked at. Filter, sort and group are one value each, so that none is half of one and half of another. */
export interface View {
  readonly id: ViewId
  readonly table: TableId
  readonly name: string
  /** Such as `grid`, `list`, `board`; what this version does not know is shown as a grid. */
  readonly kind: string
  /** JSON, as the queries take them; undefined when none is set or it cannot be read. */
  readonly filter?: unknown
  readonly sort?: unknown
  readonly group?: unknown
  readonly columns: readonly ViewColumn[]
}

export interface ViewColumn {
  readonly field: FieldId
  /** In CSS pixels. */
  readonly width?: number
  readonly hidden: boolean
  readonly order: string
}

/** The field that names a record of this table: the one that was chosen, or the first that holds something of its own. */
export const primaryOf = ({ fields, primary }: Table): Field | undefined => {
  const naming = fields.filter(({ type, settings }) => !COMPUTED_TYPES.has(type) && settings.inverse === undefined)
  return naming.find(({ id }) => id === primary) ?? naming[0]
}
