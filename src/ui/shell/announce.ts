/** Makes screen readers read a text. `urgently` interrupts; use it for failures. */
export const announce = (text: string, { urgently = false } = {}): void => {
  dispatchEvent(new CustomEvent('tessera-announce', { detail: { text, urgently } }))
}
