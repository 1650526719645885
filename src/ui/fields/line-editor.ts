import { msg } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import calendar from 'lucide-static/icons/calendar.svg?raw'
import type { Cell, CellInput, Field } from '../../engine/engine.ts'
import { announce } from '../shell/announce.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { EditDone, type Move } from './edit-done.ts'
import { readValue } from './read-value.ts'
import { textOf } from './show-cell.ts'

/**
 * Edits text, numbers and dates where they stand. Fires `EditDone` with the value, or without one when it was put back.
 * Leaving it saves; Esc puts back; Enter and Tab save and move on.
 */
@customElement('tessera-line-editor')
export class LineEditor extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block; position: relative; min-inline-size: 0 }
      textarea {
        display: block; inline-size: 100%; min-block-size: var(--editor-block, 38px); max-block-size: 40vh; padding: var(--editor-padding, 8px 11px); font-size: max(var(--text-m), var(--editor-text, 0px));
        border-radius: var(--editor-radius, var(--radius-s)); field-sizing: content; resize: none; overflow-wrap: anywhere; font-weight: inherit; text-align: inherit; line-height: 1.4;
      }
      textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px }
      .dated textarea { padding-inline-end: 34px; white-space: pre; overflow: hidden }
      .pick { position: absolute; inset-inline-end: 3px; inset-block-start: 3px; inline-size: 32px; block-size: 32px }
      input[type='date'] { position: absolute; inset-inline-end: 0; inset-block-end: 0; inline-size: 1px; min-block-size: 1px; block-size: 1px; padding: 0; border: 0; opacity: 0; pointer-events: none }
      .problem { position: absolute; z-index: 2; inset-block-start: 100%; inset-inline: 0; min-inline-size: 180px; padding: 6px 10px; background: var(--bad-soft); color: var(--ink); border-radius: 0 0 var(--radius-s) var(--radius-s); white-space: normal }
    `,
  ]

  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) cell: Cell | undefined
  /** Typed already: stands in place of what was there. */
  @property() typed: string | undefined
  /** Enter makes a new line, as in a page of text. */
  @property({ type: Boolean }) page = false
  @state() private problem: string | undefined
  @query('textarea') private area!: HTMLTextAreaElement
  @query('input') private day!: HTMLInputElement | null
  #finished = false

  get #before(): string {
    if (this.field.type === 'number' && this.cell?.kind === 'value') return String(this.cell.value)
    return textOf(this.field, this.cell)
  }

  override firstUpdated(): void {
    this.area.value = this.typed ?? this.#before
    this.area.focus()
    if (this.typed === undefined) this.area.select()
    else this.area.setSelectionRange(this.area.value.length, this.area.value.length)
  }

  /** Saves what stands here, as leaving does. False when it cannot be read as the field's type. */
  finish(move: Move = 'stay', { leaving = false } = {}): boolean {
    if (this.#finished) return true
    const text = this.area.value
    if (text === this.#before) return this.#end(undefined, move)
    const reading = readValue(this.field.type, text)
    if ('value' in reading) return this.#end(reading.value, move)
    // Somebody who goes elsewhere is not held; what they wrote cannot be kept as this type.
    if (leaving) return this.#end(undefined, move)
    this.problem = reading.problem
    announce(reading.problem, { urgently: true })
    return false
  }

  #end(value: CellInput | undefined, move: Move): true {
    this.#finished = true
    this.dispatchEvent(new EditDone(move, value))
    return true
  }

  #pressed(event: KeyboardEvent): void {
    event.stopPropagation()
    if (event.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      this.#end(undefined, 'stay')
    } else if (event.key === 'Tab') {
      if (this.finish(event.shiftKey ? 'previous' : 'next')) event.preventDefault()
    } else if (event.key === 'Enter' && !(event.shiftKey || event.altKey) && (!this.page || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.finish('down')
    }
  }

  #picked(): void {
    if (!this.day?.value) return
    this.area.value = this.day.value
    this.area.focus()
  }

  override render() {
    const dated = this.field.type === 'date'
    return html`<div class=${dated ? 'dated' : ''} @focusout=${(event: FocusEvent) => {
      const to = event.relatedTarget
      if (!(to instanceof Node && this.renderRoot.contains(to))) this.finish('stay', { leaving: true })
    }}>
      <textarea rows="1" aria-label=${this.field.name} inputmode=${this.field.type === 'number' ? 'decimal' : 'text'} enterkeyhint="done" spellcheck=${this.field.type === 'text' ? 'true' : 'false'}
        aria-invalid=${this.problem ? 'true' : 'false'} aria-describedby=${this.problem ? 'problem' : nothing} placeholder=${dated ? msg('2026-11-21, or just 2026') : nothing}
        @keydown=${this.#pressed} @copy=${stop} @paste=${stop} @cut=${stop} @input=${() => {
          this.problem = undefined
        }}></textarea>
      ${
        dated
          ? html`<input type="date" tabindex="-1" aria-hidden="true" @input=${this.#picked}>
            <button class="square pick" tabindex="-1" aria-label=${msg('Choose a day')} @click=${() => this.day?.showPicker()}>${icon(calendar)}</button>`
          : nothing
      }
      ${this.problem ? html`<p class="problem" id="problem">${this.problem}</p>` : nothing}
    </div>`
  }
}

const stop = (event: Event): void => event.stopPropagation()
