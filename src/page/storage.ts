import type { EngineClient } from '../engine/api/client.ts'
import type { StorageState } from '../engine/api/engine.ts'
import { type Subscribable, subscribable } from '../engine/api/subscribable.ts'

/** Milliseconds between storage estimates. */
const ESTIMATE_INTERVAL_MS = 30_000

/**
 * Answers `persistStorage` and `storage`, which only a page can ask the browser; passes everything else to the engine.
 */
export const withPageStorage = (client: EngineClient): EngineClient => {
  let state: Subscribable<StorageState> | undefined

  const estimate = async (): Promise<StorageState> => {
    const [{ usage = 0, quota = 0 }, persisted] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()])
    return { persisted, used: usage, available: Math.max(0, quota - usage) }
  }
  const refresh = async () => {
    const now = await estimate()
    if (state) state.set(now)
    else state = subscribable(now)
    return state
  }

  return {
    call: (async (name: string, ...rest: unknown[]) => {
      if (name !== 'persistStorage') return (client.call as (...all: unknown[]) => Promise<unknown>)(name, ...rest)
      const persisted = await navigator.storage.persist()
      await refresh()
      return persisted
    }) as EngineClient['call'],

    watch: ((name: string, input: unknown, receive: (value: unknown) => void, failed?: (error: Error) => void) => {
      if (name !== 'storage') return (client.watch as (...all: unknown[]) => unknown)(name, input, receive, failed)
      let stop: (() => void) | undefined
      let stopped = false
      refresh()
        .then((state) => {
          if (!stopped) stop = state.watch(receive)
        })
        .catch(failed ?? reportError)
      const timer = setInterval(() => refresh().catch(failed ?? reportError), ESTIMATE_INTERVAL_MS)
      return {
        change: () => undefined,
        stop() {
          stopped = true
          clearInterval(timer)
          stop?.()
        },
      }
    }) as EngineClient['watch'],
  }
}
