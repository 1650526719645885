import '../ui/theme/tokens.css'
import '../ui/theme/base.css'
import '../ui/shell/install.ts'
import { takeCodeFromAddress } from '../ui/arrived-code.ts'
import { provideEngine } from '../ui/engine.ts'
import { applyPreferences, readPreferences } from '../ui/preferences.ts'
import { missingHere } from './missing.ts'
import { appliesUpdate, registerServiceWorker } from './service-worker.ts'
import { startEngine } from './start-engine.ts'

// Before anything can read or store the address: a code in it is a secret.
takeCodeFromAddress()
addEventListener('hashchange', () => {
  if (takeCodeFromAddress()) dispatchEvent(new Event('tessera-code-arrived'))
})

applyPreferences(readPreferences())

const missing = missingHere()
if (missing.length > 0) {
  const { Insecure } = await import('../ui/welcome/insecure.ts')
  const page = new Insecure()
  page.missing = missing
  document.body.append(page)
} else {
  provideEngine(
    startEngine(
      (message) => dispatchEvent(new CustomEvent('tessera-engine-failed', { detail: message })),
      (why) => dispatchEvent(new CustomEvent('tessera-outdated', { detail: { why, reloads: appliesUpdate() } })),
    ),
  )
  await import('../ui/shell/app.ts')
  document.body.append(document.createElement('tessera-app'))
  await registerServiceWorker()
}
