/**
 * Open dialogs, sheets and pickers have an entry in the browser's history, so that Back closes them. `history.back()` is
 * asynchronous: a navigation that follows waits for it, or it would be reverted by it.
 */
let newest = 0
let stepping = false
const waiting: (() => void)[] = []

const stepBack = (): void => {
  stepping = true
  addEventListener(
    'popstate',
    () => {
      stepping = false
      for (const run of waiting.splice(0)) run()
    },
    { once: true },
  )
  history.back()
}

/** Runs `work` at once, or after a pending `history.back()`. */
export const afterStepBack = (work: () => void): void => {
  if (stepping) waiting.push(work)
  else work()
}

/** The history entry of one dialog, sheet or picker. Calls `back` when the person goes back while it is open. */
export class SheetEntry {
  #id = 0
  #open = false

  constructor(private readonly back: () => void) {}

  open(): void {
    this.#open = true
    this.#id = ++newest
    afterStepBack(() => {
      if (!this.#open) return
      history.pushState({ ...history.state, sheet: this.#id }, '')
      addEventListener('popstate', this.#moved)
    })
  }

  /** Removes its entry from the history, unless the person is already on another entry. Closing it again does nothing. */
  close(): void {
    // `history.back()` is asynchronous: a second close would step back twice, out of the app.
    if (!this.#open) return
    this.#open = false
    removeEventListener('popstate', this.#moved)
    setTimeout(() => {
      if (history.state?.sheet === this.#id) stepBack()
    })
  }

  #moved = (): void => {
    if (history.state?.sheet !== this.#id) this.back()
  }
}
