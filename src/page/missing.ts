import type { Missing } from '../ui/welcome/insecure.ts'

/** Features that Tessera needs and this page lacks, usually because it was opened over plain HTTP from another machine. */
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
  // Without a camera, codes can be pasted.
  return missing.every((need) => need === 'camera') ? [] : missing
}
