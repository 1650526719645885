/**
 * Passes message ports of the engine between tabs. A tab sends a request, which is forwarded to every other tab. The tab that runs the
 * engine answers with ports for the requesting tab. Nothing is stored or read.
 */
export const relayPorts = (worker: ServiceWorkerGlobalScope): void => {
  worker.addEventListener('message', (event) => {
    const { data, ports, source } = event
    if (!(source instanceof WindowClient)) return
    if (isAsked(data)) event.waitUntil(askOthers(worker, source, data.build))
    else if (isAnswer(data)) event.waitUntil(passOn(worker, data, ports))
  })
}

/** `build` identifies the code of the requesting tab. */
const isAsked = (data: unknown): data is { readonly build: unknown } =>
  kindOf(data) === 'tessera/need-port' && typeof data === 'object' && data !== null && 'build' in data

interface Answer {
  /** `port`: the ports are attached. `other-build`: the tab that runs the engine has another build. */
  readonly kind: 'tessera/port' | 'tessera/other-build'
  readonly for: string
}

const isAnswer = (data: unknown): data is Answer =>
  (kindOf(data) === 'tessera/port' || kindOf(data) === 'tessera/other-build') &&
  typeof (data as { for?: unknown }).for === 'string'

const kindOf = (data: unknown): unknown => (typeof data === 'object' && data !== null && 'kind' in data ? data.kind : undefined)

const askOthers = async (worker: ServiceWorkerGlobalScope, asker: WindowClient, build: unknown): Promise<void> => {
  // A new tab may not be controlled yet, but may already run the engine.
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  for (const tab of tabs) if (tab.id !== asker.id) tab.postMessage({ kind: 'tessera/need-port', for: asker.id, build })
}

const passOn = async (worker: ServiceWorkerGlobalScope, answer: Answer, ports: readonly MessagePort[]): Promise<void> => {
  const asker = await worker.clients.get(answer.for)
  // The tab may have been closed meanwhile; ports that nobody receives are closed with the message.
  asker?.postMessage({ kind: answer.kind }, [...ports])
}
