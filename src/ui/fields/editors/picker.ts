import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query, state } from 'lit/decorators.js'
import check from 'lucide-static/icons/check.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import { placePopup } from '../../parts/place-popup.ts'
import { SheetEntry } from '../../sheet-entry.ts'
import { Narrow } from '../../shell/narrow.ts'
import { controls } from '../../theme/controls.ts'
import { hueStyle } from '../../theme/hue.ts'
import { icon } from '../../theme/icon.ts'
import { EditDone } from './edit-done.ts'

export interface PickerItem {
  readonly id: string
  readonly label: string
  readonly hue: number
}

/** An item was chosen, or a chosen one was removed. */
export class Picked extends Event {
  constructor(readonly item: PickerItem) {
    super('picked')
  }
}

/** The person wants an item that does not exist. */
export class CreateWanted extends Event {
  constructor(readonly label: string) {
    super('create-wanted')
  }
}

const CREATE = 'create'

/**
 * An ARIA combobox: a text field and a list. Fires `Picked`, `CreateWanted`, `query` when `text` changes, and `EditDone` without a
 * value when it is left.
 */
@customElement('tessera-picker')
export class Picker extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block; min-inline-size: 0 }
      input:not([type='checkbox'], [type='radio']) { min-block-size: var(--editor-block, 38px); padding: var(--editor-padding, 6px 11px); border-radius: var(--editor-radius, var(--radius-s)); font-size: var(--editor-text, var(--text-m)) }
      input:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px }
      [popover] {
        position: fixed; inset: auto; margin: 0; padding: 6px; inline-size: max(240px, var(--anchor, 240px)); max-inline-size: calc(100vw - 16px); max-block-size: min(320px, 50dvh); overflow: auto;
        border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); color: var(--ink); box-shadow: var(--shadow);
      }
      [role='option'] { display: flex; align-items: center; gap: 8px; min-block-size: var(--target); padding: 4px 8px; border-radius: var(--radius-s); font-size: var(--text-s); cursor: pointer; min-inline-size: 0 }
      [role='option'] > .icon:last-child { margin-inline-start: auto; color: var(--accent) }
      [role='option'].at { background: var(--raised); outline: 2px solid transparent; outline-offset: -2px }
      p { padding: 8px; font-size: var(--text-s); color: var(--ink-2) }
    `,
  ]

  @property({ attribute: false }) items: readonly PickerItem[] = []
  @property({ attribute: false }) chosen: ReadonlySet<string> = new Set()
  @property() label = ''
  @property() typed = ''
  /** Shown when there is nothing to choose from. */
  @property() empty = ''
  /** Whether missing items can be created. */
  @property({ type: Boolean }) creatable = false
  @state() private at = 0
  @query('input') private input!: HTMLInputElement
  @query('[popover]') private popup!: HTMLElement
  #finished = false
  /** On a phone, Back closes the list instead of the page behind it. */
  #narrow = new Narrow(this)
  #entry = new SheetEntry(() => this.#end('stay'))

  get text(): string {
    return this.input?.value.trim() ?? this.typed
  }

  override firstUpdated(): void {
    this.input.value = this.typed
    this.input.focus()
    this.popup.showPopover()
    if (this.#narrow.is) this.#entry.open()
    addEventListener('scroll', this.#place, { capture: true, passive: true })
    this.#place()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#entry.close()
    removeEventListener('scroll', this.#place, { capture: true })
  }

  override updated(): void {
    this.#place()
    this.popup.querySelector('.at')?.scrollIntoView({ block: 'nearest' })
  }

  #place = (): void => {
    this.popup.style.setProperty('--anchor', `${this.input.offsetWidth}px`)
    placePopup(this.popup, this.input)
  }

  /** Empties the text field for the next choice. */
  clear(): void {
    this.input.value = ''
    this.at = 0
    this.dispatchEvent(new Event('query'))
  }

  finish(): boolean {
    return this.#end('stay')
  }

  get #offersCreate(): boolean {
    return this.creatable && this.text !== '' && !this.items.some(({ label }) => label.toLowerCase() === this.text.toLowerCase())
  }

  #choose(at: number): void {
    const item = this.items[at]
    if (item) this.dispatchEvent(new Picked(item))
    else if (at === this.items.length && this.#offersCreate) this.dispatchEvent(new CreateWanted(this.text))
  }

  #end(move: 'stay' | 'down' | 'next' | 'previous'): true {
    if (this.#finished) return true
    this.#finished = true
    this.#entry.close()
    this.dispatchEvent(new EditDone(move))
    return true
  }

  #pressed(event: KeyboardEvent): void {
    event.stopPropagation()
    if (event.isComposing) return
    const count = this.items.length + (this.#offersCreate ? 1 : 0)
    const last = [...this.chosen].at(-1)
    switch (event.key) {
      case 'ArrowDown':
        this.at = count ? (this.at + 1) % count : 0
        break
      case 'ArrowUp':
        this.at = count ? (this.at - 1 + count) % count : 0
        break
      case 'Enter':
        if (count > 0) this.#choose(Math.min(this.at, count - 1))
        break
      case 'Escape':
        this.#end('stay')
        break
      case 'Tab':
        this.#end(event.shiftKey ? 'previous' : 'next')
        break
      case 'Backspace':
        if (this.input.value === '' && last) {
          const item = this.items.find(({ id }) => id === last)
          if (item) this.dispatchEvent(new Picked(item))
        }
        return
      default:
        return
    }
    event.preventDefault()
  }

  #row(key: string, at: number, content: unknown, chosen?: boolean) {
    return html`<div role="option" id="option-${key}" class=${at === this.at ? 'at' : ''} aria-selected=${String(chosen ?? false)}
      @pointerenter=${() => {
        this.at = at
      }} @click=${() => this.#choose(at)}>${content}</div>`
  }

  override render() {
    const current = this.items[this.at]
    const create = this.#offersCreate
    return html`<input role="combobox" aria-label=${this.label} aria-expanded="true" aria-controls="list" aria-autocomplete="list" autocomplete="off" enterkeyhint="done"
        aria-activedescendant=${current ? `option-${current.id}` : create ? `option-${CREATE}` : nothing} placeholder=${msg('Type to find')}
        @keydown=${this.#pressed} @copy=${stop} @paste=${stop} @cut=${stop} @focusout=${() => this.#end('stay')}
        @input=${() => {
          this.at = 0
          this.requestUpdate()
          this.dispatchEvent(new Event('query'))
        }}>
      <div popover="manual" id="list" role="listbox" aria-label=${this.label} @pointerdown=${(event: Event) => event.preventDefault()}>
        ${this.items.map((item, at) =>
          this.#row(
            item.id,
            at,
            html`<span class="chip" style=${hueStyle(item.hue)}><span>${item.label}</span></span>${this.chosen.has(item.id) ? icon(check) : nothing}`,
            this.chosen.has(item.id),
          ),
        )}
        ${create ? this.#row(CREATE, this.items.length, html`${icon(plus)}<span>${msg(str`Create “${this.text}”`)}</span>`) : nothing}
        ${this.items.length === 0 && !create ? html`<p role="option" aria-disabled="true" aria-selected="false">${this.empty}</p>` : nothing}
      </div>`
  }
}

const stop = (event: Event): void => event.stopPropagation()
