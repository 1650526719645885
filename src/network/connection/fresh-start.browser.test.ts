import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectionHost } from '../adapter/host.ts'
import { watchFreshStarts } from './fresh-start.ts'
import { serveConnections } from './serve.ts'

describe('a fresh start', () => {
  afterEach(() => vi.useRealTimers())

  it('is emitted when the page becomes visible, comes online, or returns from the back/forward cache', () => {
    const notified = vi.fn()
    const stop = watchFreshStarts(notified)
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event('online'))
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))
    expect(notified.mock.calls.flat()).toEqual(['visible', 'online', 'visible'])
    stop()
    window.dispatchEvent(new Event('online'))
    expect(notified).toHaveBeenCalledTimes(3)
  })

  it('is emitted when the clock jumps, as after a machine slept', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const notified = vi.fn()
    const stop = watchFreshStarts(notified)
    vi.advanceTimersByTime(60_000)
    expect(notified).not.toHaveBeenCalled()
    vi.setSystemTime(Date.now() + 10 * 60_000)
    vi.advanceTimersByTime(5_000)
    expect(notified).toHaveBeenCalledExactlyOnceWith('woke')
    stop()
  })

  it('reaches the worker', async () => {
    const { port1, port2 } = new MessageChannel()
    const stop = serveConnections(port1, { RTCPeerConnection, watchFreshStarts })
    const host = connectionHost(port2)
    const notified = new Promise((resolve) => {
      host.onFreshStart(resolve)
    })
    window.dispatchEvent(new Event('online'))
    expect(await notified).toBe('online')
    stop()
  })
})
