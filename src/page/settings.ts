import type { EngineSettings } from '../engine/api/worker-messages.ts'

/** Milliseconds: whoever has no network does not wait for it. */
const WITHIN = 2_000

interface Configuration {
  readonly publicUrl: string | null
  readonly relay: string
  readonly iceServers: EngineSettings['iceServers']
}

/** What the server that this page came from says of itself; without network undefined. Only the engine keeps it, sealed. */
export const readSettings = async (): Promise<EngineSettings | undefined> => {
  const configuration = await ask()
  if (!configuration) return undefined
  const relay = new URL(configuration.relay, location.href)
  relay.protocol = relay.protocol === 'https:' ? 'wss:' : 'ws:'
  return { publicUrl: configuration.publicUrl ?? undefined, relay: relay.href, iceServers: configuration.iceServers }
}

const ask = async (): Promise<Configuration | undefined> => {
  try {
    const response = await fetch('/config.json', { cache: 'no-store', signal: AbortSignal.timeout(WITHIN) })
    if (!response.ok || !response.headers.get('content-type')?.includes('json')) return undefined
    return await response.json()
  } catch (error) {
    console.info('The server that this app came from cannot be reached now.', error)
    return undefined
  }
}
