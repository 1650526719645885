import type { TestProject } from 'vitest/node'
import { startRelay } from './relay.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the relay that runs while browser tests do. */
    relayUrl: string
  }
}

/** Runs a relay beside the browser tests, which `inject('relayUrl')`. */
export default async ({ provide }: TestProject) => {
  const relay = await startRelay()
  provide('relayUrl', relay.url)
  return relay.stop
}
