/**
 * Passes ports of the engine between tabs. A tab asks; every other tab is asked in its name; the one that runs the engine answers
 * with the ports, which go to the one that asked. Nothing is kept and nothing is read.
 */
export const relayPorts = (worker: ServiceWorkerGlobalScope): void => {
  worker.addEventListener('message', (event) => {
    const { data, ports, source } = event
    if (!(source instanceof WindowClient)) return
    if (isAsked(data)) event.waitUntil(askOthers(worker, source))
    else if (isAnswer(data)) event.waitUntil(passOn(worker, data.for, ports))
  })
}

const isAsked = (data: unknown): boolean => kindOf(data) === 'tessera/need-port'

const isAnswer = (data: unknown): data is { readonly for: string } =>
  kindOf(data) === 'tessera/port' && typeof (data as { for?: unknown }).for === 'string'

const kindOf = (data: unknown): unknown => (typeof data === 'object' && data !== null && 'kind' in data ? data.kind : undefined)

const askOthers = async (worker: ServiceWorkerGlobalScope, asker: WindowClient): Promise<void> => {
  // A tab just opened may not be controlled yet, and can be the one that runs the engine.
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  for (const tab of tabs) if (tab.id !== asker.id) tab.postMessage({ kind: 'tessera/need-port', for: asker.id })
}

const passOn = async (worker: ServiceWorkerGlobalScope, to: string, ports: readonly MessagePort[]): Promise<void> => {
  const asker = await worker.clients.get(to)
  // It may have been closed meanwhile; ports that nobody takes are closed with the message.
  asker?.postMessage({ kind: 'tessera/port' }, [...ports])
}
