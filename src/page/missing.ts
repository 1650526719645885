import type { Missing } from '../ui/welcome/insecure.ts'

/** What Tessera needs and this page does not have: most often because it was opened over plain HTTP from another machine. */
export const missingHere = (): readonly Missing[] => {
  const here: Record<Missing, boolean> = {
    'secure-context': isSecureContext,
    encryption: globalThis.crypto?.subtle !== undefined,
    'offline-use': 'serviceWorker' in navigator,
    'one-writer': 'locks' in navigator,
    storage: 'indexedDB' in globalThis,
    camera: navigator.mediaDevices !== undefined,
  }
  const missing = (Object.keys(here) as Missing[]).filter((need) => !here[need])
  // A secure page without a camera can still type codes.
  return missing.every((need) => need === 'camera') ? [] : missing
}
