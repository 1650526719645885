/** An element around a dialog, which opens with it and calls `ended` when it is closed. */
interface DialogElement extends HTMLElement {
  ended: () => void
}

/** Shows a dialog element; resolves when it is closed. */
export const showUntilClosed = (element: DialogElement): Promise<void> =>
  new Promise((resolve) => {
    element.ended = () => {
      resolve()
      // The dialog gives focus back first.
      setTimeout(() => element.remove())
    }
    document.body.append(element)
  })
