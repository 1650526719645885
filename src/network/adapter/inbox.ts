import { FRAME_COST } from '../link.ts'
import { assembler } from './frames.ts'

/** Handles one message. The next message is delivered after the returned promise resolves. */
export type MessageHandler = (message: Uint8Array) => void | Promise<void>

export interface Inbox {
  take(frame: Uint8Array): void
  /** Sets the handler of messages. @returns a function that removes it, unless another handler has replaced it */
  handle(handler: MessageHandler): () => void
  end(): void
}

export interface InboxOptions {
  /** Called when this many bytes of the window are free again. */
  readonly consumed: (bytes: number) => void
  /** Called when a frame is invalid or the handler throws. */
  readonly failed: (error: unknown) => void
  readonly limit?: number
}

/**
 * Receives the frames of one channel. It reports no bytes as consumed while a message is being handled or no handler is set, so a
 * peer cannot make this device buffer more than one message and one window.
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
      // In a microtask: the caller may not have finished its own setup when it sets the handler.
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
