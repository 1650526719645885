import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { hrefOf, parseRoute, type Route } from './route.ts'
import { afterStepBack } from './sheet-entry.ts'

/** Shows a page. The history entry of an open sheet is replaced by a page that is opened from it. */
export const navigate = (route: Route, { replace = false } = {}): void =>
  afterStepBack(() => {
    const href = hrefOf(route)
    if (href === (location.hash || '#/')) return
    if (replace || history.state?.sheet) history.replaceState(null, '', href)
    else history.pushState(null, '', href)
    dispatchEvent(new Event('tessera-navigated'))
  })

/** Renders an element with the route in the address. */
export class Router implements ReactiveController {
  route: Route = parseRoute(location.hash)

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('popstate', this.#moved)
    addEventListener('tessera-navigated', this.#moved)
  }

  hostDisconnected(): void {
    removeEventListener('popstate', this.#moved)
    removeEventListener('tessera-navigated', this.#moved)
  }

  #moved = (): void => {
    this.route = parseRoute(location.hash)
    this.host.requestUpdate()
  }
}
