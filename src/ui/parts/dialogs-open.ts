let open = 0

/** The number of open modal dialogs; `tessera-dialogs` fires on the window when it changes. */
export const dialogsOpen = (): number => open

export const countDialog = (by: 1 | -1): void => {
  open += by
  dispatchEvent(new Event('tessera-dialogs'))
}
