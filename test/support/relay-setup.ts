import type { TestProject } from 'vitest/node'
import { startRelay } from './relay.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The address of the relay for browser tests. */
    relayUrl: string
  }
}

/** Runs a relay during the browser tests, which read its address with `inject('relayUrl')`. */
export default async ({ provide }: TestProject) => {
  const relay = await startRelay()
  provide('relayUrl', relay.url)
  return relay.stop
}
