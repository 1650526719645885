import { broadcastChannelDiscovery } from './broadcast-channel.ts'
import { acceptDiscovery } from './discovery.acceptance.ts'

acceptDiscovery('BroadcastChannel', broadcastChannelDiscovery)
