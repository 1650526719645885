import { msg } from '@lit/localize'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw'
import fileUp from 'lucide-static/icons/file-up.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { OpenSpace, RecordId, Table, TableId } from '../../engine/engine.ts'
import { newId } from '../../engine/new-id.ts'
import { askField } from '../fields/field-dialog.ts'
import type { Grid } from '../grid/grid.ts'
import type { OpenRecord } from '../grid/open-record.ts'
import { emptyPicture } from '../home/empty-picture.ts'
import type { Dialog } from '../parts/dialog.ts'
import { hrefOf, type Route } from '../route.ts'
import { navigate } from '../router.ts'
import { Narrow } from '../shell/narrow.ts'
import { OverdueController } from '../shell/overdue.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { codeOf, failureSentence } from '../words/failure.ts'
import { columnItems } from './column-items.ts'
import { spacePageStyles } from './space-page-styles.ts'
import { addTable, tableItems } from './table-items.ts'
import { UndoKeys } from './undo.ts'
import '../grid/grid.ts'
import '../grid/row-list.ts'
import '../parts/dialog.ts'
import '../parts/menu.ts'
import '../record/record.ts'
import './space-nav.ts'
import './sync-line.ts'

/** A space: its tables at the left, one of them in the middle, a record beside it. */
@customElement('tessera-space')
export class SpacePage extends LitElement {
  static override styles = [controls, spacePageStyles]

  @property({ attribute: false }) route!: Extract<Route, { kind: 'space' }>
  /** A record that comes to be with the first thing typed, on a phone. */
  @state() private fresh: RecordId | undefined
  @query('tessera-grid') private grid!: Grid | null
  @query('#lists') private lists!: Dialog
  #seen: TableId | undefined
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

  override willUpdate(changed: PropertyValues<this>): void {
    // The record is chosen before the address follows.
    if (changed.has('route') && this.route.record !== this.fresh) this.fresh = undefined
    this.#leadOn()
  }

  /** When the table that was looked at goes, another takes its place, or the page of an empty space. */
  #leadOn(): void {
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
              <tessera-sync-line short .space=${space}></tessera-sync-line>`
          : html`<h1 class="ellipsis" title=${table.name}>${table.name}</h1>`
      }
      <tessera-menu .label=${msg('More for this table')} .items=${tableItems(space, open, table)}></tessera-menu>
      ${this.#narrow.is ? nothing : html`<button class="button primary" @click=${() => this.#addRecord(table)}>${icon(plus)}${msg('Add record')}</button>`}
    </header>`
  }

  #tableView(open: OpenSpace, table: Table): TemplateResult {
    const { space, record } = this.route
    const { tables } = open.schema
    return keyedTable(
      table,
      this.#narrow.is
        ? html`<tessera-row-list class="view" .space=${space} .table=${table} @add=${() => this.#addRecord(table)}></tessera-row-list>`
        : html`<tessera-grid class="view" .space=${space} .table=${table} .tables=${tables} .opened=${record} .columnItems=${(field: Table['fields'][number]) => columnItems(space, tables, field)}
            @open-record=${(event: OpenRecord) => this.#openRecord(table, event)} @add-column=${() => askField({ space, tables, table: table.id })}></tessera-grid>`,
    )
  }

  #record(open: OpenSpace, table: Table): TemplateResult | typeof nothing {
    const { space, record } = this.route
    if (!record) return nothing
    const panel = html`<tessera-record .space=${space} .table=${table} .tables=${open.schema.tables} .record=${record} ?fresh=${record === this.fresh} @leave=${() => this.#leaveRecord(table)}></tessera-record>`
    return html`<aside>${keyed(record, panel)}</aside>`
  }

  /** Nothing of it is here yet, which is not the same as nothing being in it. */
  get #isArriving(): boolean {
    return this.#spaces.value?.find(({ id }) => id === this.route.space)?.arriving ?? false
  }

  #opening(): TemplateResult | typeof nothing {
    return this.#overdue.is ? html`<p class="empty" role="status">${msg('Opening…')}</p>` : nothing
  }

  #arriving(): TemplateResult | typeof nothing {
    if (!this.#overdue.is) return nothing
    return html`<div class="empty" role="status">${emptyPicture}<h1>${msg('Not arrived yet')}</h1>
      <p class="muted">${msg('This space comes from your other device. Keep Tessera open on both; it appears here by itself.')}</p></div>`
  }

  #empty(): TemplateResult {
    return html`<div class="empty">${emptyPicture}<h1>${msg('No tables yet')}</h1>
      <p class="muted">${msg('A table holds records of one kind, such as members, machines or books. Make one, or bring what you already have.')}</p>
      <div class="ways"><button class="button primary large" @click=${() => addTable(this.route.space)}>${icon(plus)}${msg('Make a table')}</button>
      <a class="button large" href=${hrefOf({ kind: 'import', space: this.route.space })}>${icon(fileUp)}${msg('Import a file')}</a></div></div>`
  }

  #lists(open: OpenSpace, table: Table | undefined): TemplateResult {
    return html`<tessera-dialog id="lists" @click=${(event: Event) => {
      if (event.composedPath().some((node) => node instanceof HTMLAnchorElement)) this.lists.close()
    }}><tessera-space-nav sheet .space=${this.route.space} .open=${open} .table=${table?.id} @add-table=${() => this.#addTable()}></tessera-space-nav></tessera-dialog>`
  }

  async #addTable(): Promise<void> {
    this.lists?.close()
    await addTable(this.route.space)
  }

  #damaged(): TemplateResult {
    return html`<div class="empty" role="alert"><h1>${msg('This space is damaged on this device')}</h1>
      <p class="muted">${msg('What is kept of it here was changed or lost, and not by Tessera. Your other spaces can be used as before. Go on with this one on another of your devices; if there is none, keep it as it is: nothing of it is deleted.')}</p>
      <a class="button" href=${hrefOf({ kind: 'spaces' })}>${msg('All spaces')}</a></div>`
  }

  #gone(): TemplateResult {
    const { error } = this.#schema
    if (codeOf(error) === 'damaged') return this.#damaged()
    return html`<div class="empty" role="alert"><h1>${error ? failureSentence(error) : msg('This table is not here')}</h1>
      <p class="muted">${msg('It may be in the trash, or has not arrived from your other device yet.')}</p>
      <a class="button" href=${hrefOf(error ? { kind: 'spaces' } : { kind: 'space', space: this.route.space })}>${error ? msg('All spaces') : msg('Other tables')}</a></div>`
  }

  #main(open: OpenSpace, table: Table | undefined): TemplateResult {
    if (table) return html`${this.#head(open, table)}${this.#tableView(open, table)}`
    const bare = this.#narrow.is
      ? html`<header class="head"><div class="titles"><button class="up" @click=${() => this.lists.open()}><span class="ellipsis">${open.schema.name || msg('Spaces')}</span>${icon(chevronDown)}</button></div></header>`
      : nothing
    return html`${bare}${this.#isArriving ? this.#arriving() : !open.ready ? this.#opening() : this.route.table ? this.#gone() : this.#empty()}`
  }

  override render() {
    const open = this.#schema.value
    if (this.#schema.error) return this.#gone()
    if (!open) return this.#opening()
    const table = this.#table
    return html`${this.#narrow.is ? this.#lists(open, table) : html`<tessera-space-nav class="side" .space=${this.route.space} .open=${open} .table=${table?.id} @add-table=${() => this.#addTable()}></tessera-space-nav>`}
      <main>${this.#main(open, table)}</main>
      ${table ? this.#record(open, table) : nothing}`
  }
}

/** Another table begins afresh: its own place, sort and window. */
const keyedTable = (table: Table, content: TemplateResult): TemplateResult => html`${keyed(table.id, content)}`
