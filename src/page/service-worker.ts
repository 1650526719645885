import { trustedScriptUrl } from '../engine/workers/trusted-script-url.ts'

const SCRIPT = '/service-worker.js'

/** Milliseconds between checks for a new version while a page stays open. */
const CHECK_INTERVAL_MS = 60 * 60 * 1000

/** Registers the service worker; fires `tessera-update-ready` on the window when a new version waits. */
export const registerServiceWorker = async (): Promise<void> => {
  if (!import.meta.env.PROD) return
  const registration = await navigator.serviceWorker.register(trustedScriptUrl(SCRIPT), { scope: '/' })

  const offer = (waiting: ServiceWorker) =>
    dispatchEvent(new CustomEvent('tessera-update-ready', { detail: { apply: () => useNow(waiting) } }))
  if (registration.waiting) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing
    installing?.addEventListener('statechange', () => {
      // Without a controller it is the first version, which needs no consent.
      if (installing.state === 'installed' && navigator.serviceWorker.controller) offer(installing)
    })
  })

  setInterval(() => {
    // Being offline is not an error.
    if (navigator.onLine)
      registration.update().catch((error: unknown) => console.info('Checking for a new version failed.', error))
  }, CHECK_INTERVAL_MS)
}

let applying = false

/** Whether this tab applies the update, and reloads by itself when it is active. */
export const appliesUpdate = (): boolean => applying

const useNow = (waiting: ServiceWorker): void => {
  applying = true
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage({ kind: 'tessera/use-now' })
}
