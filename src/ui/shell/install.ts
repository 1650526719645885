/** Chromium's event that offers to install the app; the DOM's types lack it. */
interface InstallEvent extends Event {
  prompt(): Promise<{ readonly outcome: 'accepted' | 'dismissed' }>
}

let offered: InstallEvent | undefined

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offered = event as InstallEvent
  dispatchEvent(new Event('tessera-installable'))
})
addEventListener('appinstalled', () => {
  offered = undefined
  dispatchEvent(new Event('tessera-installable'))
})

/** Whether the browser offers to install the app; `tessera-installable` fires on the window when that changes. */
export const canInstall = (): boolean => offered !== undefined

/** Whether it runs as an installed app. */
export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches

/** Shows the browser's install prompt. */
export const install = async (): Promise<void> => {
  await offered?.prompt()
}
