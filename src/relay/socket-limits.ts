import type { Server } from 'node:http'
import type { BlockList, Socket } from 'node:net'
import { addressGroup } from './address-group.ts'
import { isListed } from './client-address.ts'
import type { RelayLimits } from './limits.ts'

/** Closes new sockets above the limits, so that slow requests from one address cannot exhaust the file descriptors. */
export const limitSockets = (
  server: Server,
  { sockets, socketsPerAddress }: Pick<RelayLimits, 'sockets' | 'socketsPerAddress'>,
  trustedProxies: BlockList | undefined,
): void => {
  const open = new Map<string, number>()
  server.maxConnections = sockets
  server.on('connection', (socket: Socket) => {
    const direct = socket.remoteAddress ?? ''
    // All sockets of a proxy have the proxy's address, and the proxy handles slow clients.
    if (isListed(trustedProxies, direct)) return
    const address = addressGroup(direct) ?? direct
    const count = (open.get(address) ?? 0) + 1
    if (count > socketsPerAddress) return socket.destroy()
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
  })
}
