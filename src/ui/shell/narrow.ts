import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Below this width a record is a page and the grid a list. */
const PHONE = matchMedia('(width < 720px)')

/** Renders an element when the window becomes as narrow as a phone or wider. */
export class Narrow implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  get is(): boolean {
    return PHONE.matches
  }

  hostConnected(): void {
    PHONE.addEventListener('change', this.#changed)
  }

  hostDisconnected(): void {
    PHONE.removeEventListener('change', this.#changed)
  }

  #changed = (): void => this.host.requestUpdate()
}
