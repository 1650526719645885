import { afterEach, describe, expect, it, vi } from 'vitest'
import { connectionHost } from '../adapter/host.ts'
import { watchFreshStarts } from './fresh-start.ts'
import { serveConnections } from './serve.ts'

describe('a fresh start', () => {
  afterEach(() => vi.useRealTimers())

  it('is emitted when the page becomes visible, comes online, or returns from the back/forward cache', () => {
    const told = vi.fn()
    const stop = watchFreshStarts(told)
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event('online'))
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))
    expect(told.mock.calls.flat()).toEqual(['visible', 'online', 'visible'])
    stop()
    window.dispatchEvent(new Event('online'))
    expect(told).toHaveBeenCalledTimes(3)
  })

  it('is emitted when the clock jumps, as after a machine slept', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const told = vi.fn()
    const stop = watchFreshStarts(told)
    vi.advanceTimersByTime(60_000)
    expect(told).not.toHaveBeenCalled()
    vi.setSystemTime(Date.now() + 10 * 60_000)
    vi.advanceTimersByTime(5_000)
    expect(told).toHaveBeenCalledExactlyOnceWith('woke')
    stop()
  })

  it('reaches the worker', async () => {
    const { port1, port2 } = new MessageChannel()
    const stop = serveConnections(port1, { RTCPeerConnection, watchFreshStarts })
    const host = connectionHost(port2)
    const told = new Promise((resolve) => {
      host.onFreshStart(resolve)
    })
    window.dispatchEvent(new Event('online'))
    expect(await told).toBe('online')
    stop()
  })
})
