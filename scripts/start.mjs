/** `npm start`: installs and builds what is missing, then serves the app and the relay. */
import { ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs'

requireNode()
ensureInstalled()
ensureBuilt()
await import(new URL('../build/node/relay.js', import.meta.url).href)
