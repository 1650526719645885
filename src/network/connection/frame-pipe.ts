/** Carries frames over one data channel, with back-pressure on sending and a limit on received bytes not yet consumed. */
import { type CloseCode, FRAME_COST, FRAME_LIMIT, WINDOW } from '../link.ts'

/** Bytes in the browser's send queue above which frames wait here. Chromium closes a channel whose queue exceeds 16 MiB. */
const HIGH_WATER = 1024 * 1024
const LOW_WATER = 256 * 1024
/** Milliseconds between checks of the send queue where no event reports that it is low (Node). */
const POLL_INTERVAL = 2
/** Consumed bytes are reported in batches of this size, to send few notes. */
const CONSUMED_BATCH = WINDOW / 16

export interface FramePipe {
  readonly channel: RTCDataChannel
  send(frame: ArrayBuffer): void
  /** Frees this many received bytes of the window. */
  consumed(bytes: number): void
  stop(): void
}

export interface FramePipeOptions {
  readonly received: (frame: ArrayBuffer) => void
  /** Reports this many consumed bytes to the other side. */
  readonly sendConsumed: (bytes: number) => void
  readonly failed: (code: CloseCode, message: string) => void
}

export const framePipe = (channel: RTCDataChannel, { received, sendConsumed, failed }: FramePipeOptions): FramePipe => {
  const waiting: ArrayBuffer[] = []
  let held = 0
  let unreported = 0
  let polling: ReturnType<typeof setTimeout> | undefined
  const hasLowEvent = Reflect.has(channel, 'bufferedAmountLowThreshold')

  channel.binaryType = 'arraybuffer'
  if (hasLowEvent) channel.bufferedAmountLowThreshold = LOW_WATER

  const pump = () => {
    polling = undefined
    while (channel.readyState === 'open' && channel.bufferedAmount < HIGH_WATER) {
      const frame = waiting.shift()
      if (!frame) return
      try {
        channel.send(frame)
      } catch (error) {
        // The other side's description sets a smaller maximum message size, or the browser is out of memory.
        return failed('failed', `The browser could not send a frame of ${frame.byteLength} bytes: ${error}`)
      }
    }
    if (!hasLowEvent && waiting.length > 0 && channel.readyState === 'open') polling = setTimeout(pump, POLL_INTERVAL)
  }

  channel.addEventListener('open', pump)
  channel.addEventListener('bufferedamountlow', pump)
  channel.addEventListener('message', ({ data }) => {
    if (!(data instanceof ArrayBuffer))
      return failed('garbled', 'The other side sent a text message; only binary frames are accepted.')
    if (data.byteLength > FRAME_LIMIT) {
      return failed('too-large', `The other side sent a frame of ${data.byteLength} bytes; the limit is ${FRAME_LIMIT}.`)
    }
    held += data.byteLength + FRAME_COST
    if (held > WINDOW) return failed('flooded', `The other side sent more than the flow-control window of ${WINDOW} bytes.`)
    received(data)
  })

  return {
    channel,
    send(frame) {
      waiting.push(frame)
      if (polling === undefined) pump()
    },
    consumed(bytes) {
      held -= bytes
      unreported += bytes
      if (unreported < CONSUMED_BATCH) return
      sendConsumed(unreported)
      unreported = 0
    },
    stop() {
      clearTimeout(polling)
      waiting.length = 0
    },
  }
}
