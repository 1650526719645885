import { msg } from '@lit/localize'
import { showMessage } from './message.ts'

/** Pages that the first paint does not need. */
const PAGES = {
  space: () => import('../space/space-page.ts'),
  trash: () => import('../trash/trash-page.ts'),
  import: () => import('../import/import-page.ts'),
  // Both sides, since pairing with two scans needs both.
  pairing: () => Promise.all([import('../pairing/enter-code.ts'), import('../pairing/show-code.ts')]),
  devices: () => import('../devices/devices-page.ts'),
  settings: () => import('../settings/settings-page.ts'),
}

export type PageName = keyof typeof PAGES

const asked = new Set<PageName>()

/** Loads a page's elements; those already in the document are upgraded then. */
export const loadPage = (name: PageName): void => {
  if (asked.has(name)) return
  asked.add(name)
  PAGES[name]().catch((error: unknown) => {
    asked.delete(name)
    console.error(error)
    showMessage({
      text: msg('This page could not be loaded. Reload to get the current version.'),
      tone: 'bad',
      stays: true,
      action: { label: msg('Reload'), run: async () => location.reload() },
    })
  })
}
