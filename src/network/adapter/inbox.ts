import { FRAME_COST } from '../link.ts'
import { assembler } from './frames.ts'

/** Takes one message; the next is not given before it is done. */
export type MessageHandler = (message: Uint8Array) => void | Promise<void>

export interface Inbox {
  take(frame: Uint8Array): void
  /** Messages go to `handler` from now on. @returns a function that ends it, unless another took over */
  handle(handler: MessageHandler): () => void
  end(): void
}

export interface InboxOptions {
  /** Tells that so many bytes of the window are free again. */
  readonly consumed: (bytes: number) => void
  /** A frame was wrong, or the handler failed. */
  readonly failed: (error: unknown) => void
  readonly limit?: number
}

/**
 * One channel's frames on their way in. While a message is being handled (or nobody handles any) nothing is told to be consumed,
 * so a peer cannot make this device hold more than one message and one window.
 */
export const inbox = ({ consumed, failed, limit }: InboxOptions): Inbox => {
  const parts = assembler(limit)
  const waiting: Uint8Array[] = []
  let held = 0
  let handler: MessageHandler | undefined
  let busy = false
  let ended = false

  const settle = () => {
    if (waiting.length > 0 || busy || held === 0) return
    const bytes = held
    held = 0
    consumed(bytes)
  }

  const work = async () => {
    if (busy) return
    busy = true
    try {
      while (handler && !ended) {
        const message = waiting.shift()
        if (!message) break
        await handler(message)
      }
    } catch (error) {
      ended = true
      failed(error)
    } finally {
      busy = false
    }
    if (!ended) settle()
  }

  return {
    take(frame) {
      if (ended) return
      held += frame.length + FRAME_COST
      try {
        const message = parts.take(frame)
        if (message) waiting.push(message)
      } catch (error) {
        ended = true
        failed(error)
        return
      }
      if (waiting.length > 0 && handler) void work()
      else settle()
    },
    handle(next) {
      handler = next
      // Not at once: whoever sets a handler is not done yet with setting up.
      if (waiting.length > 0) queueMicrotask(() => void work())
      return () => {
        if (handler === next) handler = undefined
      }
    },
    end() {
      ended = true
      waiting.length = 0
    },
  }
}
