/**
 * Dialogs, sheets and pickers stand in the browser's history while they are open, so that Back closes them. Stepping back happens
 * later than it is asked for: what is to follow waits for it, or it would be undone by it.
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

/** Runs `work` at once, or as soon as a step back that is under way has arrived. */
export const afterStepBack = (work: () => void): void => {
  if (stepping) waiting.push(work)
  else work()
}

/** One dialog, sheet or picker in the history. `back` is called when the person goes back while it is open. */
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
    // The step back arrives later: a second close would step back twice, out of the app.
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
