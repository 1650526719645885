import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Redraws an element each second, for what runs out. */
export class EachSecond implements ReactiveController {
  /** Milliseconds since 1970, at the last drawing. */
  now = Date.now()
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  hostConnected(): void {
    this.#timer = setInterval(() => {
      this.now = Date.now()
      this.host.requestUpdate()
    }, 1000)
  }

  hostDisconnected(): void {
    clearInterval(this.#timer)
  }
}

/** What is left until `at`, such as "1:52"; undefined when nothing is. */
export const remaining = (at: number, now: number): string | undefined => {
  const seconds = Math.ceil((at - now) / 1000)
  return seconds > 0 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : undefined
}
