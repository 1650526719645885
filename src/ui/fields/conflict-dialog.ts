import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Cell, Conflict, Field, RecordId, SpaceId } from '../../engine/api/engine.ts'
import { showUntilClosed } from '../dialogs/show-until-closed.ts'
import { engine } from '../engine.ts'
import type { Dialog } from '../parts/dialog.ts'
import { controls } from '../theme/controls.ts'
import { failureSentence } from '../words/failure.ts'
import { saveCell } from './cell-saves.ts'
import { keepText, setCell } from './change.ts'
import type { LineValue } from './editors/read-value.ts'
import { cellStyles, showCell, textOf } from './show-cell.ts'
import '../parts/dialog.ts'

interface ConflictQuestion {
  readonly space: SpaceId
  readonly record: RecordId
  readonly field: Field
}

type Value = Conflict['shown']

/** Lists the concurrent values of a cell, each with its device, and keeps the chosen one. */
@customElement('tessera-conflict-dialog')
class ConflictDialog extends LitElement {
  static override styles = [
    controls,
    cellStyles,
    css`
      ul { display: grid; gap: 10px; padding-block: 8px }
      li { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; padding: 12px 14px; border: 1px solid var(--line); border-radius: var(--radius-m) }
      .value { flex: 1 1 200px; min-inline-size: 0; display: grid; gap: 2px; justify-items: start }
      .value > div { font-weight: 560; overflow-wrap: anywhere; white-space: pre-wrap; max-block-size: 30vh; overflow: auto }
    `,
  ]

  @property({ attribute: false }) question!: ConflictQuestion
  @property({ attribute: false }) ended: () => void = () => {}
  @state() private conflict: Conflict | undefined
  @state() private names: Readonly<Record<string, string>> = {}
  @state() private problem: string | undefined
  @query('tessera-dialog') private dialog!: Dialog

  override firstUpdated(): void {
    void this.updateComplete.then(() => this.dialog.open())
    void this.#load()
  }

  async #load(): Promise<void> {
    const { space, record, field } = this.question
    try {
      const [found, names] = await Promise.all([
        engine().call('conflicts', { space, table: field.table, record }),
        engine().call('deviceNames', { space }),
      ])
      this.names = names
      this.conflict = found.find((each) => each.field === field.id)
      if (!this.conflict) this.problem = msg('There is nothing to choose: the values are the same now.')
    } catch (error) {
      this.problem = failureSentence(error)
    }
  }

  #keep(value: Value): void {
    const { space, record, field } = this.question
    const change = value.kind === 'unfit' ? keepText(field, record, value.text) : setCell(field, record, value.value as LineValue)
    this.dialog.close()
    // `saveCell` shows failures itself.
    void saveCell(space, record, field.id, change)
  }

  #value(value: Value, device: string | undefined, isShown: boolean): TemplateResult {
    const { field } = this.question
    const name = (device !== undefined && this.names[device]) || msg('Another device')
    return html`<li><div class="value"><div>${showCell(field, value as Cell)}</div>
        <span class="muted small">${isShown ? msg(str`${name} · shown now`) : name}</span></div>
      <button class="button" aria-label=${msg(str`Keep this value: ${textOf(field, value as Cell)}`)} @click=${() => this.#keep(value)}>${msg('Keep this value')}</button></li>`
  }

  override render() {
    const { conflict, problem } = this
    const { field } = this.question
    const values = conflict ? [conflict.shown, ...conflict.others.map(({ value }) => value)] : []
    const both = values.map((value) => textOf(field, value as Cell)).join('\n')
    return html`<tessera-dialog style="--dialog-width:520px" .heading=${msg(str`Values of ${field.name}`)} @closed=${this.ended}>
      <p class="muted">${msg('Several devices changed this while they were offline. Nothing is lost. Choose the value to keep.')}</p>
      ${problem ? html`<p class="note" role="status">${problem}</p>` : nothing}
      ${
        conflict
          ? html`<ul>${this.#value(conflict.shown, conflict.device, true)}${conflict.others.map(({ value, device }) => this.#value(value, device, false))}</ul>`
          : nothing
      }
      ${conflict && field.type === 'text' ? html`<button slot="foot" class="button" @click=${() => this.#keep({ kind: 'value', value: both })}>${values.length > 2 ? msg('Keep all') : msg('Keep both')}</button>` : nothing}
    </tessera-dialog>`
  }
}

/** Opens the dialog for a cell; resolves when it is closed. */
export const askConflict = (question: ConflictQuestion): Promise<void> => {
  const element = new ConflictDialog()
  element.question = question
  return showUntilClosed(element)
}
