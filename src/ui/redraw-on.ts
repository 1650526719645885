import type { ReactiveControllerHost } from 'lit'

/** Renders an element again whenever an event fires on the window, for as long as the element is connected. */
export const redrawOn = (host: ReactiveControllerHost, type: string): void => {
  const redraw = () => host.requestUpdate()
  host.addController({
    hostConnected: () => addEventListener(type, redraw),
    hostDisconnected: () => removeEventListener(type, redraw),
  })
}
