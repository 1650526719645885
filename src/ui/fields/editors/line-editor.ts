import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import calendar from 'lucide-static/icons/calendar.svg?raw'
import type { Cell, Field, FieldType } from '../../../engine/api/engine.ts'
import { placePopup } from '../../parts/place-popup.ts'
import { announce } from '../../shell/announce.ts'
import { showMessage } from '../../shell/message.ts'
import { controls } from '../../theme/controls.ts'
import { icon } from '../../theme/icon.ts'
import { editableText } from '../show-cell.ts'
import { DraftLeft, EditDone, type Move, type Outcome } from './edit-done.ts'
import { type Reading, readValue } from './read-value.ts'
import { hintStyles, readingHint } from './reading-hint.ts'

/**
 * Edits text, numbers and dates in place, and shows how the typed text is read. Leaving it saves, Esc cancels, Enter and Tab save
 * and move the cursor. Fires `EditDone`, and `DraftLeft` when the page may close.
 */
@customElement('tessera-line-editor')
export class LineEditor extends LitElement {
  static override styles = [
    controls,
    hintStyles,
    css`
      :host { display: block; position: relative; min-inline-size: 0 }
      textarea {
        display: block; inline-size: 100%; min-block-size: var(--editor-block, 38px); max-block-size: 40vh; padding: var(--editor-padding, 8px 11px); font-size: var(--editor-text, var(--text-m));
        border-radius: var(--editor-radius, var(--radius-s)); field-sizing: content; resize: none; overflow-wrap: anywhere; font-weight: inherit; text-align: inherit; line-height: 1.4;
      }
      textarea:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px }
      .dated textarea { padding-inline-end: 34px; white-space: pre; overflow: hidden }
      .pick { position: absolute; inset-inline-end: 3px; inset-block-start: 3px; inline-size: 32px; block-size: 32px }
      input[type='date'] { position: absolute; inset-inline-end: 0; inset-block-end: 0; inline-size: 1px; min-block-size: 1px; block-size: 1px; padding: 0; border: 0; opacity: 0; pointer-events: none }
      .newer { display: grid; gap: 6px; justify-items: start }
    `,
  ]

  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) cell: Cell | undefined
  /** Text that replaces the cell's. */
  @property() typed: string | undefined
  @state() private text = ''
  /** The highlighted one of several readings. */
  @state() private way = 0
  /** The text cannot be saved: the hint becomes an alert. */
  @state() private refused = false
  /** The value that another device gave the cell while this editor is open. */
  @state() private newer: string | undefined
  @query('textarea') private area!: HTMLTextAreaElement
  @query('input') private day!: HTMLInputElement | null
  @query('.hint') private hint!: HTMLElement
  #finished = false
  /** The cell's text when it was last compared with the draft. */
  #base = ''
  #left: Outcome | undefined

  get #before(): string {
    return editableText(this.field, this.cell)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('visibilitychange', this.#hidden)
    addEventListener('pagehide', this.#hidden)
    addEventListener('beforeunload', this.#closing)
    addEventListener('scroll', this.#place, { capture: true, passive: true })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.#hidden)
    removeEventListener('pagehide', this.#hidden)
    removeEventListener('beforeunload', this.#closing)
    removeEventListener('scroll', this.#place, { capture: true })
  }

  override firstUpdated(): void {
    this.#base = this.#before
    this.text = this.typed ?? this.#base
    this.area.value = this.text
    this.area.focus()
    if (this.typed === undefined) this.area.select()
    else this.area.setSelectionRange(this.area.value.length, this.area.value.length)
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('cell') && this.#before !== this.#base) this.#cellChanged()
    const shows = this.hint.childElementCount > 0
    if (shows !== this.hint.matches(':popover-open')) this.hint.togglePopover(shows)
    this.#place()
  }

  /** The cell changed while it is edited: an untouched draft follows it, a changed one shows that it would replace it. */
  #cellChanged(): void {
    const untouched = this.text === this.#base
    this.#base = this.#before
    if (this.#left && this.#isLeft(this.#left)) return
    if (untouched) {
      this.text = this.#base
      this.area.value = this.text
    } else if (this.text !== this.#base) {
      this.newer = this.#base
      announce(this.#newerSentence(this.newer), { urgently: true })
    }
  }

  #isLeft(left: Outcome): boolean {
    if ('kept' in left) return this.cell?.kind === 'unfit' && this.cell.text === left.kept
    return left.value === null ? this.cell === undefined : this.cell?.kind === 'value' && this.cell.value === left.value
  }

  #place = (): void => {
    if (!this.hint?.matches(':popover-open')) return
    this.hint.style.setProperty('--anchor', `${this.area.offsetWidth}px`)
    placePopup(this.hint, this.area)
  }

  #hidden = (): void => {
    if (document.visibilityState === 'hidden') this.#leaveDraft()
  }

  /** Saves the draft while the browser asks for confirmation. */
  #closing = (event: Event): void => {
    if (this.#finished || this.text === this.#before) return
    this.#leaveDraft()
    event.preventDefault()
  }

  #leaveDraft(): void {
    const outcome = this.#finished || this.text === this.#before ? undefined : this.#outcome(this.#read(), true)
    if (
      outcome === undefined ||
      (this.#left && this.#isLeft(this.#left) && JSON.stringify(outcome) === JSON.stringify(this.#left))
    )
      return
    this.#left = outcome
    this.dispatchEvent(new DraftLeft(outcome))
  }

  #read(): Reading {
    return readValue(this.field, this.text)
  }

  /** The result of a reading; undefined when the text must be changed first. */
  #outcome(reading: Reading, leaving: boolean): Outcome | undefined {
    if (reading.kind === 'value') return { value: (reading.ways[this.way] ?? reading.ways[0]).value }
    return reading.kind === 'unfit' || leaving ? { kept: this.text.trim() } : undefined
  }

  /** Saves the text and closes the editor. False when the text must be changed first. */
  finish(move: Move = 'stay', { leaving = false } = {}): boolean {
    if (this.#finished) return true
    if (this.text === this.#before) return this.#end(move)
    const reading = this.#read()
    const outcome = this.#outcome(reading, leaving)
    if (outcome === undefined) {
      this.refused = true
      this.area.focus()
      return false
    }
    if (reading.kind !== 'value')
      showMessage({ text: `${reading.problem} ${msg(str`It stays in ${this.field.name} as text, marked.`)}`, tone: 'bad' })
    else if (this.newer !== undefined)
      showMessage({ text: msg(str`Replaced “${this.newer || msg('nothing')}” from another device. Undo brings it back.`) })
    return this.#end(move, outcome)
  }

  #end(move: Move, outcome?: Outcome): true {
    this.#finished = true
    this.dispatchEvent(new EditDone(move, outcome))
    return true
  }

  /** Enter inserts a line break where the text has some already. */
  get #isLong(): boolean {
    return this.field.type === 'long-text' || (this.field.type === 'text' && this.text.includes('\n'))
  }

  #pressed(event: KeyboardEvent): void {
    event.stopPropagation()
    if (event.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      this.#end('stay')
    } else if (event.key === 'Tab') {
      event.preventDefault()
      this.finish(event.shiftKey ? 'previous' : 'next')
    } else if (event.key === 'Enter' && !(event.shiftKey || event.altKey) && (!this.#isLong || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.finish('down')
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') this.#nextWay(event)
  }

  /** The arrows choose among several readings; with only one they move in the text. */
  #nextWay(event: KeyboardEvent): void {
    const reading = this.#read()
    const ways = reading.kind === 'value' ? reading.ways.length : 1
    if (ways === 1) return
    event.preventDefault()
    this.way = (this.way + (event.key === 'ArrowDown' ? 1 : ways - 1)) % ways
  }

  #typed(): void {
    this.text = this.area.value
    this.way = 0
    this.refused = false
  }

  #picked(): void {
    if (!this.day?.value) return
    this.area.value = this.day.value
    this.#typed()
    this.area.focus()
  }

  #newerSentence(newer: string): string {
    return msg(str`Another device set this to “${newer || msg('nothing')}” while you edit. Saving replaces it.`)
  }

  #useNewer(newer: string): void {
    this.area.value = newer
    this.#typed()
    this.newer = undefined
    this.area.focus()
  }

  /** Shows how a changed text will be read. */
  #reading(): TemplateResult | typeof nothing {
    if (!this.hasUpdated || this.text === this.#before || this.text.trim() === '') return nothing
    return readingHint({
      reading: this.#read(),
      text: this.text,
      way: this.way,
      isAlert: this.refused,
      choose: (way) => {
        this.way = way
        this.finish('down')
      },
    })
  }

  override render() {
    const { newer } = this
    const dated = this.field.type === 'date'
    return html`<div class=${dated ? 'dated' : ''} @focusout=${(event: FocusEvent) => {
      const to = event.relatedTarget
      if (!(to instanceof Node && this.renderRoot.contains(to))) this.finish('stay', { leaving: true })
    }}>
      <textarea rows="1" aria-label=${this.field.name} inputmode=${INPUT_MODES[this.field.type] ?? 'text'} enterkeyhint="done" spellcheck=${this.field.type === 'text' || this.field.type === 'long-text' ? 'true' : 'false'}
        aria-invalid=${this.refused ? 'true' : 'false'} aria-describedby="hint" placeholder=${PLACEHOLDERS[this.field.type]?.() ?? nothing}
        @keydown=${this.#pressed} @copy=${stop} @paste=${stop} @cut=${stop} @input=${this.#typed}></textarea>
      ${
        dated
          ? html`<input type="date" tabindex="-1" aria-hidden="true" @input=${this.#picked}>
            <button class="square pick" tabindex="-1" aria-label=${msg('Choose a day')} @click=${() => this.day?.showPicker()}>${icon(calendar)}</button>`
          : nothing
      }
      <div popover="manual" class="hint" id="hint" role="status" @pointerdown=${(event: Event) => event.preventDefault()}>${
        newer === undefined
          ? nothing
          : html`<div class="newer"><span>${this.#newerSentence(newer)}</span><button class="button small" @click=${() => this.#useNewer(newer)}>${msg(str`Use “${newer || msg('nothing')}”`)}</button></div>`
      }${this.#reading()}</div>
    </div>`
  }
}

/** The keyboard that a phone shows. */
const INPUT_MODES: Readonly<Partial<Record<FieldType, string>>> = {
  number: 'decimal',
  rating: 'numeric',
  url: 'url',
  email: 'email',
  phone: 'tel',
}

const PLACEHOLDERS: Readonly<Partial<Record<FieldType, () => string>>> = {
  date: () => msg('2026-11-21, 2026 or tomorrow'),
  'date-time': () => msg('2026-11-21 14:30'),
  duration: () => msg('1:30 or 1h 30m'),
  url: () => msg('https://'),
}

const stop = (event: Event): void => event.stopPropagation()
