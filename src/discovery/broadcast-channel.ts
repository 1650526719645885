import { toBase64Url } from '../bytes/encoding.ts'
import { type Discovery, MESSAGE_LIMIT } from './discovery.ts'
import { hasLeft, tooLarge } from './errors.ts'

/** Discovers other tabs of the same browser profile, and devices in tests. Needs no network. */
export const broadcastChannelDiscovery = (): Discovery => {
  const open = new Set<() => void>()

  return {
    name: 'this browser',

    join(topic, { receive, joined }) {
      const channel = new BroadcastChannel(`discovery/${toBase64Url(topic)}`)
      let left = false
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        // Any script of this origin can post here.
        if (!left && data instanceof Uint8Array && data.length <= MESSAGE_LIMIT) receive(data)
      }
      const leave = () => {
        left = true
        channel.close()
        open.delete(leave)
      }
      open.add(leave)
      queueMicrotask(() => !left && joined?.())

      return {
        async ready() {
          if (left) throw hasLeft()
        },
        async publish(message) {
          if (left) throw hasLeft()
          if (message.length > MESSAGE_LIMIT) throw tooLarge(message.length, MESSAGE_LIMIT)
          channel.postMessage(message)
        },
        leave,
      }
    },

    onStatus(listener) {
      listener('reachable')
      return () => undefined
    },

    // A broadcast channel cannot lose its connection.
    refresh: () => undefined,

    close() {
      for (const leave of [...open]) leave()
    },
  }
}
