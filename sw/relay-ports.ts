/**
 * Passes ports of the engine between tabs. A tab asks; every other tab is asked in its name; the one that runs the engine answers
 * with the ports, which go to the one that asked. Nothing is kept and nothing is read.
 */
export const relayPorts = (worker: ServiceWorkerGlobalScope): void => {
  worker.addEventListener('message', (event) => {
    const { data, ports, source } = event
    if (!(source instanceof WindowClient)) return
    if (isAsked(data)) event.waitUntil(askOthers(worker, source, data.build))
    else if (isAnswer(data)) event.waitUntil(passOn(worker, data, ports))
  })
}

/** `build` names the code of the tab that asks. */
const isAsked = (data: unknown): data is { readonly build: unknown } =>
  kindOf(data) === 'tessera/need-port' && typeof data === 'object' && data !== null && 'build' in data

interface Answer {
  /** The ports follow, or the tab that runs the engine is of another build. */
  readonly kind: 'tessera/port' | 'tessera/other-build'
  readonly for: string
}

const isAnswer = (data: unknown): data is Answer =>
  (kindOf(data) === 'tessera/port' || kindOf(data) === 'tessera/other-build') &&
  typeof (data as { for?: unknown }).for === 'string'

const kindOf = (data: unknown): unknown => (typeof data === 'object' && data !== null && 'kind' in data ? data.kind : undefined)

const askOthers = async (worker: ServiceWorkerGlobalScope, asker: WindowClient, build: unknown): Promise<void> => {
  // A tab just opened may not be controlled yet, and can be the one that runs the engine.
  const tabs = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  for (const tab of tabs) if (tab.id !== asker.id) tab.postMessage({ kind: 'tessera/need-port', for: asker.id, build })
}

const passOn = async (worker: ServiceWorkerGlobalScope, answer: Answer, ports: readonly MessagePort[]): Promise<void> => {
  const asker = await worker.clients.get(answer.for)
  // It may have been closed meanwhile; ports that nobody takes are closed with the message.
  asker?.postMessage({ kind: answer.kind }, [...ports])
}
