import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Watching } from '../engine/api/client.ts'
import type { Watches } from '../engine/api/engine.ts'
import { engine } from './engine.ts'

/** Returned by a watch's `input` while there is nothing to watch. */
export const PAUSED = Symbol('paused')

/** Renders an element with the value of an engine watch: starts, follows its input and stops with the element. */
export class Watched<Name extends keyof Watches> implements ReactiveController {
  /** Undefined until the first answer. */
  value: Watches[Name]['value'] | undefined
  error: Error | undefined
  #watching: Watching<Watches[Name]['input']> | undefined
  #asked = ''
  /** The newest input while an older one is unanswered; inputs in between are skipped. */
  #next: { readonly input: Watches[Name]['input'] } | undefined
  #answered = true

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly name: Name,
    private readonly input: () => Watches[Name]['input'] | typeof PAUSED,
    private readonly received: (value: Watches[Name]['value']) => void = () => {},
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    // Properties set before an element was defined are only there when it first updates.
    this.host.requestUpdate()
  }

  hostUpdate(): void {
    this.#follow()
  }

  hostDisconnected(): void {
    this.#watching?.stop()
    this.#watching = undefined
    this.#asked = ''
    this.#next = undefined
    this.#answered = true
  }

  #follow(): void {
    const input = this.input()
    if (input === PAUSED) return this.#pause()
    const asked = JSON.stringify(input ?? null)
    if (asked === this.#asked) return
    this.#asked = asked
    if (this.#watching) {
      this.#next = { input }
      return this.#askNext()
    }
    this.#answered = false
    this.#watching = engine().watch(
      this.name,
      input,
      (value) => {
        this.value = value
        this.error = undefined
        this.received(value)
        this.#settled()
      },
      (error) => {
        this.error = error
        this.#settled()
      },
    )
  }

  #settled(): void {
    this.#answered = true
    this.host.requestUpdate()
    this.#askNext()
  }

  #askNext(): void {
    if (!this.#answered || !this.#next) return
    const { input } = this.#next
    this.#next = undefined
    this.#answered = false
    this.#watching?.change(input)
  }

  #pause(): void {
    if (!this.#watching) return
    this.hostDisconnected()
    this.value = undefined
  }
}
