import { msg, str } from '@lit/localize'
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw'
import fileUp from 'lucide-static/icons/file-up.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import rotate from 'lucide-static/icons/rotate-ccw.svg?raw'
import type { OpenSpace, RecordId, Table, TableId } from '../../engine/api/engine.ts'
import { newId } from '../../engine/api/new-id.ts'
import { commit } from '../commit.ts'
import { engine } from '../engine.ts'
import { askField } from '../fields/field-dialog.ts'
import type { Grid } from '../grid/grid.ts'
import type { OpenRecord } from '../grid/open-record.ts'
import { emptyPicture } from '../home/empty-picture.ts'
import type { Dialog } from '../parts/dialog.ts'
import { hrefOf, type Route } from '../route.ts'
import { navigate } from '../router.ts'
import { attempt } from '../shell/message.ts'
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

  #loading(): TemplateResult | typeof nothing {
    return this.#overdue.is ? html`<p class="empty muted" role="status">${msg('Loading…')}</p>` : nothing
  }

  #arriving(): TemplateResult | typeof nothing {
    if (!this.#overdue.is) return nothing
    return html`<div class="empty" role="status">${emptyPicture}<h1>${msg('Arriving from your other device')}</h1>
      <p class="muted">${msg('Keep Tessera open on both devices. This space appears here by itself.')}</p>
      ${this.#allSpaces()}</div>`
  }

  #allSpaces(): TemplateResult {
    return html`<a class="button" href=${hrefOf({ kind: 'spaces' })}>${msg('All spaces')}</a>`
  }

  #otherTables(): TemplateResult {
    return html`<a class="button" href=${hrefOf({ kind: 'space', space: this.route.space })}>${msg('Other tables')}</a>`
  }

  /** A table or space in the trash: its name, *Restore*, and a link elsewhere. */
  #inTrash(name: string, text: string, putBack: () => Promise<unknown>, elsewhere: TemplateResult): TemplateResult {
    return html`<div class="empty"><h1>${msg(str`“${name}” is in the trash`)}</h1><p class="muted">${text}</p>
      <div class="ways"><button class="button primary" @click=${() => attempt(putBack)}>${icon(rotate)}${msg('Restore')}</button>${elsewhere}</div></div>`
  }

  #notKept(heading: string, elsewhere: TemplateResult): TemplateResult {
    return html`<div class="empty" role="alert"><h1>${heading}</h1>
      <p class="muted">${msg('It was deleted for good, or has not arrived from your other device yet.')}</p>${elsewhere}</div>`
  }

  #empty(): TemplateResult {
    return html`<div class="empty">${emptyPicture}<h1>${msg('No tables yet')}</h1>
      <p class="muted">${msg('A table holds records of one kind, such as members, machines or books. Create one, or import a file.')}</p>
      <div class="ways"><button class="button primary large" @click=${() => this.#addTable()}>${icon(plus)}${msg('Create a table')}</button>
      <a class="button large" href=${hrefOf({ kind: 'import', space: this.route.space })}>${icon(fileUp)}${msg('Import a file')}</a></div></div>`
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

  #damaged(): TemplateResult {
    return html`<div class="empty" role="alert"><h1>${msg('This space is damaged on this device')}</h1>
      <p class="muted">${msg('Something other than Tessera changed or removed part of it. Your other spaces work as before. Continue with this one on another of your devices. If you have no other device, leave it as it is: nothing is deleted.')}</p>
      <a class="button" href=${hrefOf({ kind: 'spaces' })}>${msg('All spaces')}</a></div>`
  }

  #failed(error: Error): TemplateResult {
    if (codeOf(error) === 'damaged') return this.#damaged()
    if (codeOf(error) === 'not-found') return this.#notKept(msg('This space is not on this device'), this.#allSpaces())
    return html`<div class="empty" role="alert"><h1>${failureSentence(error)}</h1>${this.#allSpaces()}</div>`
  }

  #absentTable(open: OpenSpace, id: TableId): TemplateResult {
    const trashed = open.schema.deleted.tables.find((table) => table.id === id)
    if (!trashed) return this.#notKept(msg('This table is not on this device'), this.#otherTables())
    return this.#inTrash(
      trashed.name,
      msg('Its records are kept. Put it back to use it again.'),
      () => commit(this.route.space, [{ do: 'restore', what: { table: id } }]),
      this.#otherTables(),
    )
  }

  /** Shown instead of a table: loading, arriving, missing, in the trash or empty, each only once it is known. */
  #state(open: OpenSpace | undefined): TemplateResult | typeof nothing {
    const { error } = this.#schema
    const { space, table } = this.route
    if (error) return this.#failed(error)
    const summary = this.#spaces.value?.find(({ id }) => id === space)
    if (summary?.deleted)
      return this.#inTrash(
        summary.name,
        msg('Its tables and records are kept. Put it back to use it again.'),
        () => engine().call('restoreSpace', { space }),
        this.#allSpaces(),
      )
    if (summary?.arriving) return this.#arriving()
    if (!open?.ready) return this.#loading()
    return table ? this.#absentTable(open, table) : this.#empty()
  }

  #main(open: OpenSpace | undefined, table: Table | undefined): TemplateResult {
    if (open && table) return html`${this.#head(open, table)}${this.#tableView(open, table)}`
    const bare =
      this.#narrow.is && open
        ? html`<header class="head"><div class="titles"><button class="up" @click=${() => this.lists.open()}><span class="ellipsis">${open.schema.name || msg('Spaces')}</span>${icon(chevronDown)}</button></div></header>`
        : nothing
    return html`${bare}${this.#state(open)}`
  }

  override render() {
    const open = this.#schema.error ? undefined : this.#schema.value
    // The tables of a space in the trash are not shown.
    const isDeleted = this.#spaces.value?.find(({ id }) => id === this.route.space)?.deleted ?? false
    const table = isDeleted ? undefined : this.#table
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
