import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Redraws an element each second, for what runs out. */
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

/** What is left until `at`, such as "1:52"; undefined when nothing is. */
export const remaining = (at: number, now: number): string | undefined => {
  const seconds = Math.ceil((at - now) / 1000)
  return seconds > 0 ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` : undefined
}
