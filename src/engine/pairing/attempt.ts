import type { Discovery } from '../../discovery/discovery.ts'
import type { Rendezvous } from '../../discovery/rendezvous.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { Pairing, PairingCode } from '../api/engine.ts'
import { messageOf } from '../api/failure.ts'
import type { Subscribable } from '../api/subscribable.ts'
import { PairingFailure } from './pair-devices.ts'

/** Milliseconds that a code, or the answer to one, is valid. */
export const CODE_LIFETIME = 2 * 60_000

/** One attempt at pairing. When it ends, it closes what it opened. */
export class Attempt {
  /** Whether this device showed the code. */
  readonly initiator: boolean
  /** The code's one-time secret. */
  readonly secret: Uint8Array
  link: Link | undefined
  /** The id of the offer in the shown code, when this device must scan a second code. */
  offer: string | undefined
  /** Whether the user of this device confirmed that the words match. */
  readonly answer: Promise<boolean>
  readonly #state: Subscribable<Pairing>
  #confirm: (match: boolean) => void = () => undefined
  #isConfirmed = false
  #hasEnded = false
  #rendezvous: Rendezvous | undefined
  #discovery: Discovery | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(state: Subscribable<Pairing>, initiator: boolean, secret: Uint8Array) {
    this.#state = state
    this.initiator = initiator
    this.secret = secret
    this.answer = new Promise((resolve) => {
      this.#confirm = resolve
    })
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Whether the user of this device confirmed the words. */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  show(pairing: Pairing): void {
    if (!this.#hasEnded) this.#state.set(pairing)
  }

  confirm(match: boolean): void {
    this.#isConfirmed = match
    this.#confirm(match)
  }

  /** Fails the attempt when its code is not used before `time` (milliseconds since 1970), at most `CODE_LIFETIME` from now. */
  expireAt(time: number): void {
    this.#failAfter(Math.min(CODE_LIFETIME, time - Date.now()), () => {
      const { kind } = this.#state.value
      if (kind === 'code' || kind === 'connecting') this.#fail('code-expired', 'The code was not used within two minutes.')
    })
  }

  /** Shows the words; the attempt fails when they are not compared within `CODE_LIFETIME`. */
  showWords(words: readonly string[], other: string): void {
    const shown = { kind: 'words', words, other } as const
    this.show({ ...shown, answered: false })
    this.#failAfter(CODE_LIFETIME, () =>
      this.#fail('cancelled', 'The words were not compared on both devices within two minutes.'),
    )
    void this.answer.then((match) => {
      if (match && this.#state.value.kind === 'words') this.show({ ...shown, answered: true })
    })
  }

  /** Registers what to close at the end of the attempt. @param discovery undefined when it is shared */
  uses(rendezvous: Rendezvous | undefined, discovery: Discovery | undefined): void {
    this.#rendezvous ??= rendezvous
    this.#discovery ??= discovery
    if (this.#hasEnded) this.#release()
  }

  fail(error: unknown): void {
    if (error instanceof PairingFailure) return this.#fail(error.code, error.message)
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const failure = code === 'closed' ? 'unreachable' : code === 'unreachable' ? 'relay-unreachable' : 'refused'
    this.#fail(failure, messageOf(error))
  }

  /** Ends the attempt; its link closes. */
  abort(): void {
    if (this.#hasEnded) return
    this.complete()
    this.link?.close()
  }

  /** Ends the attempt; its link stays open. */
  complete(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#release()
  }

  #fail(code: PairingCode, message: string): void {
    if (this.#hasEnded) return
    this.abort()
    this.#state.set({ kind: 'failed', code, message })
  }

  #failAfter(milliseconds: number, fail: () => void): void {
    clearTimeout(this.#timer)
    if (!this.#hasEnded) this.#timer = setTimeout(fail, milliseconds)
  }

  #release(): void {
    clearTimeout(this.#timer)
    this.#rendezvous?.end()
    this.#discovery?.close()
  }
}
