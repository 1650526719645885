import { messageTooLarge } from '../errors.ts'
import { FRAME_COST, MESSAGE_LIMIT, WINDOW } from '../link.ts'
import { framesOf } from './frames.ts'

interface Waiting {
  readonly message: Uint8Array
  readonly sent: () => void
  readonly failed: (error: Error) => void
  readonly signal: AbortSignal | undefined
}

export interface Outbox {
  send(message: Uint8Array, signal?: AbortSignal): Promise<void>
  /** Frees this many bytes of the window, because the other side consumed them. */
  consumed(bytes: number): void
  /** Starts posting frames. */
  start(): void
  /** Rejects all pending and later messages. */
  end(error: Error): void
}

/** Sends the messages of one channel in order, with at most one window of unconsumed bytes in transit. */
export const outbox = (post: (frame: ArrayBuffer) => void): Outbox => {
  const waiting: Waiting[] = []
  let current: { readonly of: Waiting; readonly frames: Iterator<ArrayBuffer, void>; next: ArrayBuffer | undefined } | undefined
  let room = WINDOW
  let started = false
  let ended: Error | undefined

  const begin = () => {
    const of = waiting.shift()
    if (!of) return undefined
    const frames = framesOf(of.message)
    return { of, frames, next: frames.next().value ?? undefined }
  }

  const pump = () => {
    if (!started || ended) return
    for (current ??= begin(); current; current = begin()) {
      while (current.next) {
        const cost = current.next.byteLength + FRAME_COST
        if (cost > room) return
        room -= cost
        const frame = current.next
        current.next = current.frames.next().value ?? undefined
        post(frame)
      }
      current.of.sent()
    }
  }

  return {
    send(message, signal) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        if (message.length > MESSAGE_LIMIT) return reject(messageTooLarge(message.length, MESSAGE_LIMIT))
        if (signal?.aborted) return reject(signal.reason)
        const cancel = () => {
          const at = waiting.indexOf(entry)
          // A message whose sending has begun is completed, because its size is already announced.
          if (at < 0) return
          waiting.splice(at, 1)
          reject(signal?.reason)
        }
        const done = () => signal?.removeEventListener('abort', cancel)
        const entry: Waiting = {
          message,
          signal,
          sent: () => {
            done()
            resolve()
          },
          failed: (error) => {
            done()
            reject(error)
          },
        }
        signal?.addEventListener('abort', cancel)
        waiting.push(entry)
        pump()
      })
    },
    consumed(bytes) {
      room = Math.min(WINDOW, room + bytes)
      pump()
    },
    start() {
      started = true
      pump()
    },
    end(error) {
      ended = error
      current?.of.failed(error)
      for (const entry of waiting.splice(0)) entry.failed(error)
    },
  }
}
