import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import ellipsis from 'lucide-static/icons/ellipsis.svg?raw'
import { attempt } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { placePopup } from './place-popup.ts'

export interface MenuItem {
  readonly label: string
  readonly icon?: string
  readonly danger?: boolean
  readonly disabled?: boolean
  /** Has a separator above it. */
  readonly apart?: boolean
  readonly checked?: boolean
  readonly run: () => unknown
}

/** A button that opens a menu. Arrows, Home, End and first letters move; Esc closes. */
@customElement('tessera-menu')
export class Menu extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true }
  static override styles = [
    controls,
    css`
      :host { display: inline-block }
      [popover] {
        position: fixed; inset: auto; margin: 0; padding: 6px; min-inline-size: 200px; max-inline-size: min(320px, calc(100vw - 16px)); max-block-size: calc(100dvh - 16px); overflow: auto;
        border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); color: var(--ink); box-shadow: var(--shadow);
      }
      [popover] button { display: flex; align-items: center; gap: 10px; inline-size: 100%; min-block-size: var(--target); padding: 4px 10px; border-radius: var(--radius-s); font-size: var(--text-s); overflow-wrap: anywhere }
      [popover] button:hover, [popover] button:focus-visible { background: var(--raised) }
      [popover] button:focus-visible { outline-offset: -2px }
      [popover] .icon { color: var(--ink-2) }
      [popover] .danger, [popover] .danger .icon { color: var(--bad) }
      [popover] button[aria-disabled='true'] { color: var(--ink-3); cursor: default }
      .apart { border-block-start: 1px solid var(--line); margin-block: 6px; }
      .trigger { display: inline-flex; align-items: center; gap: 6px; min-inline-size: 0; max-inline-size: 100% }
    `,
  ]

  @property({ attribute: false }) items: readonly MenuItem[] = []
  @property() label = ''
  /** Which edge of the button the menu is aligned with. */
  @property() side: 'start' | 'end' = 'end'
  /** The button looks like its slotted content instead of three dots. */
  @property({ type: Boolean }) bare = false
  @query('[popover]') private popup!: HTMLElement
  @query('.trigger') private trigger!: HTMLElement

  /** Opens the menu at the button, or at `at`. */
  show(at?: Element | DOMRect): void {
    this.popup.showPopover()
    placePopup(this.popup, at ?? this.trigger, this.side)
    this.#buttons()[0]?.focus()
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.popup.querySelectorAll('button')]
  }

  #toggled(event: ToggleEvent): void {
    this.trigger.ariaExpanded = String(event.newState === 'open')
  }

  #pressed(event: KeyboardEvent): void {
    const buttons = this.#buttons()
    const at = buttons.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.stopPropagation()
      event.preventDefault()
      this.popup.hidePopover()
      this.trigger.focus()
    } else if (to !== undefined) {
      event.preventDefault()
      buttons.at(to % buttons.length)?.focus()
    } else if (/^\p{L}$/u.test(event.key)) {
      const found = [...buttons.slice(at + 1), ...buttons].find(({ textContent }) =>
        textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()),
      )
      found?.focus()
    }
    event.stopPropagation()
  }

  async #run(item: MenuItem): Promise<void> {
    if (item.disabled) return
    this.popup.hidePopover()
    this.trigger.focus()
    await attempt(async () => item.run())
  }

  override render() {
    return html`<button class="trigger ${this.bare ? '' : 'square'}" part="trigger" aria-haspopup="menu" aria-expanded="false" aria-label=${this.label || nothing} title=${this.label || nothing}
        @click=${(event: Event) => {
          event.stopPropagation()
          this.show()
        }}><slot>${icon(ellipsis)}</slot></button>
      <div popover role="menu" aria-label=${this.label} @toggle=${this.#toggled} @keydown=${this.#pressed} @click=${(event: Event) => event.stopPropagation()}>
        ${this.items.map(
          (item) => html`${item.apart ? html`<div class="apart" role="separator"></div>` : nothing}
          <button role=${item.checked === undefined ? 'menuitem' : 'menuitemradio'} aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
            aria-disabled=${item.disabled ? 'true' : nothing} tabindex="-1" class=${item.danger ? 'danger' : ''} @click=${() => this.#run(item)}>
            ${item.icon ? icon(item.icon) : nothing}<span>${item.label}</span>
          </button>`,
        )}
      </div>`
  }
}
