/** `npm run build`: the app and the relay, unless they are newer than what they are made of. */
import { ensureBuilt, ensureInstalled, requireNode } from './prepare.mjs'

requireNode()
ensureInstalled()
ensureBuilt()
