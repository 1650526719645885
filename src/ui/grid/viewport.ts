import type { ReactiveController } from 'lit'
import { type ColumnStretch, columnsToDraw } from './column.ts'
import type { GridHost } from './grid-host.ts'
import type { Place } from './place.ts'
import { reveal } from './reveal.ts'
import { rowsToDraw, type Stretch } from './rows/stretch.ts'

/** The visible part of a grid: which rows and columns are drawn, and scrolling a cell into view. */
export class Viewport implements ReactiveController {
  readonly #host: GridHost
  #top = 0
  #left = 0
  #height = 800
  #width = 1200
  #rowHeight = 40
  #columns: ColumnStretch = { first: 1, end: 1, before: 0 }
  /** A cell to scroll into view after the next render. */
  #revealing: Place | undefined
  #scroller: HTMLElement | undefined
  readonly #resized = new ResizeObserver(() => this.#measure())

  constructor(host: GridHost) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('tessera-preferences', this.#measure)
  }

  hostDisconnected(): void {
    removeEventListener('tessera-preferences', this.#measure)
    this.#resized.disconnect()
    this.#scroller = undefined
  }

  hostUpdated(): void {
    if (!this.#scroller) {
      this.#scroller = this.#host.renderRoot.querySelector<HTMLElement>('.scroller') ?? undefined
      if (this.#scroller) this.#resized.observe(this.#scroller)
    }
    if (!this.#revealing || !this.#scroller) return
    reveal(this.#host.renderRoot, this.#scroller, this.#revealing, this.#rowHeight)
    this.#revealing = undefined
    if (this.#readScroll()) this.#host.requestUpdate()
  }

  #measure = (): void => {
    if (!this.#scroller) return
    this.#rowHeight = Number.parseFloat(getComputedStyle(this.#host).getPropertyValue('--row'))
    this.#height = this.#scroller.clientHeight
    this.#width = this.#scroller.clientWidth
    this.#readScroll()
    this.#host.requestUpdate()
  }

  /** True when the position changed. */
  #readScroll(): boolean {
    const { scrollTop = 0, scrollLeft = 0 } = this.#scroller ?? {}
    const left = Math.abs(scrollLeft)
    if (scrollTop === this.#top && left === this.#left) return false
    this.#top = scrollTop
    this.#left = left
    return true
  }

  scrolled(): void {
    if (this.#readScroll()) this.#host.requestUpdate()
  }

  scrollToTop(): void {
    if (this.#scroller) this.#scroller.scrollTop = 0
  }

  get rowHeight(): number {
    return this.#rowHeight
  }

  /** Rows that Page Up and Page Down move by. */
  get page(): number {
    return Math.max(1, Math.floor(this.#height / this.#rowHeight) - 2)
  }

  /** The rows to draw, of `total`. */
  rows(total: number): Stretch {
    return rowsToDraw(this.#top, this.#height, this.#rowHeight, total)
  }

  get columns(): ColumnStretch {
    return this.#columns
  }

  /** Chooses the columns to draw. The object stays the same while nothing differs, so that rows do not render again. */
  chooseColumns(edited: number | undefined): void {
    const drawn = columnsToDraw(this.#host.table.fields, this.#left, this.#width)
    const before = this.#columns
    // An open editor keeps its column.
    if (edited !== undefined && edited > 0 && (edited < drawn.first || edited >= drawn.end)) return
    if (drawn.first !== before.first || drawn.end !== before.end || drawn.before !== before.before) this.#columns = drawn
  }

  /** Scrolls a cell into view after the next render. */
  reveal(place: Place): void {
    this.#revealing = place
  }

  /** The cell moved from one row to another by itself. */
  follow(from: number, to: Place): void {
    const top = from * this.#rowHeight
    const wasVisible = top >= this.#top && top < this.#top + this.#height
    // Rows inserted above do not push the cursor out of view; a record that moved far away does not scroll the view with it.
    if (wasVisible && Math.abs(to.row - from) * this.#rowHeight < this.#height) this.#revealing = to
  }

  /** The rectangle of a cell relative to the scroller, from the start of the line. */
  boxOf(cell: Element): { readonly start: number; readonly top: number; readonly width: number } | undefined {
    if (!this.#scroller) return undefined
    const [box, view] = [cell.getBoundingClientRect(), this.#scroller.getBoundingClientRect()]
    const isRightToLeft = getComputedStyle(this.#host).direction === 'rtl'
    return { start: isRightToLeft ? view.right - box.right : box.left - view.left, top: box.top - view.top, width: box.width }
  }
}
