import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import type { Cell, Field, RecordId } from '../../../engine/api/engine.ts'
import { parseColour } from '../../../space/cells/parse.ts'
import { placePopup } from '../../parts/place-popup.ts'
import { controls } from '../../theme/controls.ts'
import { CellChanged } from '../cell-changed.ts'
import { keepText, setCell } from '../change.ts'
import { textOf } from '../show-cell.ts'
import { EditDone, type Move } from './edit-done.ts'

/** Twelve hues that are easy to tell apart. */
const SWATCHES = [
  '#d64545',
  '#e07a2f',
  '#d9a514',
  '#7a9e1f',
  '#2f9e5c',
  '#1f9e94',
  '#2f8fd0',
  '#4a6fe3',
  '#7a5ae0',
  '#b04fc9',
  '#d14f8f',
  '#7d7d7d',
]

/** Sets a colour by a swatch, the browser's own picker or its hexadecimal text. Fires `CellChanged` and `EditDone`. */
@customElement('tessera-colour-editor')
export class ColourEditor extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block; min-inline-size: 0 }
      input.text { min-block-size: var(--editor-block, 38px); padding: var(--editor-padding, 6px 11px); border-radius: var(--editor-radius, var(--radius-s)); font-size: max(var(--text-m), var(--editor-text, 0px)) }
      [popover] { position: fixed; inset: auto; margin: 0; padding: 8px; border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); box-shadow: var(--shadow) }
      [popover]:popover-open { display: grid; grid-template-columns: repeat(6, auto); gap: 6px }
      .swatch { inline-size: calc(var(--target) + 2px); block-size: calc(var(--target) + 2px); padding: 0; border-radius: var(--radius-s); border: 1px solid color-mix(in oklab, var(--ink) 18%, transparent); cursor: pointer }
      .swatch[aria-pressed='true'] { outline: 2px solid var(--accent); outline-offset: 1px }
      label { grid-column: 1 / -1; display: flex; align-items: center; gap: 8px; font-size: var(--text-s); font-weight: 400 }
      label input { inline-size: 44px; min-block-size: 32px; padding: 2px }
      .problem { grid-column: 1 / -1 }
    `,
  ]

  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) cell: Cell | undefined
  @property({ attribute: false }) record!: RecordId
  @property() typed = ''
  @state() private text = ''
  @query('.text') private input!: HTMLInputElement
  @query('[popover]') private popup!: HTMLElement
  #finished = false

  get #before(): string {
    return textOf(this.field, this.cell)
  }

  override willUpdate(): void {
    if (!this.hasUpdated) this.text = this.typed || this.#before
  }

  override firstUpdated(): void {
    this.input.value = this.text
    this.input.focus()
    if (!this.typed) this.input.select()
    this.popup.showPopover()
    placePopup(this.popup, this.input)
  }

  /** Saves what is typed; a text that is no colour is kept in the cell, marked. */
  finish(move: Move = 'stay'): boolean {
    if (this.#finished) return true
    const text = this.text.trim()
    const colour = parseColour(text)
    return this.#end(move, text === this.#before ? undefined : text === '' ? null : (colour ?? { kept: text }))
  }

  #end(move: Move, value?: string | null | { readonly kept: string }): true {
    if (this.#finished) return true
    this.#finished = true
    if (value !== undefined) {
      const change =
        typeof value === 'object' && value
          ? keepText(this.field, this.record, value.kept)
          : setCell(this.field, this.record, value)
      this.dispatchEvent(new CellChanged(change))
    }
    this.dispatchEvent(new EditDone(move))
    return true
  }

  #pressed(event: KeyboardEvent): void {
    event.stopPropagation()
    if (event.isComposing) return
    if (event.key === 'Escape') this.#end('stay')
    else if (event.key === 'Enter') this.finish('down')
    else if (event.key === 'Tab') this.finish(event.shiftKey ? 'previous' : 'next')
    else return
    event.preventDefault()
  }

  #left(event: FocusEvent): void {
    const to = event.relatedTarget
    if (!(to instanceof Node && this.renderRoot.contains(to))) this.finish()
  }

  override render() {
    const colour = parseColour(this.text)
    return html`<div @focusout=${this.#left} @keydown=${this.#pressed}>
      <input class="text" aria-label=${this.field.name} autocomplete="off" spellcheck="false" placeholder="#2f7ee6" @copy=${stop} @paste=${stop} @cut=${stop}
        @input=${() => {
          this.text = this.input.value
        }}>
      <div popover="manual" aria-label=${msg('Colours')}>
        ${SWATCHES.map(
          (swatch) =>
            html`<button class="swatch" style="background:${swatch}" aria-pressed=${String(swatch === colour)} aria-label=${swatch} @click=${() => this.#end('stay', swatch)}></button>`,
        )}
        <label><input type="color" .value=${colour ?? '#808080'} @input=${(event: Event) => {
          this.text = (event.target as HTMLInputElement).value
          this.input.value = this.text
        }}>${msg('Another colour')}</label>
        ${this.text.trim() && !colour ? html`<p class="problem" role="status">${msg('Write a colour such as #2f7ee6.')}</p>` : ''}
      </div>
    </div>`
  }
}

const stop = (event: Event): void => event.stopPropagation()
