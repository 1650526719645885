import { msg } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, property, query } from 'lit/decorators.js'
import x from 'lucide-static/icons/x.svg?raw'
import { SheetEntry } from '../sheet-entry.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { countDialog } from './dialogs-open.ts'

/**
 * A native dialog with a title: a card in the middle, a sheet at the bottom on a phone. Back closes it, and the focus is restored.
 * Fires `closed`. Slots: the content, and `foot` for the buttons.
 */
@customElement('tessera-dialog')
export class Dialog extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: contents }
      dialog {
        inline-size: min(var(--dialog-width, 460px), calc(100vw - 32px)); max-block-size: min(800px, calc(100dvh - 32px)); padding: 0; border: 0; border-radius: var(--radius-l);
        background: var(--surface); color: var(--ink); box-shadow: var(--shadow); overflow: hidden; flex-direction: column;
      }
      dialog[open] { display: flex; animation: rise var(--quick) var(--ease) }
      dialog::backdrop { background: var(--scrim) }
      header { display: flex; align-items: center; gap: 12px; padding: 18px 14px 6px 24px }
      h2 { flex: 1; overflow-wrap: anywhere }
      header .square { margin-inline-start: auto }
      .content { position: relative; flex: 1; overflow: auto; padding: 8px 24px 20px; min-block-size: 0 }
      footer { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 10px; padding: 12px 24px 20px }
      footer:not(.has) { display: none }
      @keyframes rise { from { translate: 0 12px; opacity: 0 } }
      @media (width < 720px) {
        dialog { inline-size: 100vw; max-inline-size: 100vw; margin-block: auto 0; border-end-start-radius: 0; border-end-end-radius: 0; max-block-size: calc(100dvh - 24px) }
        .content { padding-inline: 20px }
        header { padding-inline: 20px 10px }
        footer { padding: 12px 20px max(20px, env(safe-area-inset-bottom)) }
        footer ::slotted(*) { flex: 1 }
      }
      @media (forced-colors: active) { dialog { border: 1px solid CanvasText } }
    `,
  ]

  @property() heading = ''
  @query('dialog') private dialog!: HTMLDialogElement
  #entry = new SheetEntry(() => this.dialog.close())
  #counted = false

  open(): void {
    if (this.dialog.open) return
    this.dialog.showModal()
    this.#entry.open()
    this.#counted = true
    countDialog(1)
  }

  close(): void {
    this.dialog.close()
  }

  #uncount(): void {
    if (this.#counted) countDialog(-1)
    this.#counted = false
  }

  #closed(): void {
    this.#uncount()
    this.#entry.close()
    this.dispatchEvent(new Event('closed'))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.dialog?.open) this.dialog.close()
    this.#uncount()
  }

  #outside(event: MouseEvent): void {
    if (event.target === this.dialog) this.dialog.close()
  }

  #footChanged(event: Event): void {
    const slot = event.target as HTMLSlotElement
    slot.parentElement?.classList.toggle('has', slot.assignedElements().length > 0)
  }

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${this.#closed} @pointerdown=${this.#outside} @keydown=${(event: Event) => event.stopPropagation()}>
      <header>${this.heading ? html`<h2 id="heading">${this.heading}</h2>` : nothing}
        <button class="square" aria-label=${msg('Close')} @click=${this.close}>${icon(x)}</button></header>
      <div class="content"><slot></slot></div>
      <footer><slot name="foot" @slotchange=${this.#footChanged}></slot></footer>
    </dialog>`
  }
}
