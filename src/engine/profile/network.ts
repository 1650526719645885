import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { IceServer } from '../../network/link.ts'
import type { NetworkState } from '../api/engine.ts'
import { subscribable } from '../api/subscribable.ts'
import type { EngineModule } from '../workers/engine-module.ts'
import { keepOnlyRelayed, type NetworkSettings } from './network-settings.ts'
import { whileOpen } from './while-open.ts'

/** The network settings of the user, and the connection host that applies them for all modules. */
export interface NetworkModule extends EngineModule {
  readonly host: ConnectionHost
  /** Replaces the TURN servers of new and open links: credentials expire, and an ICE restart needs valid ones. */
  useTurnServers(servers: readonly IceServer[]): void
}

export const networkModule = (host: ConnectionHost, { iceServers, onlyRelayed }: NetworkSettings): NetworkModule => {
  const state = subscribable<NetworkState>({ onlyRelayed, relays: iceServers.some(({ urls }) => [urls].flat().some(isTurn)) })
  const { opened, follow } = whileOpen()
  let turnServers: readonly IceServer[] = []
  /** Open links, with the ICE servers that they have in addition to `turnServers`. */
  const links = new Map<Link, readonly IceServer[]>()

  const open: ConnectionHost['open'] = (options) => {
    const fixed = options.iceServers ?? []
    const link = host.open({
      ...options,
      iceServers: [...fixed, ...turnServers],
      ...(state.value.onlyRelayed && { transport: 'relay' }),
    })
    links.set(link, fixed)
    link.onState(({ kind }) => {
      if (kind === 'closed') links.delete(link)
    })
    return link
  }

  return {
    host: { ...host, open },
    useTurnServers(servers) {
      turnServers = servers
      for (const [link, fixed] of links) link.setIceServers([...fixed, ...servers])
      state.set({ ...state.value, relays: servers.length > 0 || iceServers.some(({ urls }) => [urls].flat().some(isTurn)) })
    },
    calls: {
      async setOnlyRelayed({ only }) {
        const { profile, core } = opened()
        if (only === state.value.onlyRelayed) return
        await profile.vault.write([keepOnlyRelayed(only)])
        state.set({ ...state.value, onlyRelayed: only })
        // Open connections keep the previous setting, so reopening the profile replaces all of them.
        await core.reopen(async () => undefined)
      },
    },
    watches: { network: (_, push) => state.watch(push) },
    ...follow,
  }
}

const isTurn = (url: string): boolean => /^turns?:/.test(url)
