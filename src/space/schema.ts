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

/** Types whose cells are computed and cannot be set. */
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
/** What happens to a record when those it links to go to the trash. */
export const DELETE_RULES = ['clear', 'cascade', 'restrict'] as const
export type DeleteRule = (typeof DELETE_RULES)[number]

/** The settings of a field's type. Keys are those of the field's own map in the document. */
export interface FieldSettings {
  /** Of a number. */
  readonly format?: (typeof NUMBER_FORMATS)[number]
  /** Shown after a number, such as `kg`. */
  readonly unit?: string
  /** ISO 4217. */
  readonly currency?: string
  /** Digits after the decimal point, 0 to 10. */
  readonly precision?: number
  /** The maximum rating, 1 to 10. */
  readonly max?: number
  /** A link into another space. */
  readonly space?: SpaceId
  /** For the inverse side of a two-way link: the field of the target table that stores the links. */
  readonly inverse?: FieldId
  /** For a link: whether only one record may link to each target. */
  readonly one?: boolean
  readonly onDelete?: DeleteRule
  /** For a lookup or rollup: the link it follows, and the field it reads there. */
  readonly via?: FieldId
  readonly of?: FieldId
  readonly rollup?: Rollup
  /** For a formula: a SQL expression in which `{Name}` or `{id}` refers to a field. */
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

/** A space's tables as shown: in order, without the trash except in `deleted`. */
export interface Schema {
  readonly name: string
  readonly icon: string
  readonly colour: number | undefined
  readonly description: string
  /** The format version of the document; greater than this program's if a newer one has written to it. */
  readonly version: string
  readonly tables: readonly Table[]
  /** In the trash, newest first. */
  readonly deleted: { readonly tables: readonly Table[]; readonly fields: readonly Field[]; readonly views: readonly View[] }
  /** Tables of unfinished imports, on this device or others; not shown yet. */
  readonly unfinished: readonly Table[]
  /** Tables that no list shows: the comments. */
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

/** Every table with records, shown or not. */
export const everyTable = ({ tables, deleted, unfinished, hidden }: Schema): Table[] => [
  ...tables,
  ...deleted.tables,
  ...unfinished,
  ...hidden,
]

/** Tables whose records can be in the trash. A table in the trash takes no records of other tables with it. */
export const livingTables = ({ tables, hidden }: Schema): readonly Table[] => [...tables, ...hidden]

export interface Table {
  readonly id: TableId
  readonly name: string
  readonly icon: string
  /** The field chosen as the record's label, if any: see `primaryOf`. */
  readonly primary: FieldId | undefined
  /** In order. */
  readonly fields: readonly Field[]
  readonly views: readonly View[]
  /** Unfinished or undone imports into this table, whose records are not shown. */
  readonly batches: { readonly [batch: string]: string }
}

export interface Field {
  readonly id: FieldId
  readonly table: TableId
  readonly name: string
  readonly type: FieldType
  /** The type, if this version does not know it. The field is then read-only. */
  readonly unknownType?: string
  readonly description: string
  readonly required: boolean
  readonly unique: boolean
  /** The default for new records, in the form of `create-record`; computed once, by the device that creates the record. */
  readonly default?: DefaultValue
  /** Options of a choice, in order. */
  readonly options: readonly Option[]
  /** The target table of a `link`; for a tree, its own table. */
  readonly target?: TableId
  /** Whether a `link` holds several records. */
  readonly many: boolean
  readonly settings: FieldSettings
  /** Attributes of each link: fields whose values are stored with the link. */
  readonly attributes: readonly Field[]
}

/** A constant for new records, or what to compute when the record is created. */
export type DefaultValue = string | number | boolean | readonly (OptionId | RecordId)[] | { readonly from: 'now' | 'today' }

export interface Option {
  readonly id: OptionId
  readonly name: string
  /** 1 to 12: a hue of the theme. */
  readonly colour: number
}

/** A view of a table. Filter, sort and group are one value each, so that concurrent edits never mix two of them. */
export interface View {
  readonly id: ViewId
  readonly table: TableId
  readonly name: string
  /** Such as `grid`, `list`, `board`. An unknown kind is shown as a grid. */
  readonly kind: string
  /** JSON in the form of queries; undefined if none is set or it is invalid. */
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

/** The field that is the label of a table's records: the chosen one, or the first one that stores a value. */
export const primaryOf = ({ fields, primary }: Table): Field | undefined => {
  const naming = fields.filter(({ type, settings }) => !COMPUTED_TYPES.has(type) && settings.inverse === undefined)
  return naming.find(({ id }) => id === primary) ?? naming[0]
}
