import type { ConnectionHost } from '../network/adapter/host.ts'
import type { Core, EnginePart } from './documents.ts'
import type { NetworkState } from './engine.ts'
import { EngineFailure } from './failure.ts'
import { live } from './live.ts'
import { keepOnlyRelayed, type NetworkSettings } from './network-settings.ts'
import type { ProfileSession } from './profile-session.ts'

/** What people choose about connections, and the one host that keeps to it for every part. */
export interface NetworkPart extends EnginePart {
  readonly host: ConnectionHost
}

export const networkPart = (host: ConnectionHost, { iceServers, onlyRelayed }: NetworkSettings): NetworkPart => {
  const state = live<NetworkState>({ onlyRelayed, relays: iceServers.some(({ urls }) => [urls].flat().some(isTurn)) })
  let opened: { readonly profile: ProfileSession; readonly core: Core } | undefined

  return {
    host: {
      ...host,
      open: (options) => host.open(state.value.onlyRelayed ? { ...options, transport: 'relay' } : options),
    },
    calls: {
      async setOnlyRelayed({ only }) {
        if (!opened) throw new EngineFailure('locked', 'Tessera is locked. Unlock it first.')
        const { profile, core } = opened
        if (only === state.value.onlyRelayed) return
        await profile.vault.write([keepOnlyRelayed(only)])
        state.set({ ...state.value, onlyRelayed: only })
        // Connections made before are of the other kind: all begin anew.
        await core.reopen(async () => undefined)
      },
    },
    watches: { network: (_, push) => state.watch(push) },
    profileOpened(profile, core) {
      opened = { profile, core }
    },
    spaceOpened() {},
    spaceChanged() {},
    async ended() {
      opened = undefined
    },
  }
}

const isTurn = (url: string): boolean => /^turns?:/.test(url)
