import type { ReactiveControllerHost } from 'lit'
import type { RecordId, SpaceId, Table } from '../../engine/api/engine.ts'
import type { Sort } from './sort.ts'

/** What the controllers of a grid use of its element. */
export interface GridHost extends ReactiveControllerHost, HTMLElement {
  readonly space: SpaceId
  readonly table: Table
  readonly tables: readonly Table[]
  /** The record that is open in the panel. */
  readonly opened: RecordId | undefined
  readonly sort: Sort | undefined
  readonly renderRoot: ParentNode
}
