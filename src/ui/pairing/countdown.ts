import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Renders an element every second, for countdowns. */
export class EachSecond implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return Date.now()
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.host.requestUpdate(), 1000)
  }

  hostDisconnected(): void {
    clearInterval(this.#timer)
  }
}

/** The time left until `at`, such as "1:52"; undefined after it. */
export const remaining = (at: number, now: number): string | undefined => {
  const seconds = Math.ceil((at - now) / 1000)
  return seconds > 0 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : undefined
}
