import { msg } from '@lit/localize'
import { isToggled } from '../fields/editors/cell-editor.ts'
import { textOf } from '../fields/show-cell.ts'
import type { Menu } from '../parts/menu.ts'
import { announce } from '../shell/announce.ts'
import { attempt } from '../shell/message.ts'
import type { Cursor } from './cursor.ts'
import type { Editing } from './editing.ts'
import type { GridHost } from './grid-host.ts'
import { type Intent, intentOf } from './keys.ts'
import { OpenRecord } from './open-record.ts'
import { HEAD } from './place.ts'
import type { ShownRows } from './rows/shown-rows.ts'
import type { Viewport } from './viewport.ts'

/** What the keyboard, input methods and the clipboard do in a grid. A hidden textarea has the focus and receives them. */
export class Keyboard {
  readonly #host: GridHost
  readonly #rows: ShownRows
  readonly #viewport: Viewport
  readonly #cursor: Cursor
  readonly #editing: Editing
  /** Sorts by the column of a head, or adds a column. */
  readonly #activateHead: (column: number) => void

  constructor(
    host: GridHost,
    rows: ShownRows,
    viewport: Viewport,
    cursor: Cursor,
    editing: Editing,
    activateHead: (column: number) => void,
  ) {
    this.#host = host
    this.#rows = rows
    this.#viewport = viewport
    this.#cursor = cursor
    this.#editing = editing
    this.#activateHead = activateHead
  }

  pressed(event: KeyboardEvent): void {
    if (this.#editing.isOpen || event.isComposing) return
    const forward = getComputedStyle(this.#host).direction === 'rtl' ? -1 : 1
    const intent = intentOf(event, forward)
    if (!intent) return
    const { row, column, isTabLeaving } = this.#cursor
    if (intent.kind === 'tab' && (isTabLeaving || !this.#cursor.step(row, column, intent.by))) return
    if (intent.kind !== 'escape') {
      event.preventDefault()
      event.stopPropagation()
    }
    this.#do(intent)
  }

  #do(intent: Intent): void {
    const { row, column } = this.#cursor
    const { total } = this.#rows
    const { fields } = this.#host.table
    switch (intent.kind) {
      case 'move':
        return this.#cursor.go(row + intent.rows, column + intent.columns)
      case 'go':
        return this.#cursor.go(
          intent.row === 'first' ? 0 : intent.row === 'last' ? total - 1 : row,
          intent.column === 'first' ? 0 : intent.column === 'last' ? fields.length : column,
        )
      case 'page':
        return this.#cursor.go(Math.max(0, Math.min(row + intent.by * this.#viewport.page, total - 1)), column)
      case 'menu':
        return this.#host.renderRoot.querySelector<Menu>(`#head-${column} tessera-menu`)?.show()
      case 'escape':
        this.#cursor.isTabLeaving = true
        return this.#editing.discard()
      case 'tab':
      case 'nothing':
        return
    }
    if (row === HEAD) return this.#activateHead(column)
    if (row === total) {
      if (intent.kind === 'edit') this.#editing.edit(row, column, intent.typed)
      else if (intent.kind === 'open') this.#editing.edit(row, column)
      return
    }
    const field = fields[column]
    const record = this.#rows.at(row)
    // A key must not change another record than the one that was shown at the cursor.
    if (!field || !record || (this.#cursor.record !== undefined && record.id !== this.#cursor.record)) return
    if (intent.kind === 'edit') this.#editing.edit(row, column, intent.typed)
    else if (intent.kind === 'clear') this.#editing.clear(record, field)
    else if (intent.kind === 'copy') void attempt(() => this.#copy(textOf(field, this.#editing.cellOf(record, field))))
    else if (isToggled(field)) this.#editing.toggle(record, field)
    else if (this.#rows.isIndexed(record.id)) this.#host.dispatchEvent(new OpenRecord(record.id, false))
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text)
    announce(msg('Copied'))
  }

  pasted(event: ClipboardEvent): void {
    if (this.#editing.paste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
  }

  /** Text that arrived without a plain key: from an input method, dead keys or an emoji picker. */
  entered(event: Event): void {
    const keys = event.currentTarget as HTMLTextAreaElement
    const text = keys.value
    keys.value = ''
    keys.classList.remove('composing')
    if (text && !this.#editing.isOpen) this.#do({ kind: 'edit', typed: text })
  }

  /** Moves the hidden textarea over the cell, where the composed text is visible. */
  composes(event: CompositionEvent): void {
    const keys = event.currentTarget as HTMLTextAreaElement
    keys.classList.add('composing')
    const cell = this.#host.renderRoot.querySelector('.cell.at')
    const box = cell && this.#viewport.boxOf(cell)
    if (!box) return
    keys.style.insetInlineStart = `${box.start}px`
    keys.style.insetBlockStart = `${box.top}px`
    keys.style.inlineSize = `${box.width}px`
  }
}
