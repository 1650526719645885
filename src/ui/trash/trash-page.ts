import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import rotate from 'lucide-static/icons/rotate-ccw.svg?raw'
import table from 'lucide-static/icons/table-2.svg?raw'
import type { Deletable, Schema, SpaceId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { fieldType } from '../fields/field-type.ts'
import { attempt, showMessage } from '../shell/message.ts'
import { OverdueController } from '../shell/overdue.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { trashStyles } from './trash-styles.ts'
import './trash-records.ts'
import { countedFields } from '../words/counted.ts'
import '../space/space-frame.ts'

/** The trash of a space: tables, fields and records, each with *Restore*. */
@customElement('tessera-trash')
export class TrashPage extends LitElement {
  static override styles = [
    controls,
    trashStyles,
    css`:host { display: block; block-size: 100% } .nothing { color: var(--ink-2) } section { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px }`,
  ]

  @property({ attribute: false }) space!: SpaceId
  /** Records in the trash of each table. */
  @state() private counts: ReadonlyMap<string, number> = new Map()
  #overdue = new OverdueController(this)
  #schema = new Watched(this, 'schema', () => ({ space: this.space }))

  async #restore(what: Deletable, name: string): Promise<void> {
    if (await attempt(() => commit(this.space, [{ do: 'restore', what }]))) showMessage({ text: msg(str`“${name}” restored.`) })
  }

  #line(picture: string, name: string, details: string, what: Deletable): TemplateResult {
    return html`<li>${icon(picture)}<span class="name ellipsis">${name}</span><span class="details ellipsis">${details}</span>
      <button class="button" aria-label=${msg(str`Restore ${name}`)} @click=${() => this.#restore(what, name)}>${icon(rotate)}${msg('Restore')}</button></li>`
  }

  #tablesAndFields({ tables, deleted }: Schema): TemplateResult {
    const nameOf = (id: string) => [...tables, ...deleted.tables].find((one) => one.id === id)?.name ?? ''
    return html`
      ${
        deleted.tables.length > 0
          ? html`<section><h2>${msg('Tables')}</h2><ul>${deleted.tables.map((gone) => this.#line(table, gone.name, countedFields(gone.fields.length), { table: gone.id }))}</ul></section>`
          : nothing
      }
      ${
        deleted.fields.length > 0
          ? html`<section><h2>${msg('Fields')}</h2><ul>${deleted.fields.map((gone) => this.#line(fieldType(gone.type).icon, gone.name, msg(str`of ${nameOf(gone.table)}`), { field: gone.id }))}</ul></section>`
          : nothing
      }`
  }

  #isKnown({ tables }: Schema): boolean {
    return tables.every(({ id }) => this.counts.has(id))
  }

  #isEmpty({ tables, deleted }: Schema): boolean {
    return deleted.tables.length + deleted.fields.length === 0 && tables.every(({ id }) => this.counts.get(id) === 0)
  }

  override render() {
    const open = this.#schema.value
    const schema = open?.schema
    const known = schema && open.ready && this.#isKnown(schema)
    return html`<tessera-space-frame .space=${this.space} place="trash">
      <h1>${msg('Trash')}</h1>
      <p class="muted">${msg('Deleted tables, fields and records of this space. Restore them any time.')}</p>
      ${
        schema
          ? html`${this.#tablesAndFields(schema)}${schema.tables.map(
              (one) =>
                html`<tessera-trash-records .space=${this.space} .table=${one} @counted=${(event: CustomEvent<number>) => {
                  this.counts = new Map(this.counts).set(one.id, event.detail)
                }} @put-back=${(event: CustomEvent<{ what: Deletable; name: string }>) => this.#restore(event.detail.what, event.detail.name)}></tessera-trash-records>`,
            )}`
          : nothing
      }
      ${known && this.#isEmpty(schema) ? html`<p class="nothing">${msg('The trash is empty.')}</p>` : nothing}
      ${!known && this.#overdue.is ? html`<p class="nothing" role="status">${msg('Loading…')}</p>` : nothing}
    </tessera-space-frame>`
  }
}
