import type { EngineSettings } from '../engine/api/worker-messages.ts'

/** Milliseconds, so that the app starts without a network. */
const TIMEOUT_MS = 2_000

interface Configuration {
  readonly publicUrl: string | null
  readonly relay: string
  readonly iceServers: EngineSettings['iceServers']
}

/** Settings of the server that this page came from; undefined without a network. Only the engine stores them, encrypted. */
export const readSettings = async (): Promise<EngineSettings | undefined> => {
  const configuration = await ask()
  if (!configuration) return undefined
  const relay = new URL(configuration.relay, location.href)
  relay.protocol = relay.protocol === 'https:' ? 'wss:' : 'ws:'
  return { publicUrl: configuration.publicUrl ?? undefined, relay: relay.href, iceServers: configuration.iceServers }
}

const ask = async (): Promise<Configuration | undefined> => {
  try {
    const response = await fetch('/config.json', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) })
    if (!response.ok || !response.headers.get('content-type')?.includes('json')) return undefined
    return await response.json()
  } catch (error) {
    console.info('The server of this app cannot be reached.', error)
    return undefined
  }
}
