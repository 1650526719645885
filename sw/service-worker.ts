import { cleanupOutdatedCaches, createHandlerBoundToURL, type PrecacheEntry, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { relayPorts } from './relay-ports.ts'

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] }

/** Paths that only the server answers. */
const NOT_PAGES = [/^\/health$/, /^\/metrics$/, /^\/config\.json$/]

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: NOT_PAGES }))

// A new version waits until the user agrees or every tab is closed.
self.addEventListener('message', (event) => {
  if (event.data?.kind === 'tessera/use-now') event.waitUntil(self.skipWaiting())
})

// The first version claims its tabs immediately: a second tab needs it to find the engine.
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

relayPorts(self)
