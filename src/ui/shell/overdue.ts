import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Local data loads faster than this, so that no loading state flashes. */
const PATIENCE_MS = 300

/** Renders an element once it has waited long enough to show a loading state. */
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
    }, PATIENCE_MS)
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
  }
}
