import { msg, str } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import star from 'lucide-static/icons/star.svg?raw'
import type { Cell, Field, RecordId } from '../../../engine/api/engine.ts'
import { controls } from '../../theme/controls.ts'
import { icon } from '../../theme/icon.ts'
import { CellChanged } from '../cell-changed.ts'
import { setCell } from '../change.ts'
import { ratingMax } from '../rating.ts'
import { EditDone, type Move } from './edit-done.ts'

/** Sets a rating by clicking a star, by typing its number or with the arrow keys. Fires `CellChanged` and `EditDone`. */
@customElement('tessera-rating-editor')
export class RatingEditor extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block }
      div { display: flex; align-items: center; gap: 2px; min-block-size: var(--editor-block, 38px); padding-inline: 6px; border-radius: var(--editor-radius, var(--radius-s)); outline: none }
      div:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px }
      button { display: grid; place-items: center; min-inline-size: 26px; min-block-size: var(--target); padding: 0; border: 0; background: none; color: var(--line-strong); cursor: pointer }
      .on { color: var(--accent) }
      .on svg { fill: currentColor }
    `,
  ]

  @property({ attribute: false }) field!: Field
  @property({ attribute: false }) cell: Cell | undefined
  @property({ attribute: false }) record!: RecordId
  @property() typed = ''
  @state() private value = 0
  #before = 0
  #finished = false

  override willUpdate(): void {
    if (this.hasUpdated) return
    this.#before = this.cell?.kind === 'value' ? Number(this.cell.value) : 0
    this.value = this.#before
    if (/^\d$/.test(this.typed)) this.#set(Number(this.typed))
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('div')?.focus()
  }

  #set(stars: number): void {
    this.value = Math.max(0, Math.min(stars, ratingMax(this.field)))
  }

  finish(move: Move = 'stay'): boolean {
    if (this.#finished) return true
    this.#finished = true
    if (this.value !== this.#before)
      this.dispatchEvent(new CellChanged(setCell(this.field, this.record, this.value === 0 ? null : this.value)))
    this.dispatchEvent(new EditDone(move))
    return true
  }

  #cancel(): void {
    this.value = this.#before
    this.finish()
  }

  #pressed(event: KeyboardEvent): void {
    event.stopPropagation()
    const forward = getComputedStyle(this).direction === 'rtl' ? -1 : 1
    const by = { ArrowRight: forward, ArrowLeft: -forward, ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (by) this.#set(this.value + by)
    else if (/^\d$/.test(event.key) && !event.ctrlKey && !event.metaKey) this.#set(Number(event.key))
    else if (event.key === 'Backspace' || event.key === 'Delete') this.value = 0
    else if (event.key === 'Enter') this.finish('down')
    else if (event.key === 'Escape') this.#cancel()
    else if (event.key === 'Tab') this.finish(event.shiftKey ? 'previous' : 'next')
    else return
    event.preventDefault()
  }

  override render() {
    const max = ratingMax(this.field)
    return html`<div role="slider" tabindex="0" aria-label=${this.field.name} aria-valuemin="0" aria-valuemax=${max} aria-valuenow=${this.value} aria-valuetext=${msg(str`${this.value} of ${max}`)}
      @keydown=${this.#pressed} @focusout=${() => this.finish()}>${Array.from({ length: max }, (_, at) => {
        const stars = at + 1
        return html`<button tabindex="-1" aria-hidden="true" class=${stars <= this.value ? 'on' : ''} @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => {
          this.#set(stars === this.value ? 0 : stars)
          this.finish()
        }}>${icon(star)}</button>`
      })}</div>`
  }
}
