import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** What is on the device comes faster than this; nothing says "wait" before. */
const PATIENCE = 300

/** Tells an element when it has waited long enough to say so. */
export class OverdueController implements ReactiveController {
  is = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  hostConnected(): void {
    this.is = false
    this.#timer = setTimeout(() => {
      this.is = true
      this.host.requestUpdate()
    }, PATIENCE)
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
  }
}
