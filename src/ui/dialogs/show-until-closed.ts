/** An element that contains a dialog, opens it when it is added, and calls `ended` when the dialog closes. */
interface DialogElement extends HTMLElement {
  ended: () => void
}

/** Shows a dialog element; resolves when it is closed. */
export const showUntilClosed = (element: DialogElement): Promise<void> =>
  new Promise((resolve) => {
    element.ended = () => {
      resolve()
      // The dialog restores the focus first.
      setTimeout(() => element.remove())
    }
    document.body.append(element)
  })
