import { msg } from '@lit/localize'
import { css, LitElement } from 'lit'
import { property, query, state } from 'lit/decorators.js'
import type { Cell, Field, RecordId, SpaceId, Table } from '../../../engine/api/engine.ts'
import { hueOf } from '../../theme/hue.ts'
import { PAUSED, Watched } from '../../watched.ts'
import { textOf } from '../show-cell.ts'
import type { Picker, PickerItem } from './picker.ts'
import './picker.ts'

/** As many records are offered; typing narrows them. */
const OFFERED = 50

/** What editors share that choose among the records of a table. */
export abstract class RecordPicker extends LitElement {
  static override styles = css`:host { display: block }`

  @property({ attribute: false }) space!: SpaceId
  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) tables: readonly Table[] = []
  @property({ attribute: false }) cell: Cell | undefined
  @property({ attribute: false }) record!: RecordId
  @property() typed = ''
  @state() protected query = ''
  @query('tessera-picker') protected picker!: Picker

  #found = new Watched(this, 'window', () =>
    this.target
      ? { space: this.space, table: this.target.id, offset: 0, limit: OFFERED, ...(this.query && { labelled: this.query }) }
      : PAUSED,
  )

  /** The table whose records are offered; undefined while it is in the trash. */
  protected abstract get target(): Table | undefined

  override willUpdate(): void {
    if (!this.hasUpdated) this.query = this.typed
  }

  finish(): boolean {
    return this.picker.finish()
  }

  /** The records that match what is typed. */
  protected get found(): readonly PickerItem[] {
    const first = this.target?.fields[0]
    return (this.#found.value?.rows ?? []).map(({ id, cells }) => ({
      id,
      label: (first && textOf(first, cells[first.id])) || msg('Unnamed'),
      hue: hueOf(id),
    }))
  }

  protected typedMore = (): void => {
    this.query = this.picker.text
  }
}
