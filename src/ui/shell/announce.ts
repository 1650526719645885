/** Says something to whoever listens to the screen. `urgently` interrupts; use it for what failed. */
export const announce = (text: string, { urgently = false } = {}): void => {
  dispatchEvent(new CustomEvent('tessera-announce', { detail: { text, urgently } }))
}
