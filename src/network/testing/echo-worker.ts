/** For tests: a worker with one link that echoes every message. */
import { connectionHost } from '../adapter/host.ts'
import type { Link } from '../adapter/link.ts'

let link: Link | undefined

self.onmessage = ({ data }: MessageEvent<{ readonly connections?: MessagePort; readonly signal?: unknown }>) => {
  if (data.connections) {
    const opened = connectionHost(data.connections).open({ polite: true, begin: false })
    opened.onSignal((signal) => self.postMessage(signal))
    opened.onMessage('sync', (message) => opened.send('sync', message))
    link = opened
  }
  if (data.signal) link?.signal(data.signal)
}
