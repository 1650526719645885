import { trustedScriptUrl } from '../engine/workers/trusted-script-url.ts'

const SCRIPT = '/service-worker.js'

/** Looks for a new version this often while a page stays open. */
const LOOK_AGAIN = 60 * 60 * 1000

/** Starts the service worker, and tells the interface with `tessera-update-ready` when a new version waits. */
export const registerServiceWorker = async (): Promise<void> => {
  if (!import.meta.env.PROD) return
  const registration = await navigator.serviceWorker.register(trustedScriptUrl(SCRIPT), { scope: '/' })

  const offer = (waiting: ServiceWorker) =>
    dispatchEvent(new CustomEvent('tessera-update-ready', { detail: { apply: () => useNow(waiting) } }))
  if (registration.waiting) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      // Without a controller it is the first version, which nobody needs to agree to.
      if (coming.state === 'installed' && navigator.serviceWorker.controller) offer(coming)
    })
  })

  setInterval(() => {
    // Offline is a state and not an error: there is just no newer version to be had.
    if (navigator.onLine)
      registration.update().catch((error: unknown) => console.info('No newer version could be looked for.', error))
  }, LOOK_AGAIN)
}

let applying = false

/** Whether this tab asked for the newer version, and reloads by itself when it is active. */
export const appliesUpdate = (): boolean => applying

const useNow = (waiting: ServiceWorker): void => {
  applying = true
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage({ kind: 'tessera/use-now' })
}
