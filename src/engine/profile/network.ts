import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { IceServer } from '../../network/link.ts'
import type { NetworkState } from '../api/engine.ts'
import { subscribable } from '../api/subscribable.ts'
import type { EngineModule } from '../workers/documents.ts'
import { keepOnlyRelayed, type NetworkSettings } from './network-settings.ts'
import { whileOpen } from './while-open.ts'

/** What people choose about connections, and the one host that keeps to it for every part. */
export interface NetworkModule extends EngineModule {
  readonly host: ConnectionHost
  /** From now on new connections may use these TURN servers, in place of those given before. */
  useTurnServers(servers: readonly IceServer[]): void
}

export const networkModule = (host: ConnectionHost, { iceServers, onlyRelayed }: NetworkSettings): NetworkModule => {
  const state = subscribable<NetworkState>({ onlyRelayed, relays: iceServers.some(({ urls }) => [urls].flat().some(isTurn)) })
  const { opened, follow } = whileOpen()
  let turnServers: readonly IceServer[] = []

  return {
    host: {
      ...host,
      open: (options) =>
        host.open({
          ...options,
          iceServers: [...(options.iceServers ?? []), ...turnServers],
          ...(state.value.onlyRelayed && { transport: 'relay' }),
        }),
    },
    useTurnServers(servers) {
      turnServers = servers
      state.set({ ...state.value, relays: servers.length > 0 || iceServers.some(({ urls }) => [urls].flat().some(isTurn)) })
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
