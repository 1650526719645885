let open = 0

/** Modal dialogs that are open now; `tessera-dialogs` fires on the window when the number changes. */
export const dialogsOpen = (): number => open

export const countDialog = (by: 1 | -1): void => {
  open += by
  dispatchEvent(new Event('tessera-dialogs'))
}
