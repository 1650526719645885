/** One data channel that carries frames: out with back-pressure, in with a limit on what nobody has consumed yet. */
import { type CloseCode, FRAME_COST, FRAME_LIMIT, WINDOW } from '../link.ts'

/** Bytes in the browser's own queue above which frames wait here. Chromium closes a channel whose queue passes 16 MiB. */
const HIGH_WATER = 1024 * 1024
const LOW_WATER = 256 * 1024
/** Milliseconds between looks at the queue where no event tells that it is low (Node). */
const LOOK_AGAIN = 2
/** Bytes consumed that are told together, to keep the notes few. */
const TELL_CONSUMED = WINDOW / 16

export interface FramePipe {
  readonly channel: RTCDataChannel
  send(frame: ArrayBuffer): void
  /** The owner is done with so many bytes of what was received. */
  consumed(bytes: number): void
  stop(): void
}

export interface FramePipeOptions {
  readonly received: (frame: ArrayBuffer) => void
  /** So many bytes may be told to the other side as consumed. */
  readonly tellConsumed: (bytes: number) => void
  readonly failed: (code: CloseCode, message: string) => void
}

export const framePipe = (channel: RTCDataChannel, { received, tellConsumed, failed }: FramePipeOptions): FramePipe => {
  const waiting: ArrayBuffer[] = []
  let held = 0
  let untold = 0
  let looking: ReturnType<typeof setTimeout> | undefined
  const hasLowEvent = Reflect.has(channel, 'bufferedAmountLowThreshold')

  channel.binaryType = 'arraybuffer'
  if (hasLowEvent) channel.bufferedAmountLowThreshold = LOW_WATER

  const pump = () => {
    looking = undefined
    while (channel.readyState === 'open' && channel.bufferedAmount < HIGH_WATER) {
      const frame = waiting.shift()
      if (!frame) return
      try {
        channel.send(frame)
      } catch (error) {
        // Another message size in the other side's description, or a browser out of memory.
        return failed('failed', `The browser did not send a frame of ${frame.byteLength} bytes: ${error}`)
      }
    }
    if (!hasLowEvent && waiting.length > 0 && channel.readyState === 'open') looking = setTimeout(pump, LOOK_AGAIN)
  }

  channel.addEventListener('open', pump)
  channel.addEventListener('bufferedamountlow', pump)
  channel.addEventListener('message', ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return failed('garbled', 'The other side sent text where only bytes are spoken.')
    if (data.byteLength > FRAME_LIMIT) {
      return failed('too-large', `The other side sent a frame of ${data.byteLength} bytes; at most ${FRAME_LIMIT} are taken.`)
    }
    held += data.byteLength + FRAME_COST
    if (held > WINDOW)
      return failed('flooded', `The other side sent more than the ${WINDOW} bytes that it may before any is consumed.`)
    received(data)
  })

  return {
    channel,
    send(frame) {
      waiting.push(frame)
      if (looking === undefined) pump()
    },
    consumed(bytes) {
      held -= bytes
      untold += bytes
      if (untold < TELL_CONSUMED) return
      tellConsumed(untold)
      untold = 0
    },
    stop() {
      clearTimeout(looking)
      waiting.length = 0
    },
  }
}
