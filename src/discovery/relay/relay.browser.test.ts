import { inject } from 'vitest'
import { acceptDiscovery } from '../discovery.acceptance.ts'
import { relayDiscovery } from './relay.ts'

acceptDiscovery('relay in a browser', () => relayDiscovery(inject('relayUrl')))
