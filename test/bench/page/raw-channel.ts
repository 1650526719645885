/** Bytes of one message, as the project's own frames have. */
const FRAME = 64 * 1024
/** Bytes that may wait in the browser. */
const BUFFER = 1024 * 1024

/** A bare data channel to the other page, joined by texts that somebody carries. */
export interface RawChannel {
  offer(): Promise<string>
  answer(offer: string): Promise<string>
  accept(answer: string): Promise<void>
  opened(): Promise<RTCDataChannel>
  send(bytes: number): Promise<void>
  /** Milliseconds since 1970 at which so many bytes had come. */
  received(bytes: number): Promise<number>
}

export const rawChannel = (): RawChannel => {
  const connection = new RTCPeerConnection()
  const channel = connection.createDataChannel('raw', { negotiated: true, id: 0 })
  channel.binaryType = 'arraybuffer'
  channel.bufferedAmountLowThreshold = BUFFER / 2
  let count = 0
  let awaited: { readonly bytes: number; readonly resolve: (time: number) => void } | undefined
  channel.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') return
    count += (data as ArrayBuffer).byteLength
    if (awaited && count >= awaited.bytes) awaited.resolve(performance.timeOrigin + performance.now())
  })
  const complete = async (description: RTCSessionDescriptionInit): Promise<string> => {
    await connection.setLocalDescription(description)
    while (connection.iceGatheringState !== 'complete') {
      await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }))
    }
    return connection.localDescription?.sdp ?? ''
  }
  return {
    offer: async () => complete(await connection.createOffer()),
    async answer(sdp) {
      await connection.setRemoteDescription({ type: 'offer', sdp })
      return complete(await connection.createAnswer())
    },
    accept: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
    opened: () =>
      new Promise((resolve) => {
        if (channel.readyState === 'open') resolve(channel)
        else channel.addEventListener('open', () => resolve(channel), { once: true })
      }),
    async send(bytes) {
      const frame = new Uint8Array(FRAME)
      for (let sent = 0; sent < bytes; sent += FRAME) {
        if (channel.bufferedAmount > BUFFER) {
          await new Promise((resolve) => channel.addEventListener('bufferedamountlow', resolve, { once: true }))
        }
        channel.send(frame.subarray(0, Math.min(FRAME, bytes - sent)))
      }
    },
    received: (bytes) =>
      new Promise((resolve) => {
        awaited = { bytes, resolve }
      }),
  }
}
