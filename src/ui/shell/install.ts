/** Chromium's event that is not in the DOM's types: the browser would install the app if asked. */
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

/** Whether the browser offers to install the app now; `tessera-installable` on the window tells of changes. */
export const canInstall = (): boolean => offered !== undefined

/** Whether it runs as an installed app. */
export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches

/** Shows the browser's own question. */
export const install = async (): Promise<void> => {
  await offered?.prompt()
}
