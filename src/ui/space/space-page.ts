import { msg } from '@lit/localize'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { OpenSpace, RecordId, SpaceSummary, Table, TableId } from '../../engine/api/engine.ts'
import { newId } from '../../engine/api/new-id.ts'
import { askField } from '../fields/dialog/field-dialog.ts'
import type { Grid } from '../grid/grid.ts'
import type { OpenRecord } from '../grid/open-record.ts'
import type { Dialog } from '../parts/dialog.ts'
import type { Route } from '../route.ts'
import { navigate } from '../router.ts'
import { Narrow } from '../shell/narrow.ts'
import { OverdueController } from '../shell/overdue.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { columnItems } from './column-items.ts'
import { spacePageStyles } from './space-page-styles.ts'
import { spaceState } from './space-state.ts'
import { addTable, tableItems } from './table-items.ts'
import { UndoKeys } from './undo.ts'
import '../grid/grid.ts'
import '../grid/rows/row-list.ts'
import '../parts/dialog.ts'
import '../parts/menu.ts'
import '../record/record.ts'
import './space-nav.ts'
import './sync-line.ts'

/** A space: its navigation, one table, and the panel of an open record. */
@customElement('tessera-space')
export class SpacePage extends LitElement {
  static override styles = [controls, spacePageStyles]

  @property({ attribute: false }) route!: Extract<Route, { kind: 'space' }>
  /** A new record on a phone, which the first change creates. */
  @state() private fresh: RecordId | undefined
  @query('tessera-grid') private grid!: Grid | null
  @query('#lists') private lists!: Dialog
  #seen: TableId | undefined
  /** A table that was just created here: the cursor goes to its first cell. */
  #made: TableId | undefined
  #narrow = new Narrow(this)
  #overdue = new OverdueController(this)
  #schema = new Watched(this, 'schema', () => ({ space: this.route.space }))
  #spaces = new Watched(this, 'spaces', () => undefined)

  constructor() {
    super()
    this.addController(new UndoKeys(() => this.route.space))
  }

  get #table(): Table | undefined {
    const tables = this.#schema.value?.schema.tables
    return this.route.table ? tables?.find(({ id }) => id === this.route.table) : tables?.[0]
  }

  get #summary(): SpaceSummary | undefined {
    return this.#spaces.value?.find(({ id }) => id === this.route.space)
  }

  override willUpdate(changed: PropertyValues<this>): void {
    // `#addRecord` sets `fresh` before it changes the route.
    if (changed.has('route') && this.route.record !== this.fresh) this.fresh = undefined
    this.#leaveDeletedTable()
  }

  /** When the shown table is deleted, the page shows the first table instead. */
  #leaveDeletedTable(): void {
    const { space, table } = this.route
    const shown = this.#table
    if (shown) this.#seen = shown.id
    else if (table && table === this.#seen && this.#schema.value?.ready) navigate({ kind: 'space', space }, { replace: true })
  }

  #show(table: Table, record?: RecordId, replace = false): void {
    navigate({ kind: 'space', space: this.route.space, table: table.id, ...(record && { record }) }, { replace })
  }

  #openRecord(table: Table, { record, following }: OpenRecord): void {
    this.#show(table, record, following || this.route.record !== undefined)
  }

  #leaveRecord(table: Table): void {
    this.#show(table)
    this.grid?.focus()
  }

  #addRecord(table: Table): void {
    if (!this.#narrow.is) {
      this.grid?.startRecord()
      return
    }
    this.fresh = newId<RecordId>()
    this.#show(table, this.fresh)
  }

  #head(open: OpenSpace, table: Table): TemplateResult {
    const { space } = this.route
    return html`<header class="head">
      ${
        this.#narrow.is
          ? html`<div class="titles">
              <button class="up" @click=${() => this.lists.open()}><span class="ellipsis">${open.schema.name}</span>${icon(chevronDown)}</button>
              <h1 class="ellipsis">${table.name}</h1></div>
              ${open.ready ? html`<tessera-sync-line short .space=${space}></tessera-sync-line>` : this.#loadingPill()}`
          : html`<h1 class="ellipsis" title=${table.name}>${table.name}</h1>${open.ready ? nothing : this.#loadingPill()}`
      }
      <tessera-menu .label=${msg('More for this table')} .items=${tableItems(space, open, table)}></tessera-menu>
      ${this.#narrow.is ? nothing : html`<button class="button primary" ?disabled=${!open.ready} @click=${() => this.#addRecord(table)}>${icon(plus)}${msg('Add record')}</button>`}
    </header>`
  }

  /** The saved state from the last session is shown read-only until the newest state is loaded. */
  #loadingPill(): TemplateResult | typeof nothing {
    return this.#overdue.is ? html`<span class="pill loading" role="status"><i></i>${msg('Loading…')}</span>` : nothing
  }

  #tableView(open: OpenSpace, table: Table): TemplateResult {
    const { space, record } = this.route
    const { tables } = open.schema
    return keyedTable(
      table,
      this.#narrow.is
        ? html`<tessera-row-list class="view" ?inert=${!open.ready} .space=${space} .table=${table} @add=${() => this.#addRecord(table)}></tessera-row-list>`
        : html`<tessera-grid class="view" ?inert=${!open.ready} .space=${space} .table=${table} .tables=${tables} .opened=${record} .columnItems=${(field: Table['fields'][number]) => columnItems(space, tables, field)}
            @open-record=${(event: OpenRecord) => this.#openRecord(table, event)} @add-column=${() => askField({ space, tables, table: table.id })}></tessera-grid>`,
    )
  }

  #record(open: OpenSpace, table: Table): TemplateResult | typeof nothing {
    const { space, record } = this.route
    if (!record) return nothing
    const panel = html`<tessera-record .space=${space} .table=${table} .tables=${open.schema.tables} .record=${record} ?fresh=${record === this.fresh} .ready=${open.ready} @leave=${() => this.#leaveRecord(table)}></tessera-record>`
    return html`<aside>${keyed(record, panel)}</aside>`
  }

  #lists(open: OpenSpace, table: Table | undefined): TemplateResult {
    return html`<tessera-dialog id="lists" @click=${(event: Event) => {
      if (event.composedPath().some((node) => node instanceof HTMLAnchorElement)) this.lists.close()
    }}><tessera-space-nav sheet .space=${this.route.space} .open=${open} .table=${table?.id} @add-table=${() => this.#addTable()}></tessera-space-nav></tessera-dialog>`
  }

  async #addTable(): Promise<void> {
    this.lists?.close()
    this.#made = await addTable(this.route.space)
    this.requestUpdate()
  }

  protected override updated(): void {
    if (!this.#made || this.#made !== this.#table?.id || !this.grid) return
    this.#made = undefined
    const { grid } = this
    void grid.updateComplete.then(() => {
      grid.startRecord({ edit: false })
      grid.focus()
    })
  }

  #main(open: OpenSpace | undefined, table: Table | undefined): TemplateResult {
    if (open && table) return html`${this.#head(open, table)}${this.#tableView(open, table)}`
    const bare =
      this.#narrow.is && open
        ? html`<header class="head"><div class="titles"><button class="up" @click=${() => this.lists.open()}><span class="ellipsis">${open.schema.name || msg('Spaces')}</span>${icon(chevronDown)}</button></div></header>`
        : nothing
    return html`${bare}${spaceState({
      space: this.route.space,
      table: this.route.table,
      open,
      summary: this.#summary,
      error: this.#schema.error,
      isOverdue: this.#overdue.is,
      addTable: () => void this.#addTable(),
    })}`
  }

  override render() {
    const open = this.#schema.error ? undefined : this.#schema.value
    // The tables of a space in the trash are not shown.
    const table = this.#summary?.deleted ? undefined : this.#table
    const nav = this.#narrow.is
      ? open && this.#lists(open, table)
      : html`<tessera-space-nav class="side" .space=${this.route.space} .open=${open} .table=${table?.id} @add-table=${() => this.#addTable()}></tessera-space-nav>`
    return html`${nav ?? nothing}
      <main>${this.#main(open, table)}</main>
      ${open && table ? this.#record(open, table) : nothing}`
  }
}

/** Each table has an element of its own, with its own cursor, sort and window. */
const keyedTable = (table: Table, content: TemplateResult): TemplateResult => html`${keyed(table.id, content)}`
