import type { FieldInput, ViewInput } from '../space/edits/edits.ts'

/** A space ready to be used, as data. Tables and fields speak of each other by their names; ids are made for each space anew. */
export interface Template {
  readonly id: string
  readonly name: string
  readonly description: string
  /** Of the space itself. */
  readonly icon: string
  /** 1 to 12. */
  readonly colour: number
  readonly tables: readonly TemplateTable[]
}

export interface TemplateTable {
  readonly name: string
  readonly icon: string
  /** The first one names a record. `target`, `via` and `of` are names of this template. */
  readonly fields: readonly TemplateField[]
  readonly views: readonly TemplateView[]
}

export type TemplateField = Omit<FieldInput, 'id' | 'space'>

/** Fields in `filter`, `sort` and `group` are named: every `field` in them. */
export interface TemplateView extends ViewInput {
  readonly name: string
  readonly kind: 'grid' | 'list' | 'board' | 'outline' | 'calendar'
  /** Fields that it does not show. */
  readonly hide?: readonly string[]
}
