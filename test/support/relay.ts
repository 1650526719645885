/** For tests: the real relay in this process, on a free port. */
import type { AddressInfo, BlockList } from 'node:net'
import type { IceServersOptions } from '../../src/relay/ice-servers.ts'
import type { RelayLimits } from '../../src/relay/limits.ts'
import { RELAY_PATH, type Served, serve } from '../../src/relay/serve.ts'

export interface TestRelay {
  /** `ws://127.0.0.1:PORT/relay` */
  readonly url: string
  readonly port: number
  readonly served: Served
  stop(): Promise<void>
}

export interface TestRelayOptions {
  readonly limits?: Partial<RelayLimits>
  /** The port of an earlier relay, to restart at the same address. */
  readonly port?: number
  readonly app?: string
  readonly publicUrl?: string
  readonly ice?: IceServersOptions
  readonly turnOrigins?: readonly string[]
  readonly trustedProxies?: BlockList
  readonly metricsToken?: string
}

export const startRelay = async ({
  limits = {},
  port = 0,
  app,
  publicUrl,
  ice = { stun: [], turn: [], turnSecret: undefined },
  turnOrigins = [],
  trustedProxies,
  metricsToken,
}: TestRelayOptions = {}): Promise<TestRelay> => {
  const served = serve({ app, publicUrl, limits, trustedProxies, metricsToken, ice, turnOrigins })
  await new Promise<void>((resolve, reject) => {
    served.server.once('error', reject)
    served.server.listen(port, '127.0.0.1', resolve)
  })
  const listening = (served.server.address() as AddressInfo).port
  return {
    url: `ws://127.0.0.1:${listening}${RELAY_PATH}`,
    port: listening,
    served,
    stop: async () => {
      const closed = served.close()
      served.server.closeAllConnections()
      await closed
    },
  }
}
