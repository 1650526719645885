import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { PROFILE, type Vault, type VaultWrite } from '../../vault/vault.ts'
import { isDamage } from '../api/failure.ts'
import type { EngineSettings } from '../api/worker-messages.ts'

/** How this device reaches others. Stored in the vault: relay addresses and credentials must not be readable before unlocking. */
export interface NetworkSettings extends EngineSettings {
  /** Whether connections always go through a TURN server. */
  readonly onlyRelayed: boolean
}

const SERVER = ['network', 'server']
const ONLY_RELAYED = ['network', 'only relayed']

const NONE: EngineSettings = { publicUrl: undefined, relay: undefined, iceServers: [] }

/**
 * Stores the settings of the server, and returns the settings that apply.
 * @param received the settings that the app's server sent; undefined when it is unreachable, so that the stored ones apply
 */
export const networkSettings = async (vault: Vault, received: EngineSettings | undefined): Promise<NetworkSettings> => {
  if (received) await vault.write([{ area: PROFILE, key: SERVER, value: encode(received) }])
  return { ...(received ?? (await storedServer(vault))), onlyRelayed: await storedOnlyRelayed(vault) }
}

const storedServer = async (vault: Vault): Promise<EngineSettings> => {
  const stored = await vault.get(PROFILE, SERVER).catch((error: unknown) => {
    // Everything else works without network settings. The integrity check reports the damage.
    if (isDamage(error)) return undefined
    throw error
  })
  return stored ? decode(stored) : NONE
}

/** A damaged value counts as true: exposing the IP address of the device would be worse than not connecting. */
const storedOnlyRelayed = async (vault: Vault): Promise<boolean> => {
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
