import { fromCbor, toCbor } from '../../bytes/cbor.ts'
import { PROFILE, type Vault, type VaultWrite } from '../../vault/vault.ts'
import { isDamage } from '../api/failure.ts'
import type { EngineSettings } from '../api/worker-messages.ts'

/** How this device reaches others. Kept in the vault alone: relays and their passwords are nobody's business before unlocking. */
export interface NetworkSettings extends EngineSettings {
  /** Whether connections go through a TURN server even where there is a straight way. */
  readonly onlyRelayed: boolean
}

const SERVER = ['network', 'server']
const ONLY_RELAYED = ['network', 'only relayed']

const NONE: EngineSettings = { publicUrl: undefined, relay: undefined, iceServers: [] }

/**
 * What holds from now on, and is kept for when the server cannot be reached.
 * @param said what the server that the app came from says of itself now; undefined without network
 */
export const networkSettings = async (vault: Vault, said: EngineSettings | undefined): Promise<NetworkSettings> => {
  if (said) await vault.write([{ area: PROFILE, key: SERVER, value: encode(said) }])
  return { ...(said ?? (await keptServer(vault))), onlyRelayed: await keptOnlyRelayed(vault) }
}

const keptServer = async (vault: Vault): Promise<EngineSettings> => {
  const kept = await vault.get(PROFILE, SERVER).catch((error: unknown) => {
    // Without network settings everything else still opens; the look at what is stored tells of it.
    if (isDamage(error)) return undefined
    throw error
  })
  return kept ? decode(kept) : NONE
}

/** Altered, it holds: whoever chose it would rather not connect than be seen. */
const keptOnlyRelayed = async (vault: Vault): Promise<boolean> => {
  try {
    return (await vault.get(PROFILE, ONLY_RELAYED)) !== undefined
  } catch (error) {
    if (isDamage(error)) return true
    throw error
  }
}

/** What is to be written so that connections go only through TURN servers from now on, or no longer. */
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
