/** `npm run -s tessera -- --home DIR COMMAND …`: builds the command line when it is older than its sources, then runs it. */
import { ensureInstalled, ensureNodeBuilt, requireNode } from './prepare.mjs'

requireNode()
ensureInstalled()
ensureNodeBuilt()
await import(new URL('../build/node/tessera.js', import.meta.url).href)
