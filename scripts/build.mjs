/** `npm run build`: builds the app and the relay if they are older than their sources. */
import { ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs'

requireNode()
ensureInstalled()
ensureBuilt()
