import type { FieldInput, ViewInput } from '../space/edits/edits.ts'

/** A predefined space, as data. Tables and fields refer to each other by name; each space gets new ids. */
export interface Template {
  readonly id: string
  readonly name: string
  readonly description: string
  /** The icon of the space. */
  readonly icon: string
  /** 1 to 12. */
  readonly colour: number
  readonly tables: readonly TemplateTable[]
}

export interface TemplateTable {
  readonly name: string
  readonly icon: string
  /** The first one is the label of a record. `target`, `via` and `of` are names within this template. */
  readonly fields: readonly TemplateField[]
  readonly views: readonly TemplateView[]
}

export type TemplateField = Omit<FieldInput, 'id' | 'space'>

/** Every `field` in `filter`, `sort` and `group` is a name. */
export interface TemplateView extends ViewInput {
  readonly name: string
  readonly kind: 'grid' | 'list' | 'board' | 'outline' | 'calendar'
  /** Hidden fields. */
  readonly hide?: readonly string[]
}
