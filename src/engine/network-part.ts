import type { ConnectionHost } from '../network/adapter/host.ts'
import type { EnginePart } from './documents.ts'
import type { NetworkState } from './engine.ts'
import { live } from './live.ts'
import { keepOnlyRelayed, type NetworkSettings } from './network-settings.ts'
import { whileOpen } from './while-open.ts'

/** What people choose about connections, and the one host that keeps to it for every part. */
export interface NetworkPart extends EnginePart {
  readonly host: ConnectionHost
}

export const networkPart = (host: ConnectionHost, { iceServers, onlyRelayed }: NetworkSettings): NetworkPart => {
  const state = live<NetworkState>({ onlyRelayed, relays: iceServers.some(({ urls }) => [urls].flat().some(isTurn)) })
  const { opened, follow } = whileOpen()

  return {
    host: {
      ...host,
      open: (options) => host.open(state.value.onlyRelayed ? { ...options, transport: 'relay' } : options),
    },
    calls: {
      async setOnlyRelayed({ only }) {
        const { profile, core } = opened()
        if (only === state.value.onlyRelayed) return
        await profile.vault.write([keepOnlyRelayed(only)])
        state.set({ ...state.value, onlyRelayed: only })
        // Connections made before are of the other kind: all begin anew.
        await core.reopen(async () => undefined)
      },
    },
    watches: { network: (_, push) => state.watch(push) },
    ...follow,
  }
}

const isTurn = (url: string): boolean => /^turns?:/.test(url)
