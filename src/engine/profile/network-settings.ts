import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { PROFILE, type Vault, type VaultWrite } from '../../vault/vault.ts'
import { isDamage } from '../api/failure.ts'
import type { EngineSettings } from '../api/worker-messages.ts'

/** How this device reaches others. Stored in the vault, because relays and their passwords must not be readable before unlocking. */
export interface NetworkSettings extends EngineSettings {
  /** Whether connections always go through a TURN server. */
  readonly onlyRelayed: boolean
}

const SERVER = ['network', 'server']
const ONLY_RELAYED = ['network', 'only relayed']

const NONE: EngineSettings = { publicUrl: undefined, relay: undefined, iceServers: [] }

/**
 * Stores the server's settings for when it is unreachable, and returns the settings that apply.
 * @param said what the app's server sent; undefined without network
 */
export const networkSettings = async (vault: Vault, said: EngineSettings | undefined): Promise<NetworkSettings> => {
  if (said) await vault.write([{ area: PROFILE, key: SERVER, value: encode(said) }])
  return { ...(said ?? (await keptServer(vault))), onlyRelayed: await keptOnlyRelayed(vault) }
}

const keptServer = async (vault: Vault): Promise<EngineSettings> => {
  const kept = await vault.get(PROFILE, SERVER).catch((error: unknown) => {
    // Everything else works without network settings. The integrity check reports the damage.
    if (isDamage(error)) return undefined
    throw error
  })
  return kept ? decode(kept) : NONE
}

/** A damaged value counts as chosen: exposing the device's address would be worse than not connecting. */
const keptOnlyRelayed = async (vault: Vault): Promise<boolean> => {
  try {
    return (await vault.get(PROFILE, ONLY_RELAYED)) !== undefined
  } catch (error) {
    if (isDamage(error)) return true
    throw error
  }
}

/** The vault entry for the choice to connect through TURN servers only. */
export const keepOnlyRelayed = (only: boolean): VaultWrite => ({
  area: PROFILE,
  key: ONLY_RELAYED,
  value: only ? Uint8Array.of(1) : undefined,
})

const encode = ({ publicUrl, relay, iceServers }: EngineSettings): Uint8Array =>
  toCbor({
    publicUrl: publicUrl ?? null,
    relay: relay ?? null,
    iceServers: iceServers.map(({ urls, ...rest }) => ({ urls: typeof urls === 'string' ? urls : [...urls], ...rest })),
  })

const decode = (bytes: Uint8Array): EngineSettings => {
  const { publicUrl, relay, iceServers } = fromCbor(bytes) as {
    publicUrl: string | null
    relay: string | null
    iceServers: EngineSettings['iceServers']
  }
  return { publicUrl: publicUrl ?? undefined, relay: relay ?? undefined, iceServers }
}
